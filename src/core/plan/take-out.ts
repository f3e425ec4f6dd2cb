import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { findTerm, removeTerms, takeOut } from "../spf/merge.ts";
import { parseSpf } from "../spf/parse.ts";
import type { PlanInput } from "./desired.ts";
import { isAll } from "./spf-findings.ts";
import { type SpfSite, type ValidRecord, validRecords } from "./spf-site.ts";
import type { Op, TermEdit } from "./schema.ts";

/** Ops that take a known edit out of whichever record holds its terms now; none where none does. */
export function takeOutOf(site: SpfSite, edit: TermEdit): readonly Op[] {
  const terms = [...edit.added, ...edit.moved.map(({ text }) => text)];
  return holding(site, terms).flatMap(({ value }) =>
    becomes(site, value, removeTerms(value, edit)),
  );
}

/** The same without knowing who put the terms in: the record itself is never deleted. */
export function takeAllOf(site: SpfSite, terms: readonly string[]): readonly Op[] {
  return holding(site, terms).flatMap(({ value }) => becomes(site, value, takeOut(value, terms)));
}

/** A record that our removal leaves without senders is told of: deleting it is its owner's decision. */
export function emptiedFindings(
  site: SpfSite,
  ops: readonly Op[],
  input: PlanInput,
): readonly Finding[] {
  const { name } = site.place;
  return ops.flatMap(({ after }) => {
    if (after === null || !isEmptied(after)) return [];
    const subject = { domain: input.config.domain, name, evidence: [after] };
    return [finding("spf/left-empty", subject, { name, record: after })];
  });
}

function isEmptied(value: string): boolean {
  const spf = parseSpf(value);
  return spf.kind === "spf" && spf.record.terms.every(({ term }) => isAll(term));
}

function holding(site: SpfSite, terms: readonly string[]): readonly ValidRecord[] {
  return (validRecords(site) ?? []).filter(({ record }) =>
    terms.some((term) => {
      const { state } = findTerm(record, term);
      return state === "present" || state === "dead";
    }),
  );
}

function becomes(site: SpfSite, before: string, after: string | null): readonly Op[] {
  if (before === after) return [];
  const base = { name: site.place.name, type: "TXT" as const, ttl: site.txt?.ttl ?? "default" };
  return after === null
    ? [{ kind: "remove-value", ...base, before, after }]
    : [{ kind: "replace-value", ...base, before, after }];
}
