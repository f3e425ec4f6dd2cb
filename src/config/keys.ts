import { parse } from "yaml";
import { NAMESPACE } from "./schema.ts";

/**
 * The keys of ours in a stack file, without their prefix, as they are written. The text is valid:
 * `loadStack` has read it.
 */
export function stackKeys(text: string): Readonly<Record<string, unknown>> {
  const { config = {} } = parse(text) as { readonly config?: Readonly<Record<string, unknown>> };
  const ours = Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE));
  return Object.fromEntries(
    ours.map(([key, value]) => [key.slice(NAMESPACE.length), meant(value)]),
  );
}

/** The value of a top key as its author wrote it: Pulumi puts true and false in quotes on saving. */
export function meant(value: unknown): unknown {
  if (value === "true") return true;
  return value === "false" ? false : value;
}
