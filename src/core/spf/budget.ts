import { type Answers, type Lookup, type Question, done, need } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import { mailHostsOf } from "./answer-data.ts";
import {
  type Directive,
  type OwnRecord,
  type Reading,
  type Redirect,
  costsLookup,
  lookupsOf,
  select,
  selectionAt,
} from "./reading.ts";
import { MAX_NAMES } from "./run.ts";
import { staticName } from "./static-name.ts";
import { vendorOf } from "./vendors.ts";
import { missingFor, unique, visit } from "./walk.ts";

/**
 * - `ok`
 * - `void`: DNS had nothing, for either address family
 * - `none`: the included domain has no SPF record; a permerror for mail that gets there (5.2)
 * - `temperror`: DNS did not answer, so what is inside is not known
 * - `permerror`: the included record is broken, or there are more than 10 names behind `mx`
 * - `loop`: leads back to a record that is being read
 * - `macro`: what it asks depends on the sender
 * - `skipped`: never reached, because of `all`; or not counted, see `reason`
 */
export type BudgetState =
  | "ok"
  | "void"
  | "none"
  | "temperror"
  | "permerror"
  | "loop"
  | "macro"
  | "skipped";

/** Void lookups of a sender with an IPv4 address, and of one with an IPv6 address. */
export interface Voids {
  readonly ip4: number;
  readonly ip6: number;
}

/** One term that takes a lookup, in the order of evaluation. */
export interface BudgetNode {
  /** As written. */
  readonly term: string;
  /** What it asks for; absent for macros, and for `ptr`. */
  readonly domain?: DomainName;
  /** Who is behind an `include:` or `redirect=`, where the catalogue knows. */
  readonly vendor?: string;
  /** Lookups, with all inside. */
  readonly cost: number;
  /** Lookups from the first term up to and with this one. */
  readonly running: number;
  readonly voids: Voids;
  readonly state: BudgetState;
  /** Why it is `none`, `temperror`, `permerror` or not counted. */
  readonly reason?: string;
  readonly children: readonly BudgetNode[];
}

export interface Budget {
  /** Of a sender that nothing matches: more than any other sender takes. May be above 10. */
  readonly lookups: number;
  readonly voids: Voids;
  /** False: there is more inside a macro, behind a DNS error, or in a tree too large to count. */
  readonly exact: boolean;
  readonly terms: readonly BudgetNode[];
}

/** Records that stay within 10 lookups have far fewer terms that take one, and nest less deeply. */
const MAX_NODES = 200;
const MAX_DEPTH = 20;

interface Count {
  readonly top: DomainName;
  readonly answers: Answers;
  readonly own: OwnRecord;
  readonly wanted: Question[];
  nodes: number;
  lookups: number;
  exact: boolean;
}

/**
 * Counts the lookups and void lookups of a record (RFC 7208 4.6.4), term by term, in full even
 * beyond the limit. `value` is the record, whatever the answers say of the domain itself.
 *
 *     example.com.           TXT  "v=spf1 include:_spf.example.net mx ~all"
 *     _spf.example.net.      TXT  "v=spf1 include:a.example.net include:b.example.net ~all"
 *     -> include:_spf.example.net cost 3 running 3, mx cost 1 running 4
 */
export function spfBudget(domain: DomainName, value: string, answers: Answers): Lookup<Budget> {
  const own = { domain, selection: select([value]) };
  const count: Count = { top: domain, answers, own, wanted: [], nodes: 0, lookups: 0, exact: true };
  const { selection } = own;
  const terms = selection.kind === "record" ? countRecord(count, selection.reading, [domain]) : [];
  if (count.wanted.length > 0) return need(unique([...count.wanted, ...missingBelow(count)]));
  return done({ lookups: count.lookups, voids: sum(terms), exact: count.exact, terms });
}

function missingBelow({ top, answers, own }: Count): readonly Question[] {
  return visit({
    domain: top,
    roots: [own.selection],
    answers,
    families: [4, 6],
    nameOf: (target, at) => staticName(target, at, top) ?? undefined,
  }).missing;
}

/** `path`: the domains whose records are being read, the innermost last. */
function countRecord(
  count: Count,
  reading: Reading,
  path: readonly DomainName[],
): readonly BudgetNode[] {
  const nodes: BudgetNode[] = [];
  for (const directive of reading.directives) {
    if (costsLookup(directive.name)) nodes.push(countTerm(count, directive, path));
  }
  if (reading.redirect !== undefined) nodes.push(countTerm(count, reading.redirect, path));
  for (const term of reading.unreached) {
    nodes.push(node(count, { term, state: "skipped" }, count.lookups));
  }
  return nodes;
}

type Found = Pick<BudgetNode, "term" | "state"> &
  Partial<Pick<BudgetNode, "domain" | "vendor" | "reason" | "voids" | "children">>;

function node(count: Count, found: Found, before: number): BudgetNode {
  const { voids = NO_VOIDS, children = [], ...rest } = found;
  return { ...rest, cost: count.lookups - before, running: count.lookups, voids, children };
}

const NO_VOIDS: Voids = { ip4: 0, ip6: 0 };

