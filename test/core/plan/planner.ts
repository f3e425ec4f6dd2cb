import type { Answers, Question } from "../../../src/core/dns/answer.ts";
import { type DomainName, parseName } from "../../../src/core/dns/name.ts";
import type { RRset, Snapshot } from "../../../src/core/dns/rrset.ts";
import { unescapeTxt } from "../../../src/core/dns/txt.ts";
import type { DomainConfig, HostFacts, PlanInput } from "../../../src/core/plan/desired.ts";
import { planDomain } from "../../../src/core/plan/diff.ts";
import type { Op, Part, Plan, Receipt } from "../../../src/core/plan/schema.ts";
import { planUndo } from "../../../src/core/plan/undo.ts";
import { type World, drive, worldFrom } from "../spf/world.ts";

export const DOMAIN: DomainName = name("mycompany.example");

/** The world outside the zone: Odoo and the senders that the zones here mention. */
const OUTSIDE = worldFrom(`
_spf.odoo.com             TXT "v=spf1 include:_spf.mailsaas10.odoo.com include:_spf.mo1.odoo.com ~all"
_spf.mailsaas10.odoo.com  TXT "v=spf1 ip4:51.15.253.0/24 ip4:212.47.240.0/24 ~all"
_spf.mo1.odoo.com         TXT "v=spf1 ip4:34.77.120.0/22 ~all"
odoo._domainkey.odoo.com  TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEF"
_spf.google.com           TXT "v=spf1 ip4:74.125.0.0/16 ip6:2607:f8b0:4000::/36 ~all"
spf.protection.outlook.com TXT "v=spf1 ip4:40.92.0.0/15 ip6:2a01:111:f400::/48 -all"
servers.mcsv.net          TXT "v=spf1 ip4:205.201.128.0/20 ?all"
mailgun.org               TXT "v=spf1 include:_spf.mailgun.org include:_spf.eu.mailgun.org include:_spf3.mailgun.org include:_spf4.mailgun.org -all"
_spf.mailgun.org          TXT "v=spf1 ip4:209.61.151.0/24 ~all"
_spf.eu.mailgun.org       TXT "v=spf1 ip4:141.193.32.0/23 ~all"
_spf3.mailgun.org         TXT "v=spf1 ip4:161.38.192.0/20 ~all"
_spf4.mailgun.org         TXT "v=spf1 ip4:143.55.224.0/20 ~all"
one.lookups.example       TXT "v=spf1 ip4:192.0.2.1 -all"
six.lookups.example       TXT "v=spf1 include:one.lookups.example include:two.lookups.example include:two.lookups.example -all"
two.lookups.example       TXT "v=spf1 include:one.lookups.example ip4:192.0.2.2 -all"
odoo-less.example         TXT "v=spf1 ip4:203.0.113.0/24 -all"
a.loop.example            TXT "v=spf1 include:b.loop.example -all"
b.loop.example            TXT "v=spf1 include:a.loop.example -all"
slow.example              TXT TIMEOUT
broken.example            TXT "v=spf1 ipv4:192.0.2.1 -all"
`);

export const HOST: HostFacts = {
  guard: "server",
  ttl: { min: 60, max: 86_400, byDefault: 3600 },
  maxTxtOctets: null,
  exposure: [],
};

export type SpfOptions = Partial<Extract<DomainConfig["spf"], { off: false }>>;

export interface Situation {
  /** What the zone holds, as `worldFrom` reads it. */
  readonly zone: string;
  readonly apex?: string;
  readonly config?: Partial<Omit<DomainConfig, "spf">>;
  readonly spf?: SpfOptions;
  readonly host?: Partial<HostFacts>;
  readonly source?: "host" | "dns";
  readonly coverage?: readonly string[];
  readonly holds?: Snapshot["holds"];
  /** More of the world, or other answers than OUTSIDE gives. */
  readonly world?: string;
  readonly history?: Receipt;
  /** Answers that are known beforehand, so that fewer rounds are needed. */
  readonly answers?: Answers;
}

export interface Planned extends Plan {
  readonly asked: readonly string[];
  readonly answers: Answers;
}

/** Zone text in, plan out. Fails when the plan asks a resolver for what it must not ask for. */
export function planFor(situation: Situation): Planned {
  const { input, world } = inputFor(situation);
  const known = situation.answers ?? {};
  const driven = drive((answers) => planDomain({ ...input, answers }), world, known);
  forbidPlanting(driven.asked, input.config.domain);
  return { ...driven.value, asked: driven.asked, answers: driven.answers };
}

export function undoFor(situation: Situation, receipt: Receipt): Plan {
  const { input, world } = inputFor(situation);
  const known = situation.answers ?? {};
  return drive((answers) => planUndo({ ...input, receipt, answers }), world, known).value;
}

export function inputFor(situation: Situation): { input: PlanInput; world: World } {
  const input: PlanInput = {
    config: configFor(situation),
    snapshot: snapshotFor(situation),
    answers: {},
    host: { ...HOST, ...situation.host },
    ...(situation.history !== undefined && { history: situation.history }),
  };
  return { input, world: worldOf(situation) };
}

