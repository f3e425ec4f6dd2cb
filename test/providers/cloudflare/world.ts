import adapter from "../../../providers/cloudflare/adapter.ts";
import { type DomainName, parseName } from "../../../src/core/dns/name.ts";
import type { RRset, Snapshot } from "../../../src/core/dns/rrset.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { TraceEntry } from "../../../src/http/trace.ts";
import { accountOf } from "../../../src/local/credentials.ts";
import { createRun } from "../../../src/local/run.ts";
import type { CallResult, DnsProvider, HostContext } from "../../../src/ports/dns-provider.ts";
import { createFakeClock, type FakeClock } from "../../engine/fake-clock.ts";
import { createCloudflare, type CloudflareState } from "../../sim/cloudflare.ts";
import type { SimRight, SimZone } from "../../sim/cloudflare/model.ts";
import { createFaults, type Faults } from "../../sim/faults.ts";
import { createSimHttp } from "../../sim/http.ts";
import { type SimServer, startSimServer } from "../../sim/server.ts";
import { contextOf } from "../zonefile/fixtures.ts";

export const SIGNAL: AbortSignal = new AbortController().signal;
export const TOKEN = "cf-token-that-must-not-be-seen-anywhere-0";
export const APEX = "mycompany.example" as DomainName;
export const DKIM = `odoo._domainkey.${APEX}` as DomainName;
export const SPF = "v=spf1 include:_spf.google.com ~all";
export const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";

export const mergeSpf = {
  kind: "replace-value",
  name: APEX,
  type: "TXT",
  before: SPF,
  after: MERGED,
  ttl: 600,
} as const satisfies Op;
export const createDkim = {
  kind: "create-rrset",
  name: DKIM,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: "default",
} as const satisfies Op;

export interface Choices extends Partial<Omit<CloudflareState, "tokens" | "zones">> {
  readonly zones: readonly SimZone[];
  readonly rights?: readonly SimRight[];
  /** How many domains the run is about. */
  readonly domains?: number;
  readonly options?: unknown;
  readonly token?: string;
}

export interface CloudflareWorld {
  readonly provider: DnsProvider;
  readonly context: HostContext;
  readonly clock: FakeClock;
  readonly faults: Faults;
  readonly server: SimServer;
  readonly traced: readonly TraceEntry[];
  /** `GET /zones?name=...`: what was asked, without the address that all calls share. */
  calls(): readonly string[];
  snapshot(...names: readonly DomainName[]): Promise<Snapshot>;
  /** Writes these ops; without a snapshot on the zone as it is. */
  apply(ops: readonly Op[], planned?: Snapshot): Promise<readonly CallResult[]>;
  close(): Promise<void>;
}

const RIGHTS: readonly SimRight[] = ["Zone Read", "DNS Write"];

/** A Cloudflare on loopback, and our adapter looking at it. */
export async function startCloudflare(choices: Choices): Promise<CloudflareWorld> {
  const { zones, rights = RIGHTS, domains = 1, options = {}, token = TOKEN, ...more } = choices;
  const clock = createFakeClock();
  const faults = createFaults();
  const tokens = [{ value: TOKEN, rights, zones: "all" as const }];
  const handle = createCloudflare({ now: clock.now, ...more, zones, tokens });
  const server = await startSimServer({ handle, faults, clock });
  const env = { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_BASE_URL: `${server.url}/client/v4` };
  const { http, traced } = createSimHttp(clock);
  const context: HostContext = {
    ...contextOf("/", { env, clock }),
    ...accountOf(env, undefined),
    http,
    run: createRun(domains),
  };
  const provider = adapter.create(options, context);
  const snapshot = async (...names: readonly DomainName[]): Promise<Snapshot> =>
    provider.read(await provider.findZone(APEX, SIGNAL), [APEX, DKIM, ...names], SIGNAL);
  return {
    provider,
    context,
    clock,
    faults,
    server,
    traced,
    calls: () => server.requests.map(({ method, path }) => `${method} ${path.slice(10)}`),
    snapshot,
    async apply(ops, planned) {
      const read = planned ?? (await snapshot());
      return provider.apply(provider.compile(ops, read), read, SIGNAL);
    },
    close: () => server.close(),
  };
}

export function valuesAt(rrsets: readonly RRset[], name: string, type: string): readonly string[] {
  return rrsets.find((rrset) => rrset.name === name && rrset.type === type)?.values ?? [];
}

export function nameOf(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new Error(`${text} is no domain name`);
  return name;
}
