import { type Answers, type Question, answerKey } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import type { RRType } from "../dns/rrset.ts";
import { mailHostsOf } from "./answer-data.ts";
import type { Family } from "./network.ts";
import {
  type Directive,
  type Reading,
  type Selection,
  type Target,
  costsLookup,
  selectionAt,
} from "./reading.ts";
import { MAX_LOOKUPS, MAX_NAMES } from "./run.ts";

/** A tree of records, and which questions its terms come to. */
export interface Tree {
  readonly domain: DomainName;
  /** What the domain itself has: one record, or several that are compared. */
  readonly roots: readonly (Selection | undefined)[];
  readonly answers: Answers;
  readonly families: readonly Family[];
  /** The name a term means; undefined where that can't be said before the sender is known. */
  nameOf(target: Target | undefined, domain: DomainName): DomainName | undefined;
}

export interface VisitedRecord {
  readonly domain: DomainName;
  readonly reading: Reading;
}

export interface Visited {
  /** Every record that can be reached, each domain once. */
  readonly records: readonly VisitedRecord[];
  /** What is still to be asked, as far as can be seen. */
  readonly missing: readonly Question[];
  /** Whether the tree was too large to be seen in full. */
  readonly cut: boolean;
}

/** More than any tree that stays within the limits of RFC 7208 4.6.4 can make use of. */
const MAX_RECORDS = 200;
const MAX_QUESTIONS = 200;

/**
 * Every record below a domain, whether or not a sender would get that far, level by level: so one
 * round of questions a level is enough. Depth ends where the lookups end.
 */
export function visit(tree: Tree): Visited {
  const { domain, answers, roots } = tree;
  const records: VisitedRecord[] = [];
  const missing = new Map<string, Question>();
  const seen = new Set<DomainName>([domain]);
  let level: readonly Found[] = roots.map((selection) => ({ domain, selection }));
  let cut = false;
  for (let depth = 0; depth <= MAX_LOOKUPS && level.length > 0; depth += 1) {
    const next: DomainName[] = [];
    for (const { domain, selection } of level) {
      if (selection === undefined) want(missing, { name: domain, type: "TXT" });
      if (selection?.kind !== "record") continue;
      records.push({ domain, reading: selection.reading });
      for (const question of questionsOf(tree, selection.reading, domain)) want(missing, question);
      for (const child of childrenOf(tree, selection.reading, domain)) {
        if (!seen.has(child)) next.push(child);
        seen.add(child);
      }
    }
    const room = Math.max(0, MAX_RECORDS - records.length);
    cut ||= next.length > room || missing.size >= MAX_QUESTIONS;
    level = next
      .slice(0, room)
      .map((domain) => ({ domain, selection: selectionAt(domain, answers) }));
  }
  return { records, missing: [...missing.values()], cut };
}

interface Found {
  readonly domain: DomainName;
  readonly selection: Selection | undefined;
}

function want(missing: Map<string, Question>, question: Question): void {
  if (missing.size < MAX_QUESTIONS) missing.set(answerKey(question), question);
}

function childrenOf(tree: Tree, reading: Reading, domain: DomainName): readonly DomainName[] {
  const { directives, redirect } = reading;
  const targets = directives
    .filter((directive) => directive.name === "include")
    .map((directive) => directive.target);
  if (redirect !== undefined) targets.push(redirect.target);
  return targets.flatMap((target) => tree.nameOf(target, domain) ?? []);
}

function questionsOf(tree: Tree, reading: Reading, domain: DomainName): readonly Question[] {
  return reading.directives.flatMap((directive) => {
    if (!costsLookup(directive.name) || directive.name === "include") return [];
    const name = tree.nameOf(directive.target, domain);
    return name === undefined ? [] : missingFor(directive, name, tree);
  });
}

/** Each question once. */
export function unique(questions: readonly Question[]): readonly Question[] {
  return [...new Map(questions.map((question) => [answerKey(question), question])).values()];
}

/** What an `a`, `mx` or `exists` still needs to be asked; `ptr` depends on the sender alone. */
export function missingFor(
  directive: Directive,
  name: DomainName,
  { answers, families }: Pick<Tree, "answers" | "families">,
): readonly Question[] {
  const types = families.map((family) => (family === 4 ? "A" : "AAAA"));
  const unknown = (names: readonly DomainName[], types: readonly RRType[]): Question[] =>
    names
      .flatMap((name) => types.map((type) => ({ name, type })))
      .filter((question) => answers[answerKey(question)] === undefined);
  switch (directive.name) {
    case "a":
      return unknown([name], types);
    case "exists":
      return unknown([name], ["A"]);
    case "mx": {
      const answer = answers[`${name} MX`];
      if (answer === undefined) return [{ name, type: "MX" }];
      const hosts = mailHostsOf(answer);
      return hosts.length > MAX_NAMES ? [] : unknown(hosts, types);
    }
    default:
      return [];
  }
}
