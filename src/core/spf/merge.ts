import { MailDnsError } from "../errors.ts";
import type { TermEdit } from "../plan/schema.ts";
import { isAll, isSpace, quoted } from "./characters.ts";
import { identityOf, sendersOf } from "./identity.ts";
import { endOfLive, firstAll } from "./order.ts";
import { parseSpf, printSpf } from "./parse.ts";
import { readTerm } from "./read-term.ts";
import type { SpacedTerm, SpfRecord } from "./record.ts";
import { VERSION, type Word, printWords, scan } from "./scan.ts";
import type { Mechanism } from "./term.ts";

export type Placement = "first" | "before-all";

/**
 * How a record stands to a term of ours.
 * - `present`: it is there and it counts
 * - `dead`: it is there, but only behind `all`, where no receiver looks (RFC 7208 5.1)
 * - `denied`: the same senders are named with another qualifier; `term` is what the owner wrote
 * - `absent`: nothing names these senders
 */
export type TermState =
  | {
      readonly state: "present" | "dead" | "denied";
      readonly term: Mechanism;
      readonly index: number;
    }
  | { readonly state: "absent" };

/** The `all` that ends every record we create. */
const CREATED_ALL = "~all";

/** Whether `term` (`include:_spf.odoo.com`) is in the record, and to what effect. */
export function findTerm(record: SpfRecord, term: string): TermState {
  const wanted = ownTerm(term);
  const terms = record.terms.map((spaced) => spaced.term);
  const end = firstAll(terms);
  const named = terms.flatMap((found, index) =>
    found.kind === "mechanism" && sendersOf(found) === sendersOf(wanted)
      ? [{ term: found, index }]
      : [],
  );
  const first = named[0];
  if (first === undefined) return { state: "absent" };
  const denied = named.find((found) => found.term.qualifier !== wanted.qualifier);
  // Of two that name the same senders, the first decides (4.6.2).
  if (first.index < end && first !== denied) return { state: "present", ...first };
  return denied === undefined ? { state: "dead", ...first } : { state: "denied", ...denied };
}

/**
 * The record with these terms in it, and what `removeTerms` needs to take them out again.
 *
 *     v=spf1 include:_spf.google.com ~all
 *     v=spf1 include:_spf.odoo.com include:_spf.google.com ~all        first
 *     v=spf1 include:_spf.google.com include:_spf.odoo.com ~all        before-all
 *
 * `null` creates `v=spf1 include:_spf.odoo.com ~all`. A term that is there and counts is left where
 * it is; one that stands dead behind `all` is moved, in its owner's spelling. No other octet
 * changes. A denied term is left as it is: ask `findTerm` first.
 *
 * Throws `invalid-input` for a value that is no valid record and for a term that is no mechanism.
 */
export function ensureTerms(
  value: string | null,
  terms: readonly string[],
  placement: Placement,
): TermEdit & { readonly record: string } {
  const wanted = firstOfEach(terms, (term) => sendersOf(ownTerm(term)));
  if (value === null) {
    const record = [VERSION, ...wanted, CREATED_ALL].join(" ");
    return { record, added: wanted, moved: [], created: true };
  }
  const record = validRecord(value);
  const states = wanted.map((text) => ({ text, found: findTerm(record, text) }));
  const put = states.flatMap(({ text, found }) => {
    if (found.state === "absent") return [text];
    return found.state === "dead" ? [found.term.raw] : [];
  });
  const dead = states.filter(({ found }) => found.state === "dead").map(({ text }) => text);
  const moved = deadCopies(record, dead);
  const gone = new Set(moved.map(({ index }) => index));
  const staying = record.terms.filter((_, index) => !gone.has(index));
  const at = placement === "first" ? 0 : endOfLive(staying);
  const ours = put.map((text): SpacedTerm => ({ gap: " ", term: ownTerm(text) }));
  return {
    record: printSpf({ ...record, terms: staying.toSpliced(at, 0, ...ours) }),
    added: states.filter(({ found }) => found.state === "absent").map(({ text }) => text),
    moved,
    created: false,
  };
}

