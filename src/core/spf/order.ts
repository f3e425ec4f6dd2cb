import type { NoTerm } from "./read-term.ts";
import type { SpacedTerm, SpfRecord } from "./record.ts";
import type { Mechanism, Modifier, Term } from "./term.ts";

export function termsOf(record: SpfRecord): readonly Term[] {
  return record.terms.map(({ term }) => term);
}

/** How many terms stand before the first `all`; all of them where there is none (RFC 7208 5.1). */
export function firstAll(terms: readonly (Term | NoTerm)[]): number {
  const at = terms.findIndex((term) => term.kind === "mechanism" && term.name === "all");
  return at < 0 ? terms.length : at;
}

/** Where a new last mechanism that counts belongs: before the first `all`, else before `redirect=`. */
export function endOfLive(terms: readonly SpacedTerm[]): number {
  const end = firstAll(terms.map(({ term }) => term));
  if (end < terms.length) return end;
  const redirect = terms.findIndex(({ term }) => isRedirect(term));
  return redirect < 0 ? terms.length : redirect;
}

export function isRedirect(term: Term): term is Modifier {
  return term.kind === "modifier" && term.name === "redirect";
}

/** The mechanisms that receivers look at: those before the first `all`, without it. */
export function liveMechanisms(terms: readonly Term[]): readonly Mechanism[] {
  return terms
    .slice(0, firstAll(terms))
    .filter((term): term is Mechanism => term.kind === "mechanism");
}
