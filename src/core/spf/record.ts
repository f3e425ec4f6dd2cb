import type { Term } from "./term.ts";

/** A term and the spaces before it: `gap` is one or more 0x20 (RFC 7208 12: `1*SP`). */
export interface SpacedTerm {
  readonly gap: string;
  readonly term: Term;
}

/** A record that parses. Printing it gives back the octets that were read, always. */
export interface SpfRecord {
  /** `v=spf1` as written (`V=SPF1`). */
  readonly version: string;
  readonly terms: readonly SpacedTerm[];
  /** Trailing spaces. */
  readonly tail: string;
}

/** One thing that breaks the grammar: `at` is the octet offset of `text` in the value. */
export interface SyntaxFault {
  readonly at: number;
  readonly text: string;
  /** What is wrong, in the owner's words: `there is no mechanism "ipv4"`. */
  readonly reason: string;
  /** What was probably meant, when that is clear: `ip4:192.0.2.1`. */
  readonly suggestion?: string;
}

/**
 * What one TXT value is to a receiver (RFC 7208 4.5):
 * - `spf`: selected as a record, and valid
 * - `broken`: selected, but permerror (4.6)
 * - `near`: looks like SPF to a person and is not selected (leading space, `v=spf1;`, quotes)
 * - `other`: nothing to do with SPF
 */
export type SpfValue =
  | { readonly kind: "spf"; readonly record: SpfRecord }
  | { readonly kind: "broken"; readonly faults: readonly [SyntaxFault, ...SyntaxFault[]] }
  | { readonly kind: "near"; readonly reason: string; readonly suggestion?: string }
  | {
      readonly kind: "other";
      /** An SPF version that does not exist, as written: `v=spf10`. Every receiver ignores it. */
      readonly version?: string;
    };
