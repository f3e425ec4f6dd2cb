import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { ensureTerms, findTerm, withoutTerms } from "../spf/merge.ts";
import { senderAt } from "../spf/vendors.ts";
import type { PlanInput, SpfConfig } from "./desired.ts";
import { valuesOf } from "./place.ts";
import { movedFindings, parkedFindings, replaceTxt } from "./spf-change.ts";
import { joinAim } from "./spf-join.ts";
import { type SpfSite, type ValidRecord, sortValues, validRecords } from "./spf-site.ts";
import type { Op } from "./schema.ts";

/** What is to be written, and what speaks for or against it, before DNS is asked. */
export interface Aim {
  readonly findings: readonly Finding[];
  readonly ops: readonly Op[];
}

export type WantedSpf = Extract<SpfConfig, { off: false }>;

/** Rows 1 to 20, 36, 37 and 46: from the TXT values of the name alone. */
export function spfAim(site: SpfSite, spf: WantedSpf, input: PlanInput): Aim {
  const [first] = site.selected;
  if (first === undefined)
    return site.near.length > 0 ? nearMiss(site, input) : create(site, spf, input);
  const valid = validRecords(site);
  const [record, ...more] = valid ?? [];
  if (record === undefined) return broken(site, input);
  const denials = (valid ?? []).flatMap((each) => deniedTerms(each, spf, site, input));
  if (denials.length > 0) return { findings: denials, ops: [] };
  if (more.length > 0) {
    return joinAim(
      site.selected.map(({ value }) => value),
      { site, spf, input },
    );
  }
  return edit(record, spf, { site, input });
}

function edit(
  { value, record }: ValidRecord,
  spf: WantedSpf,
  { site, input }: { readonly site: SpfSite; readonly input: PlanInput },
): Aim {
  const kept = withoutTerms(value, spf.dropped ?? []);
  const { record: after, ...edit } = ensureTerms(kept, spf.terms, spf.placement);
  if (after === value) return { findings: [], ops: [] };
  return {
    findings: [...parkedFindings(record, site, input), ...movedFindings(edit, site, input)],
    ops: [replaceTxt(site, value, after, edit)],
  };
}

/** Rows 1, 10 and 46: no record yet, or only a wildcard's. */
function create(site: SpfSite, spf: WantedSpf, input: PlanInput): Aim {
  const { name, wildcard } = site.place;
  const lent = wildcard?.rrsets.find((rrset) => rrset.type === "TXT")?.values ?? [];
  const base = sortValues(lent);
  const [only, ...more] = validRecords(base) ?? [];
  const start = more.length === 0 ? only?.value : undefined;
  const { record: after, ...edit } = ensureTerms(start ?? null, spf.terms, spf.placement);
  const op = {
    name,
    type: "TXT" as const,
    before: null,
    after,
    ttl: site.txt?.ttl ?? input.host.ttl.byDefault,
    edit,
  };
  return {
    findings: [...wildcardFindings(site, start, input), ...unlistedSenders(site, start, input)],
    ops: [site.txt ? { kind: "add-value", ...op } : { kind: "create-rrset", ...op }],
  };
}

/** Row 1: whoever receives the domain's mail most likely sends for it too. */
function unlistedSenders(
  site: SpfSite,
  start: string | undefined,
  input: PlanInput,
): readonly Finding[] {
  const { name } = site.place;
  const servers = valuesOf(site.place, "MX")
    .map((value) => value.replace(/^\d+\s+/, ""))
    .filter((server) => server !== "." && server !== "");
  if (start !== undefined || servers.length === 0) return [];
  const subject = { domain: input.config.domain, name, evidence: servers };
  const sender = servers.map((server) => senderAt(server)).find((found) => found !== undefined);
  const words = { name, servers, vendor: sender?.vendor.title ?? "", term: sender?.term ?? "" };
  return [finding("spf/senders-not-listed", subject, words)];
}

function wildcardFindings(
  site: SpfSite,
  start: string | undefined,
  input: PlanInput,
): readonly Finding[] {
  const { name, wildcard } = site.place;
  if (wildcard === undefined) return [];
  const subject = { domain: input.config.domain, name };
  const words = { name, wildcard: wildcard.name };
  const lost = wildcard.rrsets.filter(
    (rrset) => rrset.type !== "TXT" || rrset.values.some((value) => value !== start),
  );
  const types = lost.map((rrset) => rrset.type);
  const hides =
    types.length > 0 ? [finding("dns/wildcard-hides", subject, { ...words, types })] : [];
  return start === undefined ? hides : [...hides, finding("dns/wildcard", subject, words)];
}

/** Row 9. */
function nearMiss(site: SpfSite, input: PlanInput): Aim {
  const { name } = site.place;
  const findings = site.near.map(({ value, spf }) => {
    const subject = { domain: input.config.domain, name, evidence: [value] };
    const words = { name, reason: spf.reason, suggestion: spf.suggestion ?? "" };
    return finding("spf/near-miss", subject, words);
  });
  return { findings, ops: [] };
}

/** Rows 20, 23 and 42. */
function broken(site: SpfSite, input: PlanInput): Aim {
  const { name } = site.place;
  const findings = site.selected.flatMap(({ value, spf }) => {
    if (spf.kind !== "broken") return [];
    const [{ text, reason, suggestion = "" }] = spf.faults;
    const subject = { domain: input.config.domain, name, evidence: [value] };
    return [
      finding("spf/syntax", subject, { name, text, reason: `\`${text}\`: ${reason}`, suggestion }),
    ];
  });
  return { findings, ops: [] };
}

/** Row 5. */
function deniedTerms(
  { value, record }: ValidRecord,
  spf: WantedSpf,
  site: SpfSite,
  input: PlanInput,
): readonly Finding[] {
  const { name } = site.place;
  const subject = { domain: input.config.domain, name, evidence: [value] };
  return spf.terms.flatMap((term) => {
    const found = findTerm(record, term);
    if (found.state !== "denied") return [];
    return [finding("spf/denied", subject, { name, term: found.term.raw })];
  });
}
