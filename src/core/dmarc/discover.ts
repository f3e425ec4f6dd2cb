import {
  type Answer,
  type Answers,
  type Lookup,
  type Question,
  answerKey,
  done,
  need,
} from "../dns/answer.ts";
import { type DomainName, ROOT, labelsOf, nameFromLabels, under } from "../dns/name.ts";
import { type DmarcRecord, type Policy, parseDmarc, weakened } from "./record.ts";

/** Where the policy for mail from a domain comes from. */
export type DmarcDiscovery =
  | {
      readonly state: "found";
      /** Name of the record, `_dmarc.example.com`. */
      readonly name: DomainName;
      readonly value: string;
      readonly record: DmarcRecord;
      /** Whether it is the record of a domain above. */
      readonly inherited: boolean;
      /** What receivers apply to this domain: `sp`, `np` and `t` taken into account. */
      readonly policy: Policy;
    }
  | { readonly state: "none" }
  /** A name on the way gave no certain answer; below it nothing may be concluded. */
  | { readonly state: "unreadable"; readonly name: DomainName };

/** One step of the walk: a name with exactly one valid record. */
interface Found {
  readonly domain: DomainName;
  readonly name: DomainName;
  readonly value: string;
  readonly record: DmarcRecord;
}

type Look = (question: Question) => Answer | undefined;

const MAX_QUERIES = 8;

/**
 * Policy discovery by the DNS tree walk (RFC 9989 4.10). For `a.b.example.com` it looks at
 * `_dmarc.a.b.example.com`, then at `_dmarc.b.example.com`, `_dmarc.example.com`, `_dmarc.com`, all
 * in one go. `known` wins over `answers`: what the zone itself says of the domain's own names, which
 * public resolvers must not be asked for when they are about to be created.
 */
export function discoverDmarc(
  domain: DomainName,
  answers: Answers,
  known: Answers = {},
): Lookup<DmarcDiscovery> {
  const steps = walkOf(domain);
  const look = (question: Question) => known[answerKey(question)] ?? answers[answerKey(question)];
  const own = steps[0] && look(questionFor(steps[0]));
  const first = steps[0];
  if (first === undefined) return done({ state: "none" });
  if (own === undefined) return need([questionFor(first)]);
  if (isUncertain(own)) return done({ state: "unreadable", name: dmarcName(first) });
  const found = foundAt(first, own);
  if (found !== undefined) return done(applied(found, found.record.policy, false));
  return walkUp(domain, steps.slice(1), look);
}

function walkUp(
  domain: DomainName,
  steps: readonly DomainName[],
  look: Look,
): Lookup<DmarcDiscovery> {
  const missing = steps.map(questionFor).filter((question) => look(question) === undefined);
  if (missing.length > 0) return need(missing);
  const records: Found[] = [];
  for (const step of steps) {
    const answer = look(questionFor(step));
    if (answer === undefined || isUncertain(answer)) {
      return done({ state: "unreadable", name: dmarcName(step) });
    }
    const found = foundAt(step, answer);
    if (found !== undefined) records.push(found);
    if (found !== undefined && found.record.psd !== "u") break;
  }
  const chosen = choose(records);
  return chosen === undefined ? done({ state: "none" }) : inherit(domain, chosen, look);
}

/**
 * RFC 9989 4.10.2: `psd=n` names the organisational domain; `psd=y` the suffix above it, whose
 * record serves where the domain below has none; else the name with the fewest labels decides.
 */
function choose(records: readonly Found[]): Found | undefined {
  const last = records.at(-1);
  if (last === undefined || last.record.psd !== "y") return last;
  const suffix = labelsOf(last.domain).length;
  return records.find((found) => labelsOf(found.domain).length === suffix + 1) ?? last;
}

function inherit(domain: DomainName, found: Found, look: Look): Lookup<DmarcDiscovery> {
  const { policy, subdomainPolicy, nonexistentPolicy } = found.record;
  const forNames = subdomainPolicy ?? policy;
  if (nonexistentPolicy === undefined) return done(applied(found, forNames, true));
  const question: Question = { name: domain, type: "A" };
  const answer = look(question);
  if (answer === undefined) return need([question]);
  const isMissing = answer.status === "nxdomain";
  return done(applied(found, isMissing ? nonexistentPolicy : forNames, true));
}

function applied(found: Found, policy: Policy, inherited: boolean): DmarcDiscovery {
  const { name, value, record } = found;
  return {
    state: "found",
    name,
    value,
    record,
    inherited,
    policy: record.testing ? weakened(policy) : policy,
  };
}

/** Several valid records at one name are all ignored (RFC 9989 4.10). */
function foundAt(domain: DomainName, answer: Answer): Found | undefined {
  if (answer.status !== "records") return undefined;
  const valid = answer.records.flatMap(({ data: value }): Found[] => {
    const parsed = parseDmarc(value);
    if (parsed.kind !== "dmarc") return [];
    return [{ domain, name: dmarcName(domain), value, record: parsed.record }];
  });
  return valid.length === 1 ? valid[0] : undefined;
}

/** The domains that are looked at, at most eight, longest first (RFC 9989 4.10). */
function walkOf(domain: DomainName): readonly DomainName[] {
  const labels = labelsOf(domain);
  const rest = labels.length < MAX_QUERIES ? labels.slice(1) : labels.slice(-(MAX_QUERIES - 1));
  const above = rest.map((_, index) => nameFromLabels(rest.slice(index)));
  return [domain, ...above].filter(
    (name): name is DomainName => name !== undefined && name !== ROOT && hasDmarcName(name),
  );
}

function hasDmarcName(domain: DomainName): boolean {
  return under("_dmarc", domain) !== undefined;
}

function dmarcName(domain: DomainName): DomainName {
  return under("_dmarc", domain) ?? domain;
}

function questionFor(domain: DomainName): Question {
  return { name: dmarcName(domain), type: "TXT" };
}

function isUncertain(answer: Answer): boolean {
  return answer.status === "servfail" || answer.status === "timeout";
}