/**
 * Takes out of a record what `ensureTerms` did to it: on the record it returned this is its exact
 * inverse, octet by octet. On a record that others have changed since only ours goes, one word a
 * term, and a moved term returns to its dead place only if there still is one. Returns null when
 * the record was made by us and nothing is left in it but what we wrote.
 */
export function removeTerms(value: string, edit: TermEdit): string | null {
  const found = scan(value);
  if (found === undefined) return value;
  let words = [...edit.added].reduce(withoutOne, found.words);
  const gone = new Set<string | undefined>();
  for (const text of firstOfEach(
    edit.moved.map((moved) => moved.text),
    identify,
  )) {
    const rest = withoutOne(words, text);
    if (rest === words) gone.add(identify(text));
    words = rest;
  }
  // Where ours is gone already, its owner wants it gone: nothing is put back.
  words = edit.moved.filter(({ text }) => !gone.has(identify(text))).reduce(putBack, words);
  if (edit.created && words.every(({ text }) => text === CREATED_ALL) && words.length <= 1) {
    return null;
  }
  return printWords({ ...found, words });
}

/**
 * The record without these terms, whoever put them in: what retiring a domain asks for. Every copy
 * goes, dead ones too, so that nothing is left to take out afterwards; all other octets stay.
 *
 *     v=spf1 include:_spf.odoo.com include:_spf.google.com ~all
 *     v=spf1 include:_spf.google.com ~all
 */
export function takeOut(value: string, terms: readonly string[]): string {
  const found = scan(value);
  if (found === undefined) return value;
  const ours = new Set(terms.map(identify));
  const words = found.words.filter(
    ({ term }) => term.kind === "none" || !ours.has(identityOf(term)),
  );
  return printWords({ ...found, words });
}

/** The record without one copy of each of these terms, where it has one. No other octet changes. */
export function withoutTerms(value: string, terms: readonly string[]): string {
  return removeTerms(value, { added: [...terms], moved: [], created: false }) ?? value;
}

/** Each of the texts that are equal by `by` once, in its first spelling. */
function firstOfEach(texts: readonly string[], by: (text: string) => string | undefined): string[] {
  const names = texts.map(by);
  return texts.filter((_, index) => names.indexOf(names[index]) === index);
}

/** Equal texts are equal terms; undefined for what is no term. */
function identify(text: string): string | undefined {
  const term = readTerm(text);
  return term.kind === "none" ? undefined : identityOf(term);
}

function ownTerm(text: string): Mechanism {
  const term = readTerm(text);
  if (term.kind === "mechanism" && term.name !== "all") return term;
  const reason = term.kind === "none" ? term.reason : "it is no mechanism that names senders";
  throw new MailDnsError(
    "invalid-input",
    `${quoted(text)} can't be added to an SPF record: ${reason}`,
  );
}

function validRecord(value: string): SpfRecord {
  const read = parseSpf(value);
  if (read.kind === "spf") return read.record;
  throw new MailDnsError("invalid-input", `${quoted(value)} is no valid SPF record`);
}

/** Every copy of these terms, with what it takes to put it back. */
function deadCopies(record: SpfRecord, texts: readonly string[]): TermEdit["moved"] {
  const dead = new Set(texts.map(identify));
  return record.terms.flatMap(({ gap, term }, index) =>
    dead.has(identityOf(term)) ? [{ text: term.raw, gap, index }] : [],
  );
}

/** Without one word that is this term: the one in this spelling, else the first that is equal. */
function withoutOne(words: readonly Word[], text: string): readonly Word[] {
  const identity = identify(text);
  const equal = words.filter(({ term }) => term.kind !== "none" && identityOf(term) === identity);
  const one = equal.find((word) => word.text === text) ?? equal[0];
  return one === undefined ? words : words.filter((word) => word !== one);
}

/** A dead term back behind `all`; dropped where no `all` is left, for there it would come alive. */
function putBack(words: readonly Word[], moved: TermEdit["moved"][number]): readonly Word[] {
  const all = firstAll(words.map(({ term }) => term));
  if (all === words.length) return words;
  const at = moved.index > all ? Math.min(moved.index, words.length) : words.length;
  const gap = isAll(moved.gap, isSpace) ? moved.gap : " ";
  return words.toSpliced(at, 0, { gap, at: 0, text: moved.text, term: readTerm(moved.text) });
}
