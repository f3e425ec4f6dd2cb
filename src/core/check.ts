import * as v from "valibot";
import { type DkimKey, lookUpKey } from "./dkim/key.ts";
import { type Lookup, done, together } from "./dns/answer.ts";
import type { DomainName } from "./dns/name.ts";
import { splitTxt } from "./dns/txt.ts";
import { Finding } from "./findings/finding.ts";
import type { PlanInput } from "./plan/desired.ts";
import { type NameServerFacts, delegationFindings } from "./plan/delegation.ts";
import { planDomain } from "./plan/diff.ts";
import { isDkimInPlace, keyFinding } from "./plan/dkim-part.ts";
import { type DmarcView, enforcedUnsigned, viewDmarc } from "./plan/dmarc-part.ts";
import { findingsOf } from "./plan/part.ts";
import type { Part, Plan } from "./plan/schema.ts";
import { type SpfStanding, spfStanding } from "./plan/spf-standing.ts";
import { finding, weighed } from "./findings/rules.ts";
import type { BudgetNode as Node } from "./spf/budget.ts";

const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const voids = v.strictObject({ ip4: count, ip6: count });

/** One term that takes lookups, and what is inside it. */
const BudgetNode: v.GenericSchema<Node> = v.strictObject({
  term: text,
  domain: v.optional(text),
  vendor: v.optional(text),
  cost: count,
  running: count,
  voids,
  state: text,
  reason: v.optional(text),
  children: v.array(v.lazy(() => BudgetNode)),
}) as unknown as v.GenericSchema<Node>;

export const dkimStates = ["right", "flattened", "missing", "wrong", "unknown", "off"] as const;

/** The verdict on a domain: whether mail that Odoo sends for it arrives, and why not. */
export const CheckReport = v.strictObject({
  formatVersion: v.literal(1),
  domain: text,
  zone: text,
  /** Odoo's key answers, its SPF term takes effect within the limits, and DMARC has no error. */
  ready: v.boolean(),
  /** Why it is not ready: every finding of severity `error`. */
  reasons: v.array(Finding),
  /** Everything else that is worth knowing. */
  findings: v.array(Finding),
  spf: v.strictObject({
    name: text,
    values: v.array(v.string()),
    budget: v.optional(
      v.strictObject({ lookups: count, voids, exact: v.boolean(), terms: v.array(BudgetNode) }),
    ),
    /** Of the one record: its length, and the character-strings it takes. */
    octets: count,
    strings: count,
  }),
  dkim: v.strictObject({
    name: text,
    target: v.optional(text),
    state: v.picklist(dkimStates),
    key: v.optional(v.strictObject({ type: text })),
  }),
  dmarc: v.strictObject({
    /** Where the record was found; absent where there is none. */
    name: v.optional(text),
    value: v.optional(v.string()),
    /** What receivers apply to this domain. */
    policy: v.optional(v.picklist(["none", "quarantine", "reject"])),
  }),
});
export type CheckReport = Readonly<v.InferOutput<typeof CheckReport>>;

export interface CheckInput extends PlanInput {
  /** Who serves the zone, where that was looked up. */
  readonly nameServers?: NameServerFacts;
}

/**
 * Whether the domain is ready for Odoo, from what is live: the plan's view of the records, the
 * lookups counted, Odoo's key asked for. Writes nothing and needs no receipt.
 */
export function checkDomain(input: CheckInput): Lookup<CheckReport> {
  const looked = together({
    plan: planDomain(input),
    dmarc: viewDmarc(input),
    key: input.config.dkim ? lookUpKey(input.answers) : done(undefined),
    spf: spfStanding(input),
  });
  return looked.done ? done(reportFrom(looked.value, input)) : looked;
}

interface Seen {
  readonly plan: Plan;
  readonly dmarc: DmarcView;
  readonly key: DkimKey | undefined;
  readonly spf: SpfStanding;
}

