import type { StackKeys } from "../keys.ts";
import { keysOf } from "./inputs.ts";
import type { Properties } from "./protocol.ts";

/** Where each domain is kept: all that lasts between calls, because an import sees only its id. */
export interface Routes {
  /** Learns from a provider's configuration. Throws `config` for keys that can't be read. */
  learn(configuration: Properties): void;
  /** The keys of a domain whose component has been declared. */
  declared(domain: string): StackKeys | undefined;
  /** The same, or else what the stack's own configuration says. */
  of(domain: string): StackKeys | undefined;
}

export function createRoutes(): Routes {
  const known = new Map<string, StackKeys>();
  let fromStack: StackKeys | undefined;
  return {
    learn({ domain, keys, ...configuration }) {
      if (typeof domain === "string" && keys !== undefined) known.set(domain, keysOf(keys));
      else if (configuration["host"] !== undefined) fromStack = stackKeys(configuration);
    },
    declared: (domain) => known.get(domain),
    of: (domain) => known.get(domain) ?? fromStack,
  };
}

/**
 * The keys of the stack file as the engine gives them to a provider that no program has declared:
 * `pulumi import` without a parent. What is no text comes as JSON.
 */
function stackKeys(configuration: Properties): StackKeys {
  const own = Object.entries(configuration).filter(([key]) => key !== "version");
  return Object.fromEntries(own.map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value !== "string" || !/^(?:[{[]|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
