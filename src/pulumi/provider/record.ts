import type { DomainName } from "../../core/dns/name.ts";
import type { Snapshot } from "../../core/dns/rrset.ts";
import type { Finding } from "../../core/findings/finding.ts";
import type { DomainConfig } from "../../core/plan/desired.ts";
import type { Op, PartName } from "../../core/plan/schema.ts";
import type { StackKeys } from "../keys.ts";
import type { Surroundings } from "./world.ts";

/**
 * What one record is to Pulumi. `keys` and `domain` come from the program. `original` is the record
 * as it was first found: it is saved with the import, before anything is written, so that `destroy`
 * leaves what was there before us, whatever happened in between. `value` is what stands there.
 * Both as `joinValues` writes them.
 */
export interface RecordState {
  readonly domain: string;
  readonly keys: StackKeys;
  readonly original: string;
  readonly value: string;
}

/** The part of a record that differs from kind to kind. */
export interface RecordKind {
  readonly part: PartName;
  /** The record's name; undefined where the domain can't have one. */
  nameOf(config: DomainConfig): DomainName | undefined;
  /** What stands at the record's name now. */
  live(snapshot: Snapshot, config: DomainConfig): readonly string[];
  /** Whether these values need no change. True costs no look-up, so it must be certain. */
  isInPlace(values: readonly string[], config: DomainConfig): boolean;
  /** What the values show to be wrong, without a look-up, where nothing is to be written. */
  faults(values: readonly string[], config: DomainConfig): readonly Finding[];
  /**
   * What we have made of the original: the op that a receipt of it would hold. `nothing`: it was
   * right before us. `unclear`: there was no one valid record, so only our own can be taken out.
   */
  opOf(original: readonly string[], config: DomainConfig): Op | "nothing" | "unclear";
}

export interface Call {
  readonly around: Surroundings;
  readonly signal: AbortSignal;
  say(severity: "info" | "warning", text: string): void;
}
