import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { printSpf } from "../spf/parse.ts";
import type { SpfRecord } from "../spf/record.ts";
import type { PlanInput } from "./desired.ts";
import { isAll } from "./spf-findings.ts";
import type { SpfSite } from "./spf-site.ts";
import type { Op, TermEdit } from "./schema.ts";

/** An edit keeps the TTL of its RRset. */
export function replaceTxt(site: SpfSite, before: string, after: string, edit: TermEdit): Op {
  const { name } = site.place;
  const ttl = site.txt?.ttl ?? "default";
  return { kind: "replace-value", name, type: "TXT", before, after, ttl, edit };
}

/** Row 6: a term of ours that stood dead behind `all`. */
export function movedFindings(edit: TermEdit, site: SpfSite, input: PlanInput): readonly Finding[] {
  const subject = { domain: input.config.domain, name: site.place.name };
  return edit.moved.map(({ text }) => finding("spf/moved", subject, { term: text }));
}

/** Row 15: `v=spf1 -all` alone says that the domain sends nothing. */
export function parkedFindings(
  record: SpfRecord,
  site: SpfSite,
  input: PlanInput,
): readonly Finding[] {
  const { name } = site.place;
  const [only, ...more] = record.terms.map(({ term }) => term);
  const isParked = only !== undefined && more.length === 0 && isAll(only) && only.qualifier === "-";
  const subject = { domain: input.config.domain, name, evidence: [printSpf(record)] };
  return isParked ? [finding("spf/parked", subject, { name })] : [];
}
