import { finding } from "../findings/rules.ts";
import { joinSpf } from "../spf/join.ts";
import { ensureTerms } from "../spf/merge.ts";
import { parseSpf } from "../spf/parse.ts";
import type { JoinChoice } from "../spf/outcome.ts";
import type { PlanInput } from "./desired.ts";
import type { Aim, WantedSpf } from "./spf-aim.ts";
import { movedFindings, parkedFindings, replaceTxt } from "./spf-change.ts";
import type { SpfSite } from "./spf-site.ts";
import type { Op } from "./schema.ts";

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
    const told = { ...subject, evidence: [...values, ...join.choices.flatMap(outcomeOf)] };
    const lines = join.choices.map(lineFor);
    return { findings: [finding("spf/two-records", told, { ...words, lines })], ops: [] };
  }
  const { record: after, ...edit } = ensureTerms(join.record, spf.terms, spf.placement);
  const kept = parseSpf(join.record);
  const keeper = values[join.keeper] ?? after;
  const others = values.filter((_, index) => index !== join.keeper);
  const update = keeper === after ? [] : [replaceTxt(site, keeper, after, edit)];
  return {
    findings: [
      ...(kept.kind === "spf" ? parkedFindings(kept.record, site, input) : []),
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

/** The line in the stack file that stands for one outcome. */
function lineFor({ all }: JoinChoice): string {
  return `\`odoo-mail-dns:spf: { join: true, all: "${all}" }\``;
}

function outcomeOf({ all, record, effects }: JoinChoice): readonly string[] {
  return [`${all}: ${record}`, ...effects.map((effect) => `${all}: ${effect}`)];
}
