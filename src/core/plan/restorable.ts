import { identityOf } from "../spf/identity.ts";
import { termsOf } from "../spf/order.ts";
import { parseSpf } from "../spf/parse.ts";
import { readTerm } from "../spf/read-term.ts";
import type { Term } from "../spf/term.ts";
import type { Op } from "./schema.ts";

/**
 * Whether what these ops of a receipt would bring back can have been there before us. We never take
 * a sender out of an SPF record but our own, so each term of a `before` is one of ours (`terms`) or
 * stands in some `after` or in what is `live` there; and `+all` is never what we replaced. A receipt that says otherwise was
 * not written by us.
 */
export function isRestorable(
  ops: readonly Op[],
  terms: readonly string[],
  live: readonly string[],
): boolean {
  const texts = ops.filter(({ type }) => type === "TXT");
  const standing = [...live, ...texts.map(({ after }) => after)];
  const kept = new Set(standing.flatMap(termsIn).map(identityOf));
  const ours = new Set(terms.flatMap((text) => identitiesOf(readTerm(text))));
  return texts.flatMap(({ before }) => termsIn(before)).every((term) => isKept(term, kept, ours));
}

function isKept(term: Term, kept: ReadonlySet<string>, ours: ReadonlySet<string>): boolean {
  const identity = identityOf(term);
  if (kept.has(identity) || ours.has(identity)) return true;
  if (term.kind === "mechanism") return term.name === "all" && term.qualifier !== "+";
  // Joining by the owner's word makes an include of a redirect (outcome.ts).
  return term.name === "redirect" && [...kept].some((other) => other === `+include:${term.value}`);
}

function identitiesOf(term: ReturnType<typeof readTerm>): readonly string[] {
  return term.kind === "none" ? [] : [identityOf(term)];
}

function termsIn(value: string | null): readonly Term[] {
  const read = parseSpf(value ?? "");
  return read.kind === "spf" ? termsOf(read.record) : [];
}
