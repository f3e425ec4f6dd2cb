import { joinedIntent, likelyIntent } from "./intent.ts";
import { classifyUnselected } from "./near-miss.ts";
import type { SpacedTerm, SpfRecord, SpfValue, SyntaxFault } from "./record.ts";
import { type Word, scan } from "./scan.ts";
import type { Term } from "./term.ts";

/**
 * What one TXT value (octets, strings joined) is to a receiver, by the whole grammar of RFC 7208
 * section 12. `v=spf1 include:_spf.google.com ~all` gives a record of two terms; printing that
 * gives back the same octets. All faults of a broken record are found, not only the first. Any
 * octets are taken, and the work is linear in their number.
 */
export function parseSpf(value: string): SpfValue {
  const found = scan(value);
  if (found === undefined) return classifyUnselected(value);
  const { version, words, tail } = found;
  const [first, ...more] = faultsOf(words);
  if (first !== undefined) return { kind: "broken", faults: [first, ...more] };
  const terms = words.flatMap(({ gap, term }): SpacedTerm[] =>
    term.kind === "none" ? [] : [{ gap, term }],
  );
  return { kind: "spf", record: { version, terms, tail } };
}

/** The record as its owner wrote it, octet by octet. */
export function printSpf(record: SpfRecord): string {
  const terms = record.terms.map(({ gap, term }) => gap + term.raw);
  return `${record.version}${terms.join("")}${record.tail}`;
}

/** For so many faults we say what was probably meant; what has more of them is no slip of the pen. */
const MAX_SUGGESTIONS = 20;

function faultsOf(words: readonly Word[]): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  const once = new Set<string>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as Word;
    const mayGuess = faults.length < MAX_SUGGESTIONS;
    const torn = mayGuess ? tornApart(word, words[index + 1]) : undefined;
    const fault = torn ?? faultOf(word, once, mayGuess);
    if (fault !== undefined) faults.push(fault);
    if (torn !== undefined) index += 1;
  }
  return faults;
}

function faultOf(word: Word, once: Set<string>, mayGuess: boolean): SyntaxFault | undefined {
  const { at, text, term } = word;
  if (term.kind !== "none") {
    const reason = repetition(term, once);
    return reason === undefined ? undefined : { at, text, reason };
  }
  const suggestion = mayGuess ? likelyIntent(text) : undefined;
  return { at, text, reason: term.reason, ...(suggestion !== undefined && { suggestion }) };
}

/** `ip4: 192.0.2.1`: two words that are one term with a space too many. */
function tornApart(word: Word, next: Word | undefined): SyntaxFault | undefined {
  if (word.term.kind !== "none" || next === undefined) return undefined;
  const suggestion = joinedIntent(word.text, next);
  if (suggestion === undefined) return undefined;
  const text = `${word.text}${next.gap}${next.text}`;
  return { at: word.at, text, reason: "there is a space inside a term", suggestion };
}

/** `redirect` and `exp` may stand once only (RFC 7208 6); any other modifier may repeat. */
function repetition(term: Term, once: Set<string>): string | undefined {
  const single = term.kind === "modifier" && (term.name === "redirect" || term.name === "exp");
  if (!single) return undefined;
  if (once.has(term.name)) return `"${term.name}=" may stand in a record only once`;
  once.add(term.name);
  return undefined;
}
