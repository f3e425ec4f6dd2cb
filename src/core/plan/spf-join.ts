import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { joinSpf } from "../spf/join.ts";
import { ensureTerms, withoutTerms } from "../spf/merge.ts";
import { parseSpf } from "../spf/parse.ts";
import type { JoinChoice } from "../spf/outcome.ts";
import type { PlanInput } from "./desired.ts";
import type { Aim, WantedSpf } from "./spf-aim.ts";
import { movedFindings, parkedFindings, replaceTxt } from "./spf-change.ts";
import type { SpfSite } from "./spf-site.ts";
import type { Op } from "./schema.ts";

type Choice = NonNullable<Finding["choices"]>[number];

/**
 * Row 36: several records become one, or the owner is told which outcomes there are. The record
 * that stays is updated before the others go; in between there are still two, which is no worse.
 */
export function joinAim(
  values: readonly string[],
  {
    site,
    spf,
    input,
  }: { readonly site: SpfSite; readonly spf: WantedSpf; readonly input: PlanInput },
): Aim {
  const { name } = site.place;
  const join = joinSpf(values, { ours: spf.terms, all: spf.join?.all });
  const words = { name, count: values.length, reason: join.reason };
  const subject = { domain: input.config.domain, name };
  if (join.kind === "undecided") {
    const told = { ...subject, evidence: values, choices: join.choices.map(choiceOf) };
    const counted = { ...words, choices: join.choices.length };
    return { findings: [finding("spf/two-records", told, counted)], ops: [] };
  }
  const union = withoutTerms(join.record, spf.dropped ?? []);
  const { record: after, ...edit } = ensureTerms(union, spf.terms, spf.placement);
  const joined = parseSpf(join.record);
  // What is wanted may stand there already; an RRset can't hold it twice (RFC 2181 5).
  const kept = values.includes(after) ? values.indexOf(after) : join.keeper;
  const keeper = values[kept] ?? after;
  const others = values.filter((_, index) => index !== kept);
  const update = keeper === after ? [] : [replaceTxt(site, keeper, after, edit)];
  return {
    findings: [
      ...(joined.kind === "spf" ? parkedFindings(joined.record, site, input) : []),
      finding("spf/joined", { ...subject, evidence: values }, words),
      ...movedFindings(edit, site, input),
    ],
    ops: [...update, ...others.map((value) => removeTxt(site, value))],
  };
}

function removeTxt(site: SpfSite, before: string): Op {
  const ttl = site.txt?.ttl ?? "default";
  return { kind: "remove-value", name: site.place.name, type: "TXT", before, after: null, ttl };
}

/** One outcome, and the line in the stack file that asks for it. */
function choiceOf({ all, record, effects }: JoinChoice): Choice {
  const line = `odoo-mail-dns:spf: { join: true, all: "${all}" }`;
  return { line, result: record, effects: [...effects] };
}
