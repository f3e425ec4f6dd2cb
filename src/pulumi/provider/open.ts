import type { DomainConfig } from "../../core/plan/desired.ts";
import type { World } from "../../engine/world.ts";
import { configOf, only } from "../keys.ts";
import type { Call, RecordKind, RecordState } from "./record.ts";
import { createWorld } from "./world.ts";

/** One record's config and the outside that it touches, made anew for each call. */
export interface Opened {
  readonly config: DomainConfig;
  readonly world: World;
}

/** `dropped`: terms that were ours and go. Throws `config` for keys that are wrong. */
export async function open(
  kind: RecordKind,
  { domain, keys }: Pick<RecordState, "domain" | "keys">,
  { around }: Call,
  dropped: readonly string[] = [],
): Promise<Opened> {
  const config = configFor(kind, { domain, keys }, around, dropped);
  return { config, world: await createWorld(config, around) };
}

export function configFor(
  kind: RecordKind,
  { domain, keys }: Pick<RecordState, "domain" | "keys">,
  { hosts }: Call["around"],
  dropped: readonly string[] = [],
): DomainConfig {
  const config = only(kind.part, configOf(domain, keys, hosts));
  const { spf } = config;
  return spf.off || dropped.length === 0 ? config : { ...config, spf: { ...spf, dropped } };
}