function reportFrom(seen: Seen, input: CheckInput): CheckReport {
  const { plan, dmarc, key, spf } = seen;
  const { nameServers } = input;
  const all = unique([
    ...plan.findings,
    ...partFindings(seen, input),
    ...spf.findings,
    ...(nameServers ? delegationFindings(input.config.domain, nameServers) : []),
  ]);
  const reasons = all.filter(({ severity }) => severity === "error");
  const value = spf.values.length === 1 ? (spf.values[0] ?? "") : "";
  return {
    formatVersion: 1,
    domain: input.config.domain,
    zone: input.snapshot.zone.apex,
    ready: reasons.length === 0,
    reasons,
    findings: all.filter(({ severity }) => severity !== "error"),
    spf: {
      name: plan.parts.spf.name,
      values: [...spf.values],
      ...(spf.budget !== undefined && { budget: { ...spf.budget, terms: [...spf.budget.terms] } }),
      octets: value.length,
      strings: value === "" ? 0 : splitTxt(value).length,
    },
    dkim: dkimReport(plan.parts.dkim, key, input),
    dmarc: dmarcReport(dmarc),
  };
}

/** What the parts say, and what it means for mail as long as the plan has not been applied. */
function partFindings({ plan, dmarc, key }: Seen, input: PlanInput): readonly Finding[] {
  const { domain } = input.config;
  const { spf, dkim } = plan.parts;
  const isMissing = spf.status === "changes" && !input.config.retire;
  const missing = finding("spf/missing", { domain, name: at(spf) }, { name: spf.name });
  const findings = [...(isMissing ? [missing] : []), ...findingsOf(spf)];
  findings.push(...dkimFindings(dkim, input));
  const broken = key && keyFinding(key, { domain, name: at(dkim) });
  if (broken !== undefined) findings.push(broken);
  if (dmarc.state === "read" && dkim.status === "changes") {
    findings.push(...enforcedUnsigned(dmarc, dkim, input));
  }
  return [...findings, ...findingsOf(plan.parts.dmarc)];
}

/** A change that is still to be made is an error here: mail is not signed until it is. */
function dkimFindings(dkim: Part, input: PlanInput): readonly Finding[] {
  if (dkim.status !== "changes") return findingsOf(dkim);
  const { domain } = input.config;
  if (dkim.live.length === 0) {
    const missing = finding("dkim/missing", { domain, name: at(dkim) }, { name: dkim.name });
    return [missing, ...withoutKey(dkim)];
  }
  return withoutKey(dkim).map((found) =>
    WRONG_TARGET.has(found.rule) ? weighed(found, "error") : found,
  );
}

const WRONG_TARGET: ReadonlySet<string> = new Set(["dkim/misspelt", "dkim/other-target"]);

/** The key is judged by itself here, not as a warning to a change. */
function withoutKey(dkim: Part): readonly Finding[] {
  return dkim.findings.filter(({ rule }) => !rule.startsWith("dkim/key-"));
}

function dkimReport(dkim: Part, key: DkimKey | undefined, input: PlanInput): CheckReport["dkim"] {
  const [target] = dkim.live;
  return {
    name: dkim.name,
    ...(target !== undefined && { target }),
    state: input.config.dkim ? dkimState(dkim) : "off",
    ...(key?.state === "usable" && { key: { type: key.type } }),
  };
}

function dkimState(dkim: Part): CheckReport["dkim"]["state"] {
  if (dkim.status === "unknown") return "unknown";
  if (isDkimInPlace(dkim)) return dkim.live.length > 0 ? "right" : "flattened";
  return dkim.live.length > 0 || dkim.status === "refused" ? "wrong" : "missing";
}

function dmarcReport(dmarc: DmarcView): CheckReport["dmarc"] {
  if (dmarc.state !== "read" || dmarc.discovery.state !== "found") return {};
  const { name, value, policy } = dmarc.discovery;
  return { name, value, policy };
}

function at(part: Part): DomainName {
  return part.name as DomainName;
}

/** Two views of one record may say the same thing; it is told once. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  const told = new Map<string, Finding>();
  for (const found of findings) {
    const key = `${found.rule} ${found.name ?? ""} ${found.message}`;
    if (!told.has(key)) told.set(key, found);
  }
  return [...told.values()];
}
