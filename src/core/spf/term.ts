/** RFC 7208 4.6.2. */
export type Qualifier = "+" | "-" | "~" | "?";

export type MechanismName = "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists";

/**
 * A mechanism as written. `raw` is its exact spelling, qualifier included; all else is read from it.
 * - include, exists: `domain` is always there; a, mx, ptr: only where written
 * - a, mx: `prefix4` / `prefix6` are 32 / 128 where none is written
 * - ip4, ip6: `network` (address as written) with `prefix4` or `prefix6`
 */
export interface Mechanism {
  readonly kind: "mechanism";
  readonly raw: string;
  readonly name: MechanismName;
  readonly qualifier: Qualifier;
  /** The domain-spec as written, macros unexpanded. */
  readonly domain?: string;
  readonly network?: string;
  readonly prefix4?: number;
  readonly prefix6?: number;
}

/** `redirect=`, `exp=` and any other `name=macro-string` (RFC 7208 6). `name` is lower case. */
export interface Modifier {
  readonly kind: "modifier";
  readonly raw: string;
  readonly name: string;
  readonly value: string;
}

export type Term = Mechanism | Modifier;
