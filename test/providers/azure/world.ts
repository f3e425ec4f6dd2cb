import adapter from "../../../providers/azure/adapter.ts";
import { type DomainName, parseName } from "../../../src/core/dns/name.ts";
import type { RRset, Snapshot } from "../../../src/core/dns/rrset.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { TraceEntry } from "../../../src/http/trace.ts";
import { accountOf } from "../../../src/local/credentials.ts";
import { createRun } from "../../../src/local/run.ts";
import type { CallResult, DnsProvider, HostContext } from "../../../src/ports/dns-provider.ts";
import { createFakeClock, type FakeClock } from "../../engine/fake-clock.ts";
import { createAzure } from "../../sim/azure.ts";
import type { AzureState } from "../../sim/azure/model.ts";
import { simAzure, simPrincipal, SUBSCRIPTION } from "../../sim/azure/zone.ts";
import { makeCertificate, trust } from "../../sim/certificate.ts";
import { createFaults, type Faults } from "../../sim/faults.ts";
import { createSimHttp } from "../../sim/http.ts";
import { type SimServer, startSimServer } from "../../sim/server.ts";
import { type ContextChoices, contextOf } from "../zonefile/fixtures.ts";

export const SIGNAL: AbortSignal = new AbortController().signal;
export const SECRET = "azure-secret-that-must-not-be-seen-anywhere";
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
  ttl: 3600,
} as const satisfies Op;

const tls = makeCertificate();
trust(tls);

export interface Choices extends Partial<AzureState> {
  /** How many domains the run is about. */
  readonly domains?: number;
  readonly options?: unknown;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly account?: string;
  readonly authority?: ContextChoices["authority"];
}

export interface AzureWorld {
  readonly provider: DnsProvider;
  readonly context: HostContext;
  readonly state: AzureState;
  readonly clock: FakeClock;
  readonly faults: Faults;
  readonly server: SimServer;
  readonly traced: readonly TraceEntry[];
  /** `GET dnsZones/...`: what the Resource Manager was asked, without what all paths share. */
  calls(): readonly string[];
  /** How often somebody logged in. */
  logins(): number;
  snapshot(...names: readonly DomainName[]): Promise<Snapshot>;
  /** Writes these ops; without a snapshot on the zone as it is. */
  apply(ops: readonly Op[], planned?: Snapshot): Promise<readonly CallResult[]>;
  close(): Promise<void>;
}

/** An Azure on loopback, and our adapter looking at it. */
export async function startAzure(choices: Choices): Promise<AzureWorld> {
  const { domains = 1, options = {}, account, authority = {}, env: more, ...azure } = choices;
  const clock = createFakeClock();
  const faults = createFaults();
  const principals = azure.principals ?? [simPrincipal({ secret: SECRET })];
  const state = simAzure({ now: clock.now, ...azure, principals });
  const server = await startSimServer({ handle: createAzure(state), faults, clock, tls });
  const env = { ...loginOf(state), ...addressesOf(server.url), ...more };
  const { http, traced } = createSimHttp(clock);
  const context: HostContext = {
    ...contextOf("/", { env, clock, authority }),
    ...accountOf(env, account),
    http,
    run: createRun(domains),
  };
  const provider = adapter.create(options, context);
  const snapshot = async (...names: readonly DomainName[]): Promise<Snapshot> =>
    provider.read(await provider.findZone(APEX, SIGNAL), [APEX, DKIM, ...names], SIGNAL);
  return {
    provider,
    context,
    state,
    clock,
    faults,
    server,
    traced,
    calls: () =>
      server.requests.filter(isManager).map(({ method, path }) => `${method} ${short(path)}`),
    logins: () => server.requests.filter(({ path }) => path.includes("/oauth2/v2.0/token")).length,
    snapshot,
    async apply(ops, planned) {
      const read = planned ?? (await snapshot());
      return provider.apply(provider.compile(ops, read), read, SIGNAL);
    },
    close: () => server.close(),
  };
}

function loginOf({ principals }: AzureState): Readonly<Record<string, string | undefined>> {
  const [first] = principals;
  return {
    AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
    AZURE_TENANT_ID: first?.tenant,
    AZURE_CLIENT_ID: first?.clientId,
    AZURE_CLIENT_SECRET: first?.secret,
  };
}

function addressesOf(url: string): Readonly<Record<string, string>> {
  return { AZURE_AUTHORITY_HOST: url, ODOO_MAIL_DNS_AZURE_ENDPOINT: url };
}

function isManager({ path }: { readonly path: string }): boolean {
  return path.startsWith("/subscriptions/");
}

function short(path: string): string {
  return path
    .replace(/^.*\/providers\/Microsoft\.(?:Network|Authorization)\//, "")
    .replace(/\?.*/, "");
}

export function valuesAt(rrsets: readonly RRset[], name: string, type: string): readonly string[] {
  return rrsets.find((rrset) => rrset.name === name && rrset.type === type)?.values ?? [];
}

export function nameOf(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new Error(`${text} is no domain name`);
  return name;
}
