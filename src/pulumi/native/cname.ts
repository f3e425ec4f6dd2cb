import * as pulumi from "@pulumi/pulumi";
import { DKIM_TARGET } from "../../core/odoo.ts";
import { visible } from "../../render/escape.ts";
import { loadAzure } from "./azure.ts";
import { loadCloudflare } from "./cloudflare.ts";
import { LIVE_DKIM, type LiveRecord } from "./live.ts";

interface Cname {
  /** The logical name. It never changes. */
  readonly name: string;
  readonly target: string;
  readonly live: LiveRecord;
  readonly options: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource };
}

/**
 * Declares the record as the host's own resource. It is imported when it is live and this stack's
 * state does not hold it; never because it is live alone, which would make the engine replace, and
 * so delete, a record that it has made itself.
 */
export type DeclareCname = (cname: Cname) => Promise<pulumi.CustomResource>;

/** Every host with such a resource. The package that has it is optional, and loaded only here. */
const declarations: Readonly<
  Record<string, { readonly from: string; load(): Promise<DeclareCname> }>
> = {
  azure: { from: "@pulumi/azure-native", load: loadAzure },
  cloudflare: { from: "@pulumi/cloudflare", load: loadCloudflare },
};

export const NATIVE_HOSTS: readonly string[] = Object.keys(declarations);

export interface NativeCname {
  readonly name: string;
  readonly domain: string;
  readonly keys: { readonly host: string };
  readonly parent: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
  /** Our own resource for the same record: it has refused already what is to be refused. */
  readonly own: pulumi.CustomResource;
}

/**
 * The DKIM CNAME as its host's own resource. Its plugin only makes and changes the record: taking it
 * out, on destroy or when the key is taken back, is left to our own resource, which knows what was
 * there before us. So no plugin is ever told to delete.
 */
export function nativeCname(wanted: NativeCname): pulumi.Output<pulumi.CustomResource> {
  const { name, domain, keys, parent, provider, own } = wanted;
  const declare = loadFor(keys.host);
  return pulumi.all([declare, own.urn]).apply(async ([declare]) => {
    const seen: unknown = await pulumi.runtime.invoke(LIVE_DKIM, { domain, keys }, { provider });
    const live = seen as LiveRecord;
    const options = { parent, dependsOn: own, retainOnDelete: true };
    return declare({ name, target: DKIM_TARGET, live, options });
  });
}

async function loadFor(host: string): Promise<DeclareCname> {
  const declaration = declarations[host];
  if (declaration === undefined)
    throw new pulumi.RunError(`The host ${visible(host)} has no resources of its own for Pulumi.`);
  try {
    return await declaration.load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    const { from } = declaration;
    throw new pulumi.RunError(
      `odoo-mail-dns:records is native, which for ${host} needs the package ${from}, and it is not ` +
        `installed: npm install ${from}`,
    );
  }
}
