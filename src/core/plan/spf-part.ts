import { type Lookup, answerKey, done, need } from "../dns/answer.ts";
import { type DomainName, isWithin, under } from "../dns/name.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { findTerm } from "../spf/merge.ts";
import type { PlanInput } from "./desired.ts";
import { hiddenRecord } from "./holds.ts";
import { type Draft, idlePart, settlePart, unknownPart } from "./part.ts";
import { rrsetOf, unlentAt, valuesOf } from "./place.ts";
import { retireAim } from "./retire.ts";
import { type Aim, type WantedSpf, spfAim } from "./spf-aim.ts";
import { measure } from "./spf-effect.ts";
import { recordFindings } from "./spf-findings.ts";
import { limitFindings } from "./spf-limits.ts";
import { sizeFindings } from "./spf-size.ts";
import { type SpfSite, selectedAfter, sortValues, spfSite, validRecords } from "./spf-site.ts";
import type { Part } from "./schema.ts";

/** The SPF record: all rows of the merge table. Asks DNS only when something would be written. */
export function planSpf(input: PlanInput): Lookup<Part> {
  const { domain, spf, retire } = input.config;
  if (spf.off) return done(idlePart(domain));
  const { apex } = input.snapshot.zone;
  const name = spf.domain;
  if (!isWithin(name, apex)) {
    const outside = finding("spf/outside-zone", { domain, name }, { name, zone: apex });
    return done(idlePart(name, [outside]));
  }
  const site = spfSite(input, name);
  if (site === undefined) return done(unknownPart(name, input));
  const [target] = valuesOf(site.place, "CNAME");
  if (target !== undefined) return aliasedSpf(target as DomainName, spf, input);
  return draftSpf(site, retire ? retireAim(site, spf, input) : spfAim(site, spf, input), input);
}

function draftSpf(site: SpfSite, aim: Aim, input: PlanInput): Lookup<Part> {
  const { obstacle, name } = site.place;
  // A host's own record below a delegation is seen by nobody; what public DNS shows is.
  const isHidden = input.snapshot.source === "host" && !input.config.retire;
  const isWanting = isHidden || aim.ops.length > 0 || hasError(aim.findings);
  const isBlocked = obstacle !== undefined && isWanting;
  const values = site.selected.map(({ value }) => value);
  const hidden = aim.ops.length > 0 ? [] : hiddenRecord({ name, type: "TXT", values }, input);
  const draft: Draft = {
    name,
    live: values,
    others: site.others + site.near.length,
    findings: isBlocked
      ? [obstacle]
      : [
          ...aim.findings,
          ...hidden,
          ...sizeFindings(site, aim.ops, input),
          ...siteFindings(site, aim, input),
        ],
    ops: aim.ops,
  };
  const settled = settlePart(draft, input);
  return settled.status === "changes" ? weigh(site, draft, input) : done(settled);
}

/** What only DNS can tell: limits, sound targets, and the proof. */
function weigh(site: SpfSite, draft: Draft, input: PlanInput): Lookup<Part> {
  const { spf, retire } = input.config;
  const isEdit = !spf.off && !retire && (spf.dropped ?? []).length === 0;
  const ours = isEdit ? spf.terms : [];
  const measured = measure(site, draft.ops, input, ours);
  if (!measured.done) return measured;
  const findings = [
    ...(retire ? [] : limitFindings(site, measured.value, input)),
    ...draft.findings,
  ];
  return done(settlePart({ ...draft, findings, spf: measured.value.effect }, input));
}

/** What the values themselves show, of the record as it is going to be. */
function siteFindings(site: SpfSite, aim: Aim, input: PlanInput): readonly Finding[] {
  const { name } = site.place;
  const subject = { domain: input.config.domain, name };
  const [only, ...more] = validRecords({ selected: selectedAfter(site, aim.ops) }) ?? [];
  const findings = only && more.length === 0 ? [...recordFindings(only.record, subject)] : [];
  if (site.selected.length > 0) {
    for (const { value, spf } of site.near) {
      const told = { ...subject, evidence: [value] };
      findings.push(finding("spf/near-beside", told, { name, reason: spf.reason }));
    }
  }
  return [...findings, ...strays(site, input)];
}

/** Rows 10, 41 and 50: values that look as if they counted. */
function strays(site: SpfSite, input: PlanInput): readonly Finding[] {
  const { domain } = input.config;
  const { name } = site.place;
  const findings = site.misversioned.map((value) =>
    finding("spf/version", { domain, name, evidence: [value] }, { name }),
  );
  const obsolete = rrsetOf(site.place, "SPF");
  if (obsolete !== undefined) {
    const subject = { domain, name, evidence: obsolete.values };
    findings.push(finding("spf/type-99", subject, { name }));
  }
  const doubled = under(name, input.snapshot.zone.apex);
  const wrong = doubled === undefined ? [] : unlentAt(input.snapshot, doubled);
  const lost = wrong.filter((rrset) => rrset.type === "TXT").flatMap((rrset) => rrset.values);
  if (sortValues(lost).selected.length > 0) {
    findings.push(
      finding("dns/doubled-name", { domain, name, evidence: lost }, { doubled: `${doubled}` }),
    );
  }
  return findings;
}

/**
 * Row 45. Nothing can be written beside a CNAME; where the target's record lets Odoo send, nothing
 * needs to be.
 */
function aliasedSpf(target: DomainName, spf: WantedSpf, input: PlanInput): Lookup<Part> {
  const { domain } = input.config;
  const name = spf.domain;
  const question = { name: target, type: "TXT" };
  const answer = input.answers[answerKey(question)];
  if (answer === undefined) return need([question]);
  if (answer.status === "servfail" || answer.status === "timeout") {
    return done(unknownPart(name, input));
  }
  const values = answer.status === "records" ? answer.records.map(({ data }) => data) : [];
  const { selected, others } = sortValues(values);
  const [only, ...more] = validRecords({ selected }) ?? [];
  const isThere =
    only !== undefined &&
    more.length === 0 &&
    spf.terms.every((term) => findTerm(only.record, term).state === "present");
  const subject = { domain, name, evidence: [`CNAME ${target}`] };
  const findings =
    isThere || input.config.retire ? [] : [finding("dns/cname", subject, { name, target })];
  const live = selected.map(({ value }) => value);
  return done(settlePart({ name, live, others, findings, ops: [] }, input));
}

function hasError(findings: readonly Finding[]): boolean {
  return findings.some((found) => found.severity === "error");
}
