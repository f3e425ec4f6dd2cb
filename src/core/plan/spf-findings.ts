import type { Finding } from "../findings/finding.ts";
import type { Subject, Words } from "../findings/rule.ts";
import { type RuleId, finding } from "../findings/rules.ts";
import { identityOf } from "../spf/identity.ts";
import type { SpfRecord } from "../spf/record.ts";
import type { Mechanism, Modifier, Term } from "../spf/term.ts";

type Told = readonly [id: RuleId, words: Words];

/**
 * What a valid record itself shows, without asking DNS: rows 11 to 14, 16, 17, 19, 24, 25 and 29 of
 * the merge table. None of it stops a change.
 */
export function recordFindings(record: SpfRecord, subject: Subject): readonly Finding[] {
  const terms = record.terms.map(({ term }) => term);
  const told = [...ending(terms), ...behindAll(terms), ...single(terms)];
  const name = subject.name ?? subject.domain;
  return told.map(([id, words]) => finding(id, subject, { name, ...words }));
}

/** Rows 11 to 14 and 16: what the record says of senders that it does not list. */
function ending(terms: readonly Term[]): readonly Told[] {
  const alls = terms.filter((term) => isAll(term));
  const [first] = alls;
  if (first === undefined) {
    return terms.some((term) => isModifier(term, "redirect")) ? [] : [["spf/all-missing", {}]];
  }
  const told: Told[] = [];
  if (first.qualifier === "+") told.push(["spf/all-pass", { term: first.raw }]);
  if (first.qualifier === "?") told.push(["spf/all-neutral", {}]);
  if (alls.length > 1) told.push(["spf/all-repeated", { terms: quoted(alls) }]);
  return told;
}

/** Rows 17 and 19: what `all` keeps receivers from looking at (RFC 7208 5.1). */
function behindAll(terms: readonly Term[]): readonly Told[] {
  const at = terms.findIndex((term) => isAll(term));
  if (at < 0) return [];
  const dead = terms.slice(at + 1).filter((term) => term.kind === "mechanism" && !isAll(term));
  const redirect = terms.find((term) => isModifier(term, "redirect"));
  const told: Told[] = [];
  if (dead.length > 0) told.push(["spf/dead-terms", { terms: quoted(dead) }]);
  if (redirect !== undefined) told.push(["spf/redirect-ignored", { term: redirect.raw }]);
  return told;
}

/** Rows 24, 25 and 29: terms that cost more than they seem to. */
function single(terms: readonly Term[]): readonly Told[] {
  const asked = terms.filter((term) => term.kind === "mechanism" && !isAll(term)) as Mechanism[];
  const macros = asked.filter((term) => term.domain?.includes("%{") === true);
  const ptr = asked.filter((term) => term.name === "ptr");
  const first = new Map(asked.toReversed().map((term) => [identityOf(term), term]));
  const repeated = asked.filter((term) => first.get(identityOf(term)) !== term);
  const told: Told[] = [];
  if (macros.length > 0) told.push(["spf/macro", { terms: quoted(macros) }]);
  if (ptr.length > 0) told.push(["spf/ptr", { terms: quoted(ptr) }]);
  if (repeated.length > 0) told.push(["spf/duplicate-terms", { terms: quoted(repeated) }]);
  return told;
}

export function isAll(term: Term): term is Mechanism {
  return term.kind === "mechanism" && term.name === "all";
}

function isModifier(term: Term, name: string): term is Modifier {
  return term.kind === "modifier" && term.name === name;
}

/** Terms as they stand in a sentence, each once. */
export function quoted(terms: readonly { readonly raw: string }[]): readonly string[] {
  return [...new Set(terms.map((term) => `\`${term.raw}\``))];
}
