import { MailDnsError } from "../errors.ts";
import { identityOf } from "./identity.ts";
import { endOfLive, firstAll, isRedirect, liveMechanisms, termsOf } from "./order.ts";
import { readTerm } from "./read-term.ts";
import type { SpacedTerm, SpfRecord } from "./record.ts";
import type { Term } from "./term.ts";

/**
 * One record of several: the first as it is, with what only the others have put in its place:
 * mechanisms that count before its end, modifiers and dead mechanisms behind all else.
 *
 *     v=spf1  mx  -all    and    v=spf1 a mx exp=why.example.com -all
 *     v=spf1  mx a  -all exp=why.example.com
 */
export function unite(base: SpfRecord, others: readonly SpfRecord[]): SpfRecord {
  const live = new Set(liveMechanisms(termsOf(base)).map(identityOf));
  const mechanisms = fresh(
    others.flatMap((other) => liveMechanisms(termsOf(other))),
    live,
  );
  const known = new Set([...termsOf(base), ...mechanisms].map(identityOf));
  const rest = fresh(others.flatMap(termsOf), known).filter((term) => !isEnd(term));
  const hasExp = termsOf(base).some(isExp);
  const firstExp = hasExp ? undefined : rest.find(isExp);
  const added = rest.filter((term) => !isExp(term) || term === firstExp);
  const terms = base.terms.toSpliced(endOfLive(base.terms), 0, ...mechanisms.map(spaced));
  return { ...base, terms: [...terms, ...added.map(spaced)] };
}

/**
 * The same record with `all` (`~all`) as its end. A `redirect=` that counted lives on as an include,
 * which lets the same senders pass (RFC 7208 6.1), so that none of them is lost.
 *
 *     v=spf1 a redirect=_spf.example.com
 *     v=spf1 a include:_spf.example.com ~all
 */
export function endWith(record: SpfRecord, all: string): SpfRecord {
  const at = firstAll(termsOf(record));
  const own = record.terms[at];
  const end = { gap: own?.gap ?? " ", term: termOf(all) };
  if (own !== undefined) {
    const isSame = identityOf(own.term) === identityOf(end.term);
    return isSame ? record : { ...record, terms: record.terms.with(at, end) };
  }
  const terms = record.terms.filter(({ term }) => !isRedirect(term));
  const includes = termsOf(record)
    .filter(isRedirect)
    .map(({ value }) => spaced(termOf(`include:${value}`)));
  return { ...record, terms: [...terms, ...includes, end] };
}

/** Those that are not known yet, each once. */
function fresh(terms: readonly Term[], known: Set<string>): readonly Term[] {
  return terms.filter((term) => {
    const identity = identityOf(term);
    const isNew = !known.has(identity);
    known.add(identity);
    return isNew;
  });
}

/** What may stand in a record once, or counts once: the first record's own is kept. */
function isEnd(term: Term): boolean {
  return isRedirect(term) || (term.kind === "mechanism" && term.name === "all");
}

function isExp(term: Term): boolean {
  return term.kind === "modifier" && term.name === "exp";
}

function spaced(term: Term): SpacedTerm {
  return { gap: " ", term };
}

function termOf(text: string): Term {
  const term = readTerm(text);
  if (term.kind !== "none") return term;
  throw new MailDnsError("invalid-input", `"${text}" is no SPF term: ${term.reason}`);
}
