import type { Answer, Answers } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import type { Verdict } from "../plan/schema.ts";
import { queryName } from "./expand.ts";
import { type MacroPart, readMacroString } from "./macro.ts";
import { type Network, networkOf, parseAddress } from "./network.ts";
import { parseSpf } from "./parse.ts";
import type { SpfRecord } from "./record.ts";
import type { Mechanism, MechanismName, Modifier, Qualifier } from "./term.ts";

/** A domain-spec, ready to be used. */
export interface Target {
  readonly parts: readonly MacroPart[];
  /** Macro letters in it, each once. */
  readonly letters: string;
  /** Without macros: its name; null where that is no name DNS can be asked for. */
  readonly fixed?: DomainName | null;
}

/** A mechanism, ready to be matched. */
export interface Directive {
  readonly raw: string;
  readonly name: MechanismName;
  readonly verdict: Verdict;
  readonly target?: Target;
  readonly network?: Network;
  readonly prefix4: number;
  readonly prefix6: number;
}

/** `redirect=` */
export interface Redirect {
  readonly raw: string;
  readonly target: Target;
}

/** A valid record, ready to be evaluated. Unknown modifiers have no part in it (RFC 7208 6). */
export interface Reading {
  /** Up to and with the first `all`: what stands behind it is never reached (5.1). */
  readonly directives: readonly Directive[];
  /** Terms that would cost a lookup, and that `all` keeps from being reached, as written. */
  readonly unreached: readonly string[];
  readonly redirect?: Redirect;
  readonly exp?: Target;
}

/** What a name's TXT records are to check_host() (RFC 7208 4.4 to 4.6). */
export type Selection =
  | { readonly kind: "record"; readonly reading: Reading }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "permerror"; readonly reason: string }
  | { readonly kind: "temperror"; readonly reason: string };

/** A domain whose SPF values are given, and win over what DNS says of it. */
export interface OwnRecord {
  readonly domain: DomainName;
  readonly selection: Selection;
}

/** Mechanisms that cost a lookup (RFC 7208 4.6.4); `redirect` does too. */
export function costsLookup(name: MechanismName): boolean {
  return name !== "all" && name !== "ip4" && name !== "ip6";
}

/**
 * Lookups of a term that takes any, without what is inside: one, and one more for the PTR query of
 * a `p` macro (RFC 7208 4.6.4).
 */
export function lookupsOf({ target }: { readonly target?: Target }): number {
  return target?.letters.includes("p") ? 2 : 1;
}

/** The record that check_host() finds at a domain; undefined as long as DNS was not asked. */
export function selectionAt(
  domain: DomainName,
  answers: Answers,
  own?: OwnRecord,
): Selection | undefined {
  if (own !== undefined && own.domain === domain) return own.selection;
  const answer = answers[`${domain} TXT`];
  return answer && selectionOf(answer);
}

// Answers are immutable, so what they select is worked out once for each.
const selections = new WeakMap<Answer, Selection>();

function selectionOf(answer: Answer): Selection {
  const known = selections.get(answer);
  if (known !== undefined) return known;
  const selection = selectFrom(answer);
  selections.set(answer, selection);
  return selection;
}

function selectFrom(answer: Answer): Selection {
  switch (answer.status) {
    case "servfail":
      return { kind: "temperror", reason: "its TXT records could not be read" };
    case "timeout":
      return { kind: "temperror", reason: "nobody answered for its TXT records" };
    case "nxdomain":
      return { kind: "none", reason: "there is no such name" };
    case "nodata":
      return { kind: "none", reason: "it has no TXT record" };
    case "records":
      return select(answer.records.map((record) => record.data));
  }
}

/** RFC 7208 4.5 over all TXT values of a name. */
export function select(values: readonly string[]): Selection {
  const found = values.map(readValue).filter((reading) => reading !== null);
  const [first] = found;
  if (first === undefined) return { kind: "none", reason: "it has no SPF record" };
  if (found.length === 1) return first;
  return { kind: "permerror", reason: `it has ${found.length} SPF records` };
}

const MAX_KNOWN = 2000;
const MAX_KNOWN_OCTETS = 4096;
// The same included records stand behind thousands of domains.
const knownValues = new Map<string, Selection | null>();

/** One TXT value; null where it is not selected. */
function readValue(value: string): Selection | null {
  const known = knownValues.get(value);
  if (known !== undefined) return known;
  const selection = readFresh(value);
  if (value.length <= MAX_KNOWN_OCTETS) {
    if (knownValues.size >= MAX_KNOWN) knownValues.clear();
    knownValues.set(value, selection);
  }
  return selection;
}

function readFresh(value: string): Selection | null {
  const parsed = parseSpf(value);
  if (parsed.kind === "spf") return { kind: "record", reading: readRecord(parsed.record) };
  if (parsed.kind !== "broken") return null;
  const [{ text, reason }] = parsed.faults;
  return { kind: "permerror", reason: `its record has a syntax error at "${text}": ${reason}` };
}

function readRecord(record: SpfRecord): Reading {
  const mechanisms: Mechanism[] = [];
  const modifiers: Modifier[] = [];
  for (const { term } of record.terms) {
    if (term.kind === "mechanism") mechanisms.push(term);
    else modifiers.push(term);
  }
  const all = mechanisms.findIndex((mechanism) => mechanism.name === "all");
  const reached = all < 0 ? mechanisms : mechanisms.slice(0, all + 1);
  const redirect = modifiers.find((modifier) => modifier.name === "redirect");
  const exp = modifiers.find((modifier) => modifier.name === "exp");
  const behind = all < 0 ? [] : mechanisms.slice(all + 1);
  const unreached = behind.filter(({ name }) => costsLookup(name)).map(({ raw }) => raw);
  if (all >= 0 && redirect !== undefined) unreached.push(redirect.raw);
  return {
    directives: reached.map(readMechanism),
    unreached,
    ...(all < 0 &&
      redirect && { redirect: { raw: redirect.raw, target: readTarget(redirect.value) } }),
    ...(exp && { exp: readTarget(exp.value) }),
  };
}

const VERDICTS: Readonly<Record<Qualifier, Verdict>> = {
  "+": "pass",
  "-": "fail",
  "~": "softfail",
  "?": "neutral",
};

function readMechanism(mechanism: Mechanism): Directive {
  const { raw, name, qualifier, domain, prefix4 = 32, prefix6 = 128 } = mechanism;
  const address = mechanism.network === undefined ? undefined : parseAddress(mechanism.network);
  const prefix = name === "ip4" ? prefix4 : prefix6;
  return {
    raw,
    name,
    verdict: VERDICTS[qualifier],
    ...(domain !== undefined && { target: readTarget(domain) }),
    ...(address && { network: networkOf(address, prefix) }),
    prefix4,
    prefix6,
  };
}

/** The parser has already refused whatever is no domain-spec. */
function readTarget(domain: string): Target {
  const reading = readMacroString(domain, "domain");
  const parts = "parts" in reading ? reading.parts : [];
  const letters = new Set(parts.flatMap((part) => (part.kind === "macro" ? [part.letter] : [])));
  if (letters.size > 0) return { parts, letters: [...letters].join("") };
  const text = parts.map((part) => (part.kind === "literal" ? part.text : "")).join("");
  return { parts, letters: "", fixed: queryName(text) ?? null };
}