export function configFor({ config, spf }: Situation): DomainConfig {
  const domain = config?.domain ?? DOMAIN;
  return {
    domain,
    host: "zonefile",
    hostOptions: {},
    dkim: true,
    dmarc: "check",
    odoo: { hosting: "unknown" },
    accept: [],
    records: "own",
    retire: false,
    file: "stacks/Pulumi.mycompany.example.yaml",
    ...config,
    spf: {
      off: false,
      domain,
      terms: ["include:_spf.odoo.com"],
      placement: "first",
      ...spf,
    },
  };
}

function snapshotFor({ zone, apex, source, coverage, holds }: Situation): Snapshot {
  return {
    zone: { apex: name(apex ?? DOMAIN), nameservers: [], nativeId: "zone" },
    takenAt: "2026-11-24T18:40:00Z",
    source: source ?? "host",
    coverage: coverage?.map(name) ?? "zone",
    rrsets: rrsetsFrom(zone),
    version: "1",
    ...(holds !== undefined && { holds }),
  };
}

/** `name [TTL] TYPE data`, one record a line; TXT quoted as in a master file, TTL 300 by default. */
export function rrsetsFrom(zone: string): readonly RRset[] {
  const rrsets = new Map<string, RRset>();
  for (const line of zone.split("\n").map((text) => text.trim())) {
    const [, owner, ttl, type, data] = /^(\S+)\s+(?:(\d+)\s+)?(\S+)\s+(.*)$/s.exec(line) ?? [];
    if (owner === undefined || type === undefined || data === undefined) continue;
    const key = `${owner} ${type}`;
    const values = [...(rrsets.get(key)?.values ?? []), dataOf(type, data)];
    rrsets.set(key, { name: name(owner), type, ttl: Number(ttl ?? 300), values });
  }
  return [...rrsets.values()];
}

function dataOf(type: string, data: string): string {
  if (type === "TXT" || type === "SPF") {
    return [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
      .map(([, text = ""]) => unescapeTxt(text) ?? text)
      .join("");
  }
  return type === "CNAME" || type === "NS" || type === "DNAME" ? name(data) : data;
}

function worldOf({ zone, world }: Situation): World {
  const own = worldFrom(world ?? "");
  const inside = worldFrom(zone.replaceAll(/^(\s*\S+)\s+\d+\s/gm, "$1 "));
  const answer = (question: Question) => {
    const first = [own, inside].map((each) => each.answer(question));
    return first.find((each) => each.status !== "nxdomain") ?? OUTSIDE.answer(question);
  };
  return { answer };
}

function forbidPlanting(asked: readonly string[], domain: DomainName): void {
  const planted = [`odoo._domainkey.${domain} `, `_dmarc.${domain} `];
  for (const question of asked) {
    if (planted.some((start) => question.startsWith(start))) {
      throw new Error(`a public resolver would remember that this does not exist: ${question}`);
    }
  }
}

/** The zone after the ops, as a host would have it. Throws for an op that does not fit. */
export function applyOps(rrsets: readonly RRset[], ops: readonly Op[]): readonly RRset[] {
  let now = rrsets;
  for (const op of ops) {
    const at = now.findIndex((rrset) => rrset.name === op.name && rrset.type === op.type);
    const rrset = now[at];
    const values = changed(op, rrset);
    const others = now.filter((_, index) => index !== at);
    const after = { name: op.name as DomainName, type: op.type, ttl: rrset?.ttl ?? op.ttl, values };
    now = values.length === 0 ? others : [...others, after];
  }
  return now;
}

function changed(op: Op, rrset: RRset | undefined): readonly string[] {
  const values = rrset?.values ?? [];
  if (op.kind === "create-rrset") {
    if (rrset !== undefined) throw new Error(`${op.name} ${op.type} exists`);
    return [op.after];
  }
  if (rrset === undefined) throw new Error(`${op.name} ${op.type} does not exist`);
  if (op.kind === "add-value") {
    if (op.ttl !== rrset.ttl) throw new Error("a value takes the TTL of its RRset");
    return [...values, op.after];
  }
  if (!values.includes(op.before)) throw new Error(`not there: ${op.before}`);
  if (op.kind === "remove-value") return values.filter((value) => value !== op.before);
  return values.map((value) => (value === op.before ? op.after : value));
}

/** RRsets as text, one value a line, sorted: what is equal here is the same to everybody. */
export function zoneText(rrsets: readonly RRset[]): string {
  return rrsets
    .flatMap(({ name, type, ttl, values }) =>
      values.map((value) => `${name} ${ttl} ${type} ${JSON.stringify(value)}`),
    )
    .sort()
    .join("\n");
}

export function receiptFor(plan: Plan, ops: readonly Op[], before: readonly RRset[]): Receipt {
  return {
    formatVersion: 1,
    id: "20261124T184012Z",
    domain: plan.domain,
    zone: plan.zone,
    host: plan.host,
    plan: plan.digest,
    startedAt: plan.takenAt,
    before: before.map((rrset) => ({ ...rrset, values: [...rrset.values] })),
    steps: ops.map((op) => ({ op, outcome: "done" as const })),
    verified: "not-asked",
    servers: [],
  };
}

/** `spf/two-records error`, for a part or for all of them. */
export function rulesIn(part: Part): readonly string[] {
  const because = "because" in part ? part.because : [];
  return [...because, ...part.findings].map(({ rule }) => rule);
}

export function name(text: string): DomainName {
  const parsed = parseName(text);
  if (parsed === undefined) throw new Error(`no name: ${text}`);
  return parsed;
}
