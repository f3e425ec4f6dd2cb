import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import type { PlanInput } from "./desired.ts";
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
