import * as pulumi from "@pulumi/pulumi";

interface Resources {
  readonly outputs: Readonly<Record<string, { readonly outputs?: { readonly id?: string } }>>;
}

/** A resource of this stack as its state has it. */
export interface Known {
  /** As its plugin gives it among its outputs; one that doesn't leaves it out. */
  readonly id?: string;
}

/** What this stack's own state knows of one of its resources; undefined: nothing. */
export async function findInOwnState(type: string, name: string): Promise<Known | undefined> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const token = "pulumi:pulumi:readStackResourceOutputs";
  const { outputs } = (await pulumi.runtime.invoke(token, { stackName })) as Resources;
  const own = Object.entries(outputs).find(([urn]) => urn.endsWith(`${type}::${name}`));
  const id = own?.[1].outputs?.id;
  return own && (id === undefined ? {} : { id });
}
