import { identityOf } from "./identity.ts";
import { liveMechanisms, termsOf } from "./order.ts";
import {
  type Entries,
  type Entry,
  type JoinChoice,
  choicesOf,
  endText,
  outcome,
  readEntry,
} from "./outcome.ts";
import { readTerm } from "./read-term.ts";
import type { Term } from "./term.ts";

/**
 * What becomes of several SPF records at one name.
 * - `joined`: `record` takes the place of `values[keeper]`, the other values go. `reason` completes
 *   "the records become one: ..."
 * - `undecided`: the records say different things, and only their owner knows which is meant.
 *   `reason` completes "they are not joined, because ...". `choices` are the possible outcomes; it
 *   is empty where a record must be put right first.
 */
export type Join =
  | {
      readonly kind: "joined";
      readonly rule: "template" | "subset" | "union" | "owner";
      readonly record: string;
      readonly keeper: number;
      readonly reason: string;
    }
  | {
      readonly kind: "undecided";
      readonly reason: string;
      readonly choices: readonly JoinChoice[];
    };

export interface JoinWishes {
  /** Terms that are added anyway: a record with nothing else in it was made from the template. */
  readonly ours: readonly string[];
  /** The owner's word on how the one record ends: `~all`, `-all`, `?all`. */
  readonly all?: string | undefined;
}

/**
 * Joins the SPF records of one name where no sender loses or gains anything that its record's owner
 * meant, else as the owner says. (Today's result of two records is a permanent error for everybody,
 * RFC 7208 4.5, so nothing that works can break.)
 *
 *     v=spf1 include:_spf.google.com mx ~all    and    v=spf1 ip4:192.0.2.1 ~all
 *     v=spf1 include:_spf.google.com mx ip4:192.0.2.1 ~all
 *
 * The result does not depend on the order of the values. It need not hold our own terms yet:
 * `ensureTerms` puts them in. Limits on lookups and size are the caller's to check.
 */
export function joinSpf(values: readonly string[], wishes: JoinWishes): Join {
  const entries = values.flatMap(readEntry).toSorted(byWeight);
  const [first, ...others] = withoutTemplates(entries, wishes.ours);
  if (first === undefined || entries.length < values.length) {
    return { kind: "undecided", reason: "one of them has a syntax error", choices: [] };
  }
  const kept = withoutCarried([first, ...others]);
  const obstacle = obstacleTo(kept);
  const { all } = wishes;
  if (all !== undefined && (obstacle !== undefined || !endsWith(kept[0], all))) {
    const reason = `as the stack file says, the record ends with \`${all}\``;
    return { kind: "joined", rule: "owner", ...outcome(kept, all), reason };
  }
  if (obstacle !== undefined) {
    return { kind: "undecided", reason: obstacle, choices: choicesOf(kept) };
  }
  return { kind: "joined", ...ruleOf(kept.length, others.length + 1), ...outcome(kept) };
}

/** Denials first, so that they keep their effect; then the longer record; then by the text. */
function byWeight(one: Entry, two: Entry): number {
  return (
    Number(denies(two)) - Number(denies(one)) ||
    two.record.terms.length - one.record.terms.length ||
    (one.value < two.value ? -1 : Number(one.value > two.value))
  );
}

/**
 * Without records that hold nothing but our own terms and an `all`: somebody followed the page but
 * added a record instead of editing the one that was there. Its `all` was never meant to count.
 */
function withoutTemplates(entries: readonly Entry[], ours: readonly string[]): readonly Entry[] {
  const known = new Set(ours.map((text) => identityIn(text)));
  const meant = entries.filter(({ record, end }) => {
    const rest = termsOf(record).filter((term) => term !== end);
    const isOurs = rest.length > 0 && rest.every((term) => known.has(identityOf(term)));
    return !isOurs || end?.kind !== "mechanism" || end.qualifier === "+";
  });
  return meant.length === 0 ? entries : meant;
}

/** Without records of which another one says everything, so that keeping that one is enough. */
function withoutCarried(entries: Entries): Entries {
  const [first, ...more] = entries;
  const kept = more.filter(
    (entry, at) => ![first, ...more.slice(0, at)].some((other) => carries(other, entry)),
  );
  return [first, ...kept];
}

/** Whatever the smaller lets pass, the larger does; for all other senders both end alike. */
function carries(larger: Entry, smaller: Entry): boolean {
  const terms = termsOf(smaller.record);
  if (endText(larger) !== endText(smaller) || denies(smaller)) return false;
  const live = liveMechanisms(termsOf(larger.record));
  const denial = live.findIndex(isDenial);
  const ahead = (denial < 0 ? live : live.slice(0, denial)).map(identityOf);
  const all = new Set([...ahead, ...termsOf(larger.record).filter(isModifier).map(identityOf)]);
  return [...liveMechanisms(terms), ...terms.filter(isModifier)].every((term) =>
    all.has(identityOf(term)),
  );
}

/** Why it can't be proved that one record says what all of them say (undefined: it can). */
function obstacleTo(entries: Entries): string | undefined {
  if (entries.length === 1) return undefined;
  const ends = [...new Set(entries.map(endText))];
  if (ends.length > 1) return `one of them ${ends.slice(0, 2).join(" and another ")}`;
  const denial = entries.flatMap(({ record }) => liveMechanisms(termsOf(record))).find(isDenial);
  if (denial !== undefined) {
    return `\`${denial.raw}\` keeps senders from passing that another record may name`;
  }
  const modifiers = entries.map(({ record }) =>
    termsOf(record).filter(isModifier).map(identityOf).toSorted().join(" "),
  );
  return new Set(modifiers).size > 1 ? "their modifiers (`name=value`) differ" : undefined;
}

type Rule = Pick<Extract<Join, { kind: "joined" }>, "rule" | "reason">;

function ruleOf(kept: number, meant: number): Rule {
  if (kept > 1) {
    return { rule: "union", reason: "it lets pass whoever one of them lets pass" };
  }
  return kept < meant
    ? { rule: "subset", reason: "one of them says everything that the others say" }
    : { rule: "template", reason: "the others hold nothing but what is added anyway" };
}

function endsWith({ end }: Entry, all: string): boolean {
  return end !== undefined && identityOf(end) === identityIn(all);
}

function identityIn(text: string): string | undefined {
  const term = readTerm(text);
  return term.kind === "none" ? undefined : identityOf(term);
}

function denies({ record }: Entry): boolean {
  return liveMechanisms(termsOf(record)).some(isDenial);
}

function isDenial(term: Term): boolean {
  return term.kind === "mechanism" && term.qualifier !== "+";
}

function isModifier(term: Term): boolean {
  return term.kind === "modifier";
}