function countTerm(
  count: Count,
  term: Directive | Redirect,
  path: readonly DomainName[],
): BudgetNode {
  const before = count.lookups;
  count.nodes += 1;
  const excess = excessOf(count, path);
  if (excess !== undefined) {
    count.exact = false;
    const reason = `not counted: there are ${excess}`;
    return node(count, { term: term.raw, state: "skipped", reason }, before);
  }
  count.lookups += lookupsOf(term);
  const at = path.at(-1) ?? count.top;
  const domain = staticName(term.target, at, count.top);
  if ("name" in term && term.name !== "include") {
    const found = plainTerm(count, term, domain);
    const asked = domain && term.name !== "ptr" ? { domain } : {};
    return node(count, { term: term.raw, ...asked, ...found }, before);
  }
  const vendor = vendorOf(term.raw.replace(/^[^:=]*[:=]/, ""))?.title;
  const named = { ...(domain && { domain }), ...(vendor !== undefined && { vendor }) };
  return node(count, { term: term.raw, ...named, ...nestedTerm(count, domain, path) }, before);
}

function excessOf(count: Count, path: readonly DomainName[]): string | undefined {
  if (count.nodes > MAX_NODES) return `more than ${MAX_NODES} terms with lookups`;
  return path.length > MAX_DEPTH ? `more than ${MAX_DEPTH} records inside each other` : undefined;
}

type Result = Omit<Found, "term" | "domain" | "vendor">;

/** `include` and `redirect` (5.2, 6.1). */
function nestedTerm(
  count: Count,
  domain: DomainName | null | undefined,
  path: readonly DomainName[],
): Result {
  if (domain === undefined) {
    count.exact = false;
    return { state: "macro" };
  }
  if (domain === null) return { state: "permerror", reason: "it gives no domain name" };
  if (path.includes(domain)) return { state: "loop", reason: `it leads back to ${domain}` };
  const selection = selectionAt(domain, count.answers, count.own);
  if (selection === undefined) {
    count.wanted.push({ name: domain, type: "TXT" });
    return { state: "temperror" };
  }
  if (selection.kind !== "record") {
    count.exact &&= selection.kind !== "temperror";
    return { state: selection.kind, reason: selection.reason };
  }
  const children = countRecord(count, selection.reading, [...path, domain]);
  return { state: "ok", voids: sum(children), children };
}

/** `a`, `mx`, `exists` and `ptr` (5.3 to 5.5, 5.7). */
function plainTerm(
  count: Count,
  directive: Directive,
  domain: DomainName | null | undefined,
): Result {
  if (directive.name === "ptr") return { state: domain === undefined ? "macro" : "ok" };
  if (domain === undefined) return { state: "macro" };
  if (domain === null)
    return { state: "ok", reason: "it gives no domain name, and matches nobody" };
  const missing = missingFor(directive, domain, { answers: count.answers, families: [4, 6] });
  count.wanted.push(...missing);
  if (missing.length > 0) return { state: "temperror" };
  return directive.name === "mx"
    ? mailTerm(count, domain)
    : addressTerm(count, directive.name === "exists" ? ["A", "A"] : ["A", "AAAA"], [domain]);
}

function mailTerm(count: Count, domain: DomainName): Result {
  const answer = count.answers[`${domain} MX`];
  if (answer === undefined || isUnread(answer.status)) return unread(domain);
  if (answer.status !== "records") return { state: "void", voids: { ip4: 1, ip6: 1 } };
  const hosts = mailHostsOf(answer);
  if (hosts.length > MAX_NAMES) {
    return { state: "permerror", reason: `it has ${hosts.length} mail servers` };
  }
  return addressTerm(count, ["A", "AAAA"], hosts);
}

/** A term is void once in a family, however many names had nothing (4.6.4). */
function addressTerm(
  count: Count,
  types: readonly [ip4: string, ip6: string],
  names: readonly DomainName[],
): Result {
  const [ip4, ip6] = types.map((type) =>
    names.map((name) => ({ name, answer: count.answers[`${name} ${type}`] })),
  );
  const all = [...(ip4 ?? []), ...(ip6 ?? [])];
  const voids = { ip4: ip4?.some(isVoid) ? 1 : 0, ip6: ip6?.some(isVoid) ? 1 : 0 };
  const failed = all.find(({ answer }) => answer !== undefined && isUnread(answer.status));
  if (failed !== undefined) return { ...unread(failed.name), voids };
  const nothing = names.length > 0 && all.every(isVoid);
  return { state: nothing ? "void" : "ok", voids };
}

function isVoid({ answer }: { readonly answer: Answers[string] | undefined }): boolean {
  return answer?.status === "nodata" || answer?.status === "nxdomain";
}

function isUnread(status: string): boolean {
  return status === "servfail" || status === "timeout";
}

function unread(name: DomainName): Result {
  return { state: "temperror", reason: `DNS did not answer for ${name}` };
}

function sum(nodes: readonly BudgetNode[]): Voids {
  return {
    ip4: nodes.reduce((total, { voids }) => total + voids.ip4, 0),
    ip6: nodes.reduce((total, { voids }) => total + voids.ip6, 0),
  };
}
