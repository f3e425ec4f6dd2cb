import type { Finding } from "../findings/finding.ts";
import type { Subject, Words } from "../findings/rule.ts";
import { type RuleId, finding } from "../findings/rules.ts";
import type { Budget } from "../spf/budget.ts";
import { MAX_LOOKUPS, MAX_VOIDS } from "../spf/run.ts";
import { cheapestCuts, costByTerm } from "./spf-costs.ts";
import type { PlanInput } from "./desired.ts";
import { deniedFindings } from "./spf-denied.ts";
import { type Measured, mostVoids } from "./spf-effect.ts";
import { type Fault, faultsIn, voidTerms } from "./spf-faults.ts";
import type { SpfSite } from "./spf-site.ts";

/** Faults that make a proof fail by themselves, so that it needs no telling of its own. */
const EXPLAINS_PROOF: ReadonlySet<string> = new Set([
  "spf/target",
  "spf/include-unreachable",
  "spf/loop",
  "spf/lookups",
  "spf/voids",
]);

/** Rows 27, 30 to 35 and 49: what live DNS says of the record as it would be. */
export function limitFindings(
  site: SpfSite,
  measured: Measured,
  input: PlanInput,
): readonly Finding[] {
  const { name } = site.place;
  const subject = { domain: input.config.domain, name };
  const { after } = measured;
  const { spf } = input.config;
  if (after === undefined || spf.off) return [];
  const findings = [
    ...faultsIn(after, spf.terms).map((fault) => faultFinding(fault, subject)),
    ...lookupFindings(measured.before, after, { ours: spf.terms, subject }),
    ...voidFindings(measured.before, after, subject),
    ...deniedFindings(site, { after, ours: spf.terms, answers: input.answers }, subject),
  ];
  return [...findings, ...proofFindings(findings, measured, { placement: spf.placement, subject })];
}

/** Where to put the words of each kind of fault. */
export function faultFinding({ rule, term, reason }: Fault, subject: Subject): Finding {
  return tell(rule, subject, { term, terms: [`\`${term}\``], reason });
}

/** Rows 30 and 31. */
export function lookupFindings(
  before: Budget | undefined,
  after: Budget,
  { ours, subject }: { readonly ours: readonly string[]; readonly subject: Subject },
): readonly Finding[] {
  if (after.lookups <= MAX_LOOKUPS) return [];
  const words = { before: before?.lookups ?? 0, after: after.lookups };
  const cuts = cheapestCuts(after, ours);
  return [tell("spf/lookups", { ...subject, evidence: costByTerm(after) }, { ...words, cuts })];
}

/** Row 32. */
export function voidFindings(
  before: Budget | undefined,
  after: Budget,
  subject: Subject,
): readonly Finding[] {
  const count = mostVoids(after);
  if (count <= MAX_VOIDS) return [];
  const formerly = before === undefined ? 0 : mostVoids(before);
  if (count > formerly) return [tell("spf/voids", subject, { before: formerly, after: count })];
  return [tell("spf/voids-already", subject, { count, terms: voidTerms(after) })];
}

function proofFindings(
  told: readonly Finding[],
  { proof }: Measured,
  { placement, subject }: { readonly placement: string; readonly subject: Subject },
): readonly Finding[] {
  const findings: Finding[] = [];
  if (!proof.holds && !told.some(({ rule }) => EXPLAINS_PROOF.has(rule))) {
    const changes = proof.bounded
      ? ["it is too large to be gone through in full"]
      : proof.changes.map(
          ({ before, after, networks }) => `${networks.join(" ")}: ${before} -> ${after}`,
        );
    findings.push(tell("spf/proof", { ...subject, evidence: changes }, { changes, placement }));
  }
  if (proof.notProvable.length > 0) {
    const terms = proof.notProvable.map((term) => `\`${term}\``);
    findings.push(tell("spf/not-provable", subject, { terms }));
  }
  return findings;
}

function tell(rule: RuleId, subject: Subject, words: Words): Finding {
  return finding(rule, subject, { name: subject.name ?? subject.domain, ...words });
}
