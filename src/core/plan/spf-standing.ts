import { type Answers, type Lookup, answerKey, done, need, together } from "../dns/answer.ts";
import { type DomainName, isWithin } from "../dns/name.ts";
import type { Finding } from "../findings/finding.ts";
import type { Subject } from "../findings/rule.ts";
import { finding, weighed } from "../findings/rules.ts";
import { type Budget, spfBudget } from "../spf/budget.ts";
import { type SpfResult, evaluateSpf } from "../spf/evaluate.ts";
import { findTerm } from "../spf/merge.ts";
import { printAddress } from "../spf/network.ts";
import { MAX_LOOKUPS } from "../spf/run.ts";
import type { PlanInput } from "./desired.ts";
import { valuesOf } from "./place.ts";
import type { WantedSpf } from "./spf-aim.ts";
import { networksBelow } from "./spf-denied.ts";
import { faultsIn, isOneOf } from "./spf-faults.ts";
import { faultFinding, lookupFindings, voidFindings } from "./spf-limits.ts";
import { type Selected, type ValidRecord, sortValues, spfSite, validRecords } from "./spf-site.ts";

/** One sender a network of ours is tried; more networks than this no sound record has. */
const MAX_SENDERS = 256;

/** How the SPF record that is live does, whether or not anything is to be written. */
export interface SpfStanding {
  /** Every SPF record at the name, valid or not. */
  readonly values: readonly string[];
  readonly findings: readonly Finding[];
  /** Of the one valid record; absent where there is none. */
  readonly budget?: Budget;
}

/** Counts the live record's lookups, and tries whether Odoo's servers really pass. */
export function spfStanding(input: PlanInput): Lookup<SpfStanding> {
  const { spf } = input.config;
  if (spf.off) return done({ values: [], findings: [] });
  const found = liveRecords(spf.domain, input);
  if (!found.done) return found;
  const values = found.value.map(({ value }) => value);
  const [only, ...more] = validRecords({ selected: found.value }) ?? [];
  if (only === undefined || more.length > 0) return done({ values, findings: [] });
  const standing = standingOf(only, spf, input);
  return standing.done ? done({ values, ...standing.value }) : standing;
}

function standingOf(
  { value, record }: ValidRecord,
  spf: WantedSpf,
  input: PlanInput,
): Lookup<Omit<SpfStanding, "values">> {
  const name = spf.domain;
  const subject = { domain: input.config.domain, name };
  const counted = spfBudget(name, value, input.answers);
  if (!counted.done) return counted;
  const budget = counted.value;
  const isThere = spf.terms.every((term) => findTerm(record, term).state === "present");
  const absent = isThere ? [] : [finding("spf/missing", subject, { name })];
  const findings = [...absent, ...budgetFindings(budget, spf, subject)];
  if (findings.some(({ severity }) => severity === "error")) return done({ findings, budget });
  const answers = withOwn(name, value, input.answers);
  const failing = failures(budget, spf, answers);
  if (!failing.done) return failing;
  const changes = failing.value;
  const [term = ""] = spf.terms;
  const dead = finding(
    "spf/not-effective",
    { ...subject, evidence: changes },
    { name, changes, term },
  );
  return done({ findings: changes.length === 0 ? findings : [...findings, dead], budget });
}

/** What is wrong with other senders' terms leaves Odoo's mail alone, and is a warning here. */
function budgetFindings(budget: Budget, spf: WantedSpf, subject: Subject): readonly Finding[] {
  const faults = faultsIn(budget, spf.terms).map((fault): Finding => {
    const found = faultFinding(fault, subject);
    return fault.rule === "spf/target" ? found : weighed(found, "warning");
  });
  const { name = subject.domain } = subject;
  const left = MAX_LOOKUPS - budget.lookups;
  return [
    ...faults,
    ...(left < 0 ? [] : [finding("spf/lookups-left", subject, { name, left })]),
    ...lookupFindings(budget, budget, { ours: spf.terms, subject }),
    ...voidFindings(budget, budget, subject),
  ];
}

/** One address of each of our networks, and how it fares where it does not pass. */
function failures(budget: Budget, spf: WantedSpf, answers: Answers): Lookup<readonly string[]> {
  const name = spf.domain;
  const ours = budget.terms.filter(({ term }) => isOneOf(term, spf.terms));
  const senders = networksBelow(ours, answers).slice(0, MAX_SENDERS).map(printAddress);
  const results: Record<string, Lookup<SpfResult>> = {};
  for (const ip of senders) {
    results[ip] = evaluateSpf({ ip, mailFrom: `postmaster@${name}`, helo: name }, name, answers);
  }
  const settled = together(results);
  if (!settled.done) return settled;
  return done(
    Object.entries(settled.value).flatMap(([ip, { verdict, reason }]) =>
      verdict === "pass" ? [] : [`${ip}: ${verdict}${reason === undefined ? "" : ` (${reason})`}`],
    ),
  );
}

function withOwn(name: DomainName, value: string, answers: Answers): Answers {
  const records = [{ data: value, ttl: 0 }];
  return { ...answers, [answerKey({ name, type: "TXT" })]: { status: "records", records } };
}

/** From the snapshot, or, for an alias and for a name in another zone, as a resolver sees it. */
function liveRecords(name: DomainName, input: PlanInput): Lookup<readonly Selected[]> {
  if (!isWithin(name, input.snapshot.zone.apex)) return asked(name, input.answers);
  const site = spfSite(input, name);
  if (site === undefined) return done([]);
  const [target] = valuesOf(site.place, "CNAME");
  if (target !== undefined) return asked(target as DomainName, input.answers);
  return site.place.obstacle === undefined ? done(site.selected) : asked(name, input.answers);
}

function asked(name: DomainName, answers: Answers): Lookup<readonly Selected[]> {
  const question = { name, type: "TXT" };
  const answer = answers[answerKey(question)];
  if (answer === undefined) return need([question]);
  const values = answer.status === "records" ? answer.records.map(({ data }) => data) : [];
  return done(sortValues(values).selected);
}
