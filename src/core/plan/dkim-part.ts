import { dkimName, judgeTarget } from "../dkim/cname.ts";
import { type DkimKey, lookUpKey, readKeys } from "../dkim/key.ts";
import { type Lookup, done } from "../dns/answer.ts";
import { type DomainName, under } from "../dns/name.ts";
import type { Finding } from "../findings/finding.ts";
import type { Subject } from "../findings/rule.ts";
import { finding, weighed } from "../findings/rules.ts";
import { DKIM_TARGET } from "../odoo.ts";
import type { PlanInput } from "./desired.ts";
import { hiddenRecord } from "./holds.ts";
import { type Draft, idlePart, settlePart, unknownPart } from "./part.ts";
import { type Place, placeOf, rrsetOf, unlentAt, valuesOf } from "./place.ts";
import { retireCname } from "./retire.ts";
import type { Op, Part } from "./schema.ts";

/** Types that DNSSEC adds beside a CNAME (RFC 4034 2.2, 4). */
const BESIDE_CNAME: ReadonlySet<string> = new Set(["CNAME", "RRSIG", "NSEC"]);

/** The CNAME `odoo._domainkey`: K1 to K11. Asks for Odoo's key only when something is written. */
export function planDkim(input: PlanInput): Lookup<Part> {
  const { domain, dkim } = input.config;
  const name = dkimName(domain);
  if (!dkim) return done(idlePart(name ?? domain));
  if (name === undefined) {
    const found = finding("dkim/name-too-long", { domain }, { domain });
    return done(settlePart({ ...NOTHING, name: domain, findings: [found] }, input));
  }
  const place = placeOf(input.snapshot, domain, name);
  if (place === undefined) return done(unknownPart(name, input));
  if (!input.config.retire) return draftDkim(place, input);
  const live = { name, live: valuesOf(place, "CNAME"), others: 0 };
  return done(settlePart({ ...live, ...retireCname(place, input) }, input));
}

/** Whether receivers find a key at the name: by the CNAME, or by a host's copy of it (K2, K7). */
export function isDkimInPlace(part: Part): boolean {
  if (part.status !== "unchanged") return false;
  return (
    part.live.includes(DKIM_TARGET) ||
    part.findings.some((found) => found.rule === "dkim/flattened")
  );
}

const NOTHING = { live: [], others: 0, ops: [] } as const;

function draftDkim(place: Place, input: PlanInput): Lookup<Part> {
  const targets = valuesOf(place, "CNAME");
  const live = { name: place.name, live: targets, others: 0 };
  const notes = doubledName(place.name, input);
  // A host's own record below a delegation is seen by nobody; what public DNS shows is.
  const isSeen = place.obstacle === undefined || input.snapshot.source === "dns";
  if (targets.length === 1 && targets[0] === DKIM_TARGET && isSeen) {
    const hidden = hiddenRecord({ name: place.name, type: "CNAME", values: targets }, input);
    return done(settlePart({ ...live, findings: [...hidden, ...notes], ops: [] }, input));
  }
  const copy = copiedKey(place, input);
  if (copy !== undefined && !copy.done) return copy;
  if (copy?.value === true) {
    const found = finding("dkim/flattened", subjectOf(place, input), { name: place.name });
    return done(settlePart({ ...live, findings: [found, ...notes], ops: [] }, input));
  }
  const refusal = conflictAt(place, input);
  if (refusal !== undefined) {
    return done(settlePart({ ...live, findings: [refusal, ...notes], ops: [] }, input));
  }
  return withKey({ ...live, ...change(place, input) }, notes, input);
}

