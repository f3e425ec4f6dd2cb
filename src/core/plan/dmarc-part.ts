import { type DmarcDiscovery, discoverDmarc } from "../dmarc/discover.ts";
import { parseDmarc } from "../dmarc/record.ts";
import { type Answer, type Lookup, answerKey, done, need } from "../dns/answer.ts";
import { type DomainName, parentOf, under } from "../dns/name.ts";
import { covers } from "../dns/rrset.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import type { PlanInput } from "./desired.ts";
import { isDkimInPlace } from "./dkim-part.ts";
import { idlePart, unknownPart } from "./part.ts";
import { placeOf } from "./place.ts";
import type { Part } from "./schema.ts";

/** DMARC as receivers find it. */
export interface DmarcReading {
  readonly state: "read";
  readonly name: DomainName;
  /** TXT values at the domain's own `_dmarc` name. */
  readonly values: readonly string[];
  readonly discovery: DmarcDiscovery;
}

/** `unknown`: its name could not be read; `off`: not asked for. */
export type DmarcView =
  | DmarcReading
  | { readonly state: "unknown"; readonly name: DomainName }
  | { readonly state: "off"; readonly name: DomainName };

/**
 * The policy that applies to the domain. What is at its own `_dmarc` name comes from the snapshot
 * only; names above it are asked of the resolver.
 */
export function viewDmarc(input: PlanInput): Lookup<DmarcView> {
  const { domain, dmarc } = input.config;
  const name = under("_dmarc", domain);
  if (dmarc === "off" || name === undefined) return done({ state: "off", name: name ?? domain });
  if (!covers(input.snapshot, name)) return done({ state: "unknown", name });
  const own = ownAnswer(name, input);
  if (!own.done) return own;
  const known = { [answerKey({ name, type: "TXT" })]: own.value, ...existence(input) };
  const discovery = discoverDmarc(domain, input.answers, known);
  if (!discovery.done) return discovery;
  const records = own.value.status === "records" ? own.value.records : [];
  const values = records.map((record) => record.data);
  return done({ state: "read", name, values, discovery: discovery.value });
}

/** Nothing is written for DMARC in this version; the part says what is there and what it means. */
export function planDmarc(view: DmarcView, dkim: Part, input: PlanInput): Part {
  if (view.state === "off") return idlePart(view.name);
  if (view.state === "unknown") return unknownPart(view.name, input);
  const { discovery, values } = view;
  const policies = values.filter((text) => parseDmarc(text).kind !== "other");
  const live = discovery.state === "found" ? [discovery.value] : policies;
  const unsigned = dkim.status === "changes" ? [] : enforcedUnsigned(view, dkim, input);
  return {
    status: "unchanged",
    name: discovery.state === "found" ? discovery.name : view.name,
    live: [...live],
    others: values.length - policies.length,
    findings: [...unsigned, ...dmarcFindings(view, input)],
  };
}

/** D19: a policy that punishes, while nothing makes Odoo's mail aligned. */
export function enforcedUnsigned(
  { discovery }: DmarcReading,
  dkim: Part,
  input: PlanInput,
): readonly Finding[] {
  if (discovery.state !== "found" || discovery.policy === "none") return [];
  const { domain, dkim: isWanted, retire } = input.config;
  if (!isWanted || retire || dkim.status === "unknown" || isDkimInPlace(dkim)) return [];
  const subject = { domain, name: discovery.name, evidence: [discovery.value] };
  return [finding("dmarc/enforcement-without-dkim", subject, { policy: discovery.policy })];
}

/** The findings that do not depend on DKIM. */
function dmarcFindings(view: DmarcReading, input: PlanInput): readonly Finding[] {
  const { domain } = input.config;
  const { name, values, discovery } = view;
  const subject = { domain, name };
  const findings = [...dmarcFaults(domain, name, values)];
  const others = values.filter((text) => parseDmarc(text).kind === "other");
  if (others.length > 0) {
    const told = { ...subject, evidence: others };
    findings.push(finding("dmarc/other-values", told, { name, count: others.length }));
  }
  if (discovery.state === "unreadable") {
    findings.push(finding("dmarc/unreadable", subject, { domain, name: discovery.name }));
  }
  if (discovery.state === "none" && findings.every((found) => found.severity !== "error")) {
    findings.push(finding("dmarc/none", subject, { domain, name }));
  }
  if (discovery.state === "found" && discovery.policy === "none") {
    const told = { domain, name: discovery.name, evidence: [discovery.value] };
    findings.push(finding("dmarc/policy-none", told));
  }
  return findings;
}

/** What is wrong with the values at one `_dmarc` name, whatever else is in DNS. */
export function dmarcFaults(
  domain: DomainName,
  name: DomainName,
  values: readonly string[],
): readonly Finding[] {
  const subject = { domain, name };
  const valid = values.filter((text) => parseDmarc(text).kind === "dmarc");
  const broken = values.flatMap((text) => {
    const parsed = parseDmarc(text);
    if (parsed.kind !== "broken") return [];
    const told = { ...subject, evidence: [text] };
    return [finding("dmarc/invalid", told, { name, reason: parsed.reason })];
  });
  if (valid.length < 2) return broken;
  const told = { ...subject, evidence: valid };
  return [finding("dmarc/two-records", told, { name, count: valid.length }), ...broken];
}

/** A CNAME at `_dmarc` is legal and followed (RFC 9989 4.10); its target is not ours to create. */
function ownAnswer(name: DomainName, input: PlanInput): Lookup<Answer> {
  const place = placeOf(input.snapshot, input.config.domain, name);
  const own = place?.rrsets ?? [];
  const rrsets = own.length > 0 ? own : (place?.wildcard?.rrsets ?? []);
  const alias = rrsets.find((rrset) => rrset.type === "CNAME")?.values[0];
  if (alias !== undefined) {
    const question = { name: alias as DomainName, type: "TXT" };
    const answer = input.answers[answerKey(question)];
    return answer === undefined ? need([question]) : done(answer);
  }
  const txt = rrsets.find((rrset) => rrset.type === "TXT");
  if (txt === undefined) return done({ status: rrsets.length > 0 ? "nodata" : "nxdomain" });
  const ttl = txt.ttl === "default" ? 0 : txt.ttl;
  return done({ status: "records", records: txt.values.map((data) => ({ data, ttl })) });
}

/** Whether the domain itself exists, which decides between `sp` and `np`, is known from the zone. */
function existence(input: PlanInput): Readonly<Record<string, Answer>> {
  const { domain } = input.config;
  const { snapshot } = input;
  if (!covers(snapshot, domain) || parentOf(domain) === undefined) return {};
  const exists =
    domain === snapshot.zone.apex ||
    snapshot.rrsets.some(({ name }) => name === domain || name.endsWith(`.${domain}`));
  return { [answerKey({ name: domain, type: "A" })]: { status: exists ? "nodata" : "nxdomain" } };
}
