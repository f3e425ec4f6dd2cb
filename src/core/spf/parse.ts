import { isNotSpace, isSpace, spanEnd } from "./characters.ts";
import { readTerm } from "./read-term.ts";
import type { SpacedTerm, SpfRecord, SpfValue, SyntaxFault } from "./record.ts";
import type { Term } from "./term.ts";

const VERSION = "v=spf1";

/**
 * What one TXT value (octets, strings joined) is to a receiver, by the whole grammar of RFC 7208
 * section 12. `v=spf1 include:_spf.google.com ~all` gives a record of two terms; printing that
 * gives back the same octets. All faults of a broken record are found. Any octets are taken, and
 * the work is linear in their number.
 */
export function parseSpf(value: string): SpfValue {
  if (!isSelected(value)) return { kind: "other" };
  const terms: SpacedTerm[] = [];
  const faults: SyntaxFault[] = [];
  const once = new Set<string>();
  let at = VERSION.length;
  while (spanEnd(value, at, isSpace) < value.length) {
    const start = spanEnd(value, at, isSpace);
    const end = spanEnd(value, start, isNotSpace);
    const text = value.slice(start, end);
    const term = readTerm(text);
    const reason = term.kind === "none" ? term.reason : repetition(term, once);
    if (reason !== undefined) faults.push({ at: start, text, reason });
    else if (term.kind !== "none") terms.push({ gap: value.slice(at, start), term });
    at = end;
  }
  const [first, ...more] = faults;
  if (first !== undefined) return { kind: "broken", faults: [first, ...more] };
  const record = { version: value.slice(0, VERSION.length), terms, tail: value.slice(at) };
  return { kind: "spf", record };
}

/** `redirect` and `exp` may stand once only (RFC 7208 6); others may repeat. */
function repetition(term: Term, once: Set<string>): string | undefined {
  if (term.kind !== "modifier" || (term.name !== "redirect" && term.name !== "exp")) return undefined;
  if (once.has(term.name)) return `"${term.name}=" may stand in a record only once`;
  once.add(term.name);
  return undefined;
}

/** The record as its owner wrote it, octet by octet. */
export function printSpf(record: SpfRecord): string {
  const terms = record.terms.map(({ gap, term }) => gap + term.raw);
  return `${record.version}${terms.join("")}${record.tail}`;
}

/** RFC 7208 4.5: `v=spf1`, in any case, and then a space or nothing. */
function isSelected(value: string): boolean {
  const behind = value.charAt(VERSION.length);
  if (behind !== "" && behind !== " ") return false;
  return value.slice(0, VERSION.length).toLowerCase() === VERSION;
}
