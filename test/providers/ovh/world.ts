import { lookUp } from "../../../examples/name-server/lookup.ts";
import { ovhProvider } from "../../../providers/ovh/provider.ts";
import { type DomainName, parseName } from "../../../src/core/dns/name.ts";
import { MailDnsError } from "../../../src/core/errors.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { TraceEntry } from "../../../src/http/trace.ts";
import { accountOf } from "../../../src/local/credentials.ts";
import { createRun } from "../../../src/local/run.ts";
import type { CallResult, DnsProvider, HostContext } from "../../../src/ports/dns-provider.ts";
import type { Authority, NameServer, ServerAnswer } from "../../../src/ports/resolver.ts";
import { type FakeClock, createFakeClock } from "../../engine/fake-clock.ts";
import { type SimHttp, createSimHttp } from "../../sim/http.ts";
import { type OvhSim, type OvhZone, startOvh } from "../../sim/ovh.ts";

export const SIGNAL: AbortSignal = new AbortController().signal;
export const APEX = parseName("mycompany.example") as DomainName;
export const DKIM = parseName("odoo._domainkey.mycompany.example") as DomainName;
export const DMARC = parseName("_dmarc.mycompany.example") as DomainName;
export const SPF = "v=spf1 include:_spf.google.com ~all";
export const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";

/** The change of one SPF value into another. */
export function change(before: string, after: string): Op {
  return { kind: "replace-value", name: APEX, type: "TXT", before, after, ttl: "default" };
}

export const merge: Op = change(SPF, MERGED);
export const addDkim: Op = {
  kind: "create-rrset",
  name: DKIM,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: "default",
};

/** A simulated OVH with one zone that is served as it is stored, and ways to use it. */
export interface OvhWorld {
  readonly sim: OvhSim;
  readonly zone: OvhZone;
  readonly clock: FakeClock;
  readonly context: HostContext;
  /** What `--trace` would write. */
  readonly traced: readonly TraceEntry[];
  /** A new run of the program: nothing is remembered. */
  provider(changes?: Partial<HostContext>): DnsProvider;
  /** Method and path of every call since the last look, without the zone's own path. */
  calls(): readonly string[];
  close(): Promise<void>;
}

export interface OvhWorldChoices {
  readonly identity?: "application" | "service-account";
  readonly env?: Readonly<Record<string, string>>;
}

export async function startOvhWorld(choices: OvhWorldChoices = {}): Promise<OvhWorld> {
  const clock = createFakeClock();
  const sim = await startOvh({ now: clock.now, clock });
  const zone = sim.zone(APEX);
  const env = { ...environmentOf(sim, choices.identity ?? "application"), ...choices.env };
  const http = createSimHttp(clock);
  const create = (): HostContext => contextOf(sim, clock, { env, http });
  const context = create();
  let seen = 0;
  return {
    sim,
    zone,
    clock,
    context,
    traced: http.traced,
    provider: (changes) => ovhProvider({ ...create(), ...changes }),
    calls() {
      const made = sim.server.requests.slice(seen);
      seen = sim.server.requests.length;
      return made.map(
        ({ method, path }) => `${method} ${path.replace(/^\/1\.0(?:\/domain\/zone\/[^/]+)?/, "")}`,
      );
    },
    close: () => sim.close(),
  };
}

function environmentOf(
  { account, endpoint }: OvhSim,
  identity: "application" | "service-account",
): Readonly<Record<string, string>> {
  const common = { OVH_ENDPOINT: endpoint };
  return identity === "application"
    ? {
        ...common,
        OVH_APPLICATION_KEY: account.applicationKey,
        OVH_APPLICATION_SECRET: account.applicationSecret,
        OVH_CONSUMER_KEY: account.consumerKey,
      }
    : { ...common, OVH_CLIENT_ID: account.clientId, OVH_CLIENT_SECRET: account.clientSecret };
}

function contextOf(
  sim: OvhSim,
  clock: FakeClock,
  { env, http }: { readonly env: Readonly<Record<string, string>>; readonly http: SimHttp },
): HostContext {
  return {
    env,
    ...accountOf(env, undefined),
    http: http.http,
    run: createRun(1),
    projectFolder: "/",
    clock,
    resolver: { resolve: async () => [] },
    authority: authorityOf(sim),
  };
}

/** The name servers of the simulator's zones, asked without a network. */
function authorityOf(sim: OvhSim): Authority {
  return {
    async find(name) {
      const zone = sim.dns.served().find(({ apex }) => name === apex || name.endsWith(`.${apex}`));
      if (zone === undefined) throw new MailDnsError("transient", "nobody answers");
      const names = ["dns200.anycast.me", "ns200.anycast.me"] as DomainName[];
      const servers = names.map((one): NameServer => ({
        name: one,
        address: "127.0.0.1",
        port: 53,
      }));
      return { zone: zone.apex, parent: names, child: names, servers, lame: [], overridden: false };
    },
    ask: async (_, question) => serverAnswer(sim, question),
  };
}

function serverAnswer(sim: OvhSim, question: Parameters<Authority["ask"]>[1]): ServerAnswer {
  const reply = lookUp(sim.dns.served(), question);
  const authoritative = reply.isAuthoritative;
  const own = reply.answer.filter(({ name }) => name === question.name);
  const found = own.find(({ type }) => type === question.type);
  if (found !== undefined) {
    const ttl = found.ttl === "default" ? 3600 : found.ttl;
    const records = found.values.map((data) => ({ data, ttl }));
    return { authoritative, answer: { status: "records", records } };
  }
  const alias = own.find(({ type }) => type === "CNAME")?.values as DomainName[] | undefined;
  if (alias !== undefined) return { authoritative, answer: { status: "nodata", aliases: alias } };
  return { authoritative, answer: { status: reply.rcode === "NXDOMAIN" ? "nxdomain" : "nodata" } };
}

/** Finds, reads, compiles, applies, as the engine does it. */
export async function applyOps(
  provider: DnsProvider,
  ops: readonly Op[],
): Promise<readonly CallResult[]> {
  const zone = await provider.findZone(APEX, SIGNAL);
  const snapshot = await provider.read(zone, [APEX, DKIM, DMARC], SIGNAL);
  return provider.apply(provider.compile(ops, snapshot), snapshot, SIGNAL);
}