/** What keeps a CNAME from standing here at all. */
export function conflictAt(place: Place, input: PlanInput): Finding | undefined {
  const { name } = place;
  if (place.obstacle !== undefined) return place.obstacle;
  const targets = valuesOf(place, "CNAME");
  if (targets.length > 1) {
    const subject = { ...subjectOf(place, input), evidence: targets };
    return finding("dkim/two-cnames", subject, {
      name,
      count: targets.length,
      wanted: DKIM_TARGET,
    });
  }
  const others = place.rrsets.filter((rrset) => !BESIDE_CNAME.has(rrset.type));
  if (others.length === 0) return undefined;
  const types = others.map((rrset) => rrset.type);
  const isProxied = types.every((type) => type === "A" || type === "AAAA");
  const subject = {
    ...subjectOf(place, input),
    evidence: others.flatMap((rrset) => rrset.values.map((value) => `${rrset.type} ${value}`)),
  };
  return isProxied && input.snapshot.source === "dns"
    ? finding("dkim/proxied", subject, { name })
    : finding("dkim/other-records", subject, { name, types });
}

function change(place: Place, input: PlanInput): Pick<Draft, "findings" | "ops"> {
  const { name } = place;
  const rrset = rrsetOf(place, "CNAME");
  const target = rrset?.values[0];
  if (rrset === undefined || target === undefined) {
    const { wildcard } = place;
    const hides = wildcard && { name, wildcard: wildcard.name };
    const findings = hides ? [finding("dkim/hides-wildcard", subjectOf(place, input), hides)] : [];
    return { findings, ops: [createCname(name, DKIM_TARGET, input)] };
  }
  const { domain } = input.config;
  const judged = judgeTarget(target as DomainName, domain, input.snapshot.zone.apex);
  const words = { name, target, wanted: DKIM_TARGET };
  const found =
    judged.kind === "misspelt"
      ? finding("dkim/misspelt", subjectOf(place, input), { ...words, reason: judged.reason })
      : finding("dkim/other-target", subjectOf(place, input), words);
  return {
    findings: [found],
    ops: [
      {
        kind: "replace-value",
        name,
        type: "CNAME",
        before: target,
        after: DKIM_TARGET,
        ttl: rrset.ttl,
      },
    ],
  };
}

function createCname(name: DomainName, target: DomainName, input: PlanInput): Op {
  const ttl = input.host.ttl.byDefault;
  return { kind: "create-rrset", name, type: "CNAME", before: null, after: target, ttl };
}

/** A dead key on Odoo's side is told with the change; it is no reason to leave the CNAME out. */
function withKey(draft: Draft, notes: readonly Finding[], input: PlanInput): Lookup<Part> {
  const isRefused = settlePart(draft, input).status === "refused";
  const key: Lookup<DkimKey | undefined> = isRefused ? done(undefined) : lookUpKey(input.answers);
  if (!key.done) return key;
  const broken = key.value && keyFinding(key.value, { domain: input.config.domain });
  const warnings = broken === undefined ? [] : [weighed(broken, "warning")];
  const findings = [...draft.findings, ...warnings, ...notes];
  return done(settlePart({ ...draft, findings }, input));
}

/** What is wrong with the key behind the CNAME; undefined: nothing. */
export function keyFinding(key: DkimKey, subject: Subject): Finding | undefined {
  if (key.state === "usable") return undefined;
  const id = key.state === "unusable" ? "dkim/key-unusable" : "dkim/key-unreachable";
  return finding(id, subject, { target: DKIM_TARGET, reason: key.reason });
}

/** K7: a host that answers with the key itself, as public DNS shows it. */
function copiedKey(place: Place, input: PlanInput): Lookup<boolean> | undefined {
  const values = valuesOf(place, "TXT");
  if (input.snapshot.source !== "dns" || readKeys(values).state !== "usable") return undefined;
  const key = lookUpKey(input.answers);
  if (!key.done) return key;
  return done(key.value.state === "usable" && key.value.value === values[0]);
}

/** K8: the name that comes about when a form adds the domain by itself. */
function doubledName(name: DomainName, input: PlanInput): readonly Finding[] {
  const { domain } = input.config;
  const doubled = under(name, input.snapshot.zone.apex);
  if (doubled === undefined || unlentAt(input.snapshot, doubled).length === 0) return [];
  return [finding("dkim/doubled-name", { domain, name: doubled }, { doubled })];
}

function subjectOf(place: Place, input: PlanInput): Subject {
  return { domain: input.config.domain, name: place.name };
}
