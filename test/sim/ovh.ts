import type { Zone } from "../../examples/name-server/server.ts";
import type { DomainName } from "../../src/core/dns/name.ts";
import { createFaults, type Faults, type SimAnswer, type SimRequest } from "./faults.ts";
import { type Call, Gate, type OvhAccount } from "./ovh/account.ts";
import { Refused } from "./ovh/refusal.ts";
import { answer } from "./ovh/routes.ts";
import { OvhZone } from "./ovh/zone.ts";
import { type Published, publish } from "./publish.ts";
import { type SimServer, startSimServer } from "./server.ts";

export type { OvhAccount } from "./ovh/account.ts";
export type { OvhRecord, OvhZone } from "./ovh/zone.ts";

/**
 * OVH's API for DNS zones, from its published description (`ovh/ovhcloud-cli`, domain.json) and
 * what its clients and other people's tools have met. What no source decides is decided against
 * the client: filters are patterns, a CNAME beside other records is stored and then not deployed,
 * identical records are stored twice, a second `refresh` while one is pending is refused.
 */
export interface OvhSim {
  /** `http://127.0.0.1:PORT/1.0`, for OVH_ENDPOINT. */
  readonly endpoint: string;
  readonly server: SimServer;
  readonly faults: Faults;
  readonly account: OvhAccount;
  readonly dns: Published;
  /** A zone with its NS records, and nothing served yet. */
  zone(name: string): OvhZone;
  /** Tokens of before are refused from now on. */
  revokeTokens(): void;
  close(): Promise<void>;
}

export interface OvhSimOptions {
  /** OVH's own clock. */
  readonly now?: () => number;
  readonly clock?: { pass(ms: number): void };
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly nameServers?: readonly string[];
}

const ALL = "/domain/zone/*";

export function createAccount(): OvhAccount {
  return {
    applicationKey: "7kbG7Bk7S9Nt7ZSV",
    applicationSecret: "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF",
    consumerKey: "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
    clientId: "EU.9f1fbd4b1d0a5c3e",
    clientSecret: "d7a1c0ffee5e4e7bb0a1d7a1c0ffee5e",
    rules: [
      { method: "GET", path: "/domain/zone" },
      ...["GET", "POST", "PUT", "DELETE"].map((method) => ({ method, path: ALL })),
    ],
    status: "validated",
    actions: ["get", "export/get", "record/get", "record/create", "record/edit", "record/delete"]
      .concat("refresh", "status/get", "soa/get")
      .map((action) => `dnsZone:apiovh:${action}`),
  };
}

export async function startOvh(options: OvhSimOptions = {}): Promise<OvhSim> {
  const { now = Date.now, tls, clock, nameServers } = options;
  const account = createAccount();
  const gate = new Gate(account, now);
  const zones = new Map<string, OvhZone>();
  const faults = createFaults();
  let asked = 0;
  const handle = (request: SimRequest): SimAnswer => {
    asked += 1;
    const queryId = `EU.ext-1.sim.${asked}`;
    const headers = { "x-ovh-queryid": queryId, "content-type": "application/json" };
    const say = (status: number, body: unknown): SimAnswer => {
      return { status, headers, body: JSON.stringify(body) };
    };
    try {
      return say(200, route(request, { gate, zones, scheme: tls ? "https" : "http" }));
    } catch (error) {
      if (error instanceof Refused) return say(error.refusal.status, error.refusal.body);
      throw error;
    }
  };
  const server = await startSimServer({
    handle,
    faults,
    ...(tls && { tls }),
    ...(clock && { clock }),
  });
  const served = (): readonly Zone[] =>
    [...zones.values()].map((zone) => ({ apex: zone.name as DomainName, rrsets: zone.served }));
  const dns = await publish({ zones: served });
  return {
    endpoint: `${server.url}/1.0`,
    server,
    faults,
    account,
    dns,
    zone(name) {
      const zone = new OvhZone(name, { now, ...(nameServers && { nameServers }) });
      zones.set(name, zone);
      return zone;
    },
    revokeTokens: () => gate.revoke(),
    async close() {
      await dns.close();
      await server.close();
    },
  };
}

interface Behind {
  readonly gate: Gate;
  readonly zones: ReadonlyMap<string, OvhZone>;
  readonly scheme: string;
}

function route(request: SimRequest, { gate, zones, scheme }: Behind): unknown {
  const { method, path: target, headers, body } = request;
  const [path = ""] = target.split("?");
  const host = headers["host"] ?? "";
  // OVH's Node client leaves the port out of what it signs, its Go and Python clients don't.
  const origins = [`${scheme}://${host}`, `${scheme}://${host.replace(/:\d+$/, "")}`];
  const below = path.replace(/^\/(?:1\.0|v1)/, "");
  const call: Call = { method, target, path: below, headers, body, origins };
  if (method === "POST" && path === "/auth/oauth2/token") {
    return gate.grant(call);
  }
  return answer(call, zones, gate);
}
