import { parse } from "yaml";
import { meant } from "./load.ts";
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
