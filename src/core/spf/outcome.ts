import { MailDnsError } from "../errors.ts";
import { firstAll, isRedirect, termsOf } from "./order.ts";
import { parseSpf, printSpf } from "./parse.ts";
import { readTerm } from "./read-term.ts";
import type { SpfRecord } from "./record.ts";
import type { Term } from "./term.ts";
import { endWith, unite } from "./unite.ts";

/** One outcome: the owner's word that brings it about, and what it changes in what was meant. */
export interface JoinChoice {
  readonly all: string;
  readonly record: string;
  /** Sentences, one for each record whose own end is given up. */
  readonly effects: readonly string[];
}

/** One of the records; `end` decides for senders that it does not name. */
export interface Entry {
  readonly index: number;
  readonly value: string;
  readonly record: SpfRecord;
  readonly end: Term | undefined;
}

export type Entries = readonly [Entry, ...Entry[]];

/** The record, in a list; an empty list for what is no valid record. */
export function readEntry(value: string, index: number): readonly Entry[] {
  const read = parseSpf(value);
  if (read.kind !== "spf") return [];
  const terms = termsOf(read.record);
  const end = terms[firstAll(terms)] ?? terms.find(isRedirect);
  return [{ index, value, record: read.record, end }];
}

/** The qualified `all`s that the records have; where none has one, the two usual ends. */
export function choicesOf(entries: Entries): readonly JoinChoice[] {
  const written = entries.flatMap(({ end }) => {
    if (end === undefined) return ["?all"];
    return end.kind === "mechanism" ? [`${end.qualifier}all`] : [];
  });
  const alls =
    written.length === 0 ? ["-all", "~all"] : [...new Set(written)].toSorted(byStrictness);
  return alls.map((all) => ({
    all,
    record: outcome(entries, all).record,
    effects: entries.flatMap((entry) => effectOn(entry, all)),
  }));
}

/** The one record that these become, and the value whose place it takes. */
export function outcome(
  [first, ...others]: Entries,
  all?: string,
): { readonly keeper: number; readonly record: string } {
  const keeper = first.index;
  if (others.length === 0 && all === undefined) return { keeper, record: first.value };
  const end = (entry: Entry) =>
    all === undefined ? entry.record : endWith(entry.record, word(all));
  return { keeper, record: printSpf(unite(end(first), others.map(end))) };
}

const RESULTS: Readonly<Record<string, string>> = {
  "-": "fail",
  "~": "softfail",
  "?": "neutral",
  "+": "pass",
};
const STRICT = "-~?+";

function byStrictness(one: string, two: string): number {
  return STRICT.indexOf(one.charAt(0)) - STRICT.indexOf(two.charAt(0));
}

function effectOn(entry: Entry, all: string): readonly string[] {
  const { end } = entry;
  const after = RESULTS[all.charAt(0)];
  if (end?.kind === "modifier") {
    return [
      `\`${end.raw}\` lives on as \`include:${end.value}\`; senders that no record names get ${after}`,
    ];
  }
  const before = end === undefined ? "?" : end.qualifier;
  if (before === all.charAt(0)) return [];
  const way = byStrictness(before, all) < 0 ? "looser" : "stricter";
  const which = end === undefined ? "without `all`" : `that ends with \`${end.raw}\``;
  return [
    `${way} than the record ${which}: senders that no record names get ${after}, not ${RESULTS[before]}`,
  ];
}

/** How the record ends, as "it ..." goes on. */
export function endText({ end }: Entry): string {
  if (end === undefined) return "has no `all`";
  return end.kind === "mechanism"
    ? `ends with \`${end.qualifier}all\``
    : `ends with \`${end.name}=${end.value}\``;
}

function word(all: string): string {
  const term = readTerm(all);
  if (term.kind === "mechanism" && term.name === "all") return all;
  throw new MailDnsError("invalid-input", `"${all}" is no way for an SPF record to end`);
}
