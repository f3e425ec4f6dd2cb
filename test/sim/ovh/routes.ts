import type { Call, Gate } from "./account.ts";
import { exportOf } from "./export.ts";
import { badRequest, client, noService } from "./refusal.ts";
import type { OvhZone } from "./zone.ts";

type Zones = ReadonlyMap<string, OvhZone>;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  /** `dnsZone:apiovh:` and this is the IAM action. */
  readonly action: string;
  run(zone: OvhZone, call: Call, rest: readonly string[]): unknown;
}

/** What replaces or ends a zone. No test of ours may ever get here. */
function destroy(zone: OvhZone): unknown {
  zone.records = [];
  zone.refresh();
  return { id: 1, function: "DnsZoneReset", status: "todo" };
}

const ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: /^$/,
    action: "get",
    run: ({ name, nameServers }) => ({
      name,
      nameServers,
      dnssecSupported: true,
      hasDnsAnycast: true,
      lastUpdate: "2026-11-24T18:40:12+01:00",
    }),
  },
  { method: "GET", pattern: /^\/export$/, action: "export/get", run: exportOf },
  {
    method: "GET",
    pattern: /^\/record$/,
    action: "record/get",
    run(zone, { target }) {
      const query = new URLSearchParams(target.split("?")[1]);
      return zone.ids({ fieldType: query.get("fieldType"), subDomain: query.get("subDomain") });
    },
  },
  {
    method: "POST",
    pattern: /^\/record$/,
    action: "record/create",
    run: (zone, call) => zone.create(bodyOf(call)),
  },
  {
    method: "GET",
    pattern: /^\/record\/(\d+)$/,
    action: "record/get",
    run: (zone, _, [id]) => zone.find(Number(id)),
  },
  {
    method: "PUT",
    pattern: /^\/record\/(\d+)$/,
    action: "record/edit",
    run: (zone, call, [id]) => zone.edit(Number(id), bodyOf(call)),
  },
  {
    method: "DELETE",
    pattern: /^\/record\/(\d+)$/,
    action: "record/delete",
    run: (zone, _, [id]) => zone.remove(Number(id)),
  },
  {
    method: "POST",
    pattern: /^\/refresh$/,
    action: "refresh",
    run: (zone) => zone.refresh(),
  },
  { method: "GET", pattern: /^\/status$/, action: "status/get", run: ({ status }) => status },
  {
    method: "GET",
    pattern: /^\/soa$/,
    action: "soa/get",
    run: ({ nameServers: [server], serial }) => ({ server, serial, email: "tech.ovh.net." }),
  },
  { method: "POST", pattern: /^\/reset$/, action: "reset", run: destroy },
  { method: "POST", pattern: /^\/import$/, action: "import", run: destroy },
  { method: "POST", pattern: /^\/terminate$/, action: "terminate", run: destroy },
  {
    method: "POST",
    pattern: /^\/history\/[^/]+\/restore$/,
    action: "history/restore",
    run: destroy,
  },
];

const ZONE = /^\/domain\/zone\/([^/]+)(\/.*)?$/;

/** The answer's body for one call; throws a refusal. */
export function answer(call: Call, zones: Zones, gate: Gate): unknown {
  const { method, path } = call;
  if (method === "GET" && path === "/auth/time") return gate.seconds;
  if (method === "GET" && path === "/auth/currentCredential") {
    gate.admit(call, "");
    return gate.currentCredential;
  }
  if (method === "GET" && path === "/domain/zone") {
    gate.admit(call, "dnsZone:apiovh:get");
    return [...zones.keys()];
  }
  const [, name = "", rest = ""] = ZONE.exec(path) ?? [];
  const route = ROUTES.find((one) => one.method === method && one.pattern.test(rest));
  if (name === "" || route === undefined) {
    throw client(404, "NotFound", "Got an invalid (or empty) URL");
  }
  gate.admit(call, `dnsZone:apiovh:${route.action}`);
  const zone = zones.get(decodeURIComponent(name));
  if (zone === undefined) throw noService();
  if (zone.isExpired) throw client(460, "ExpiredService", "This service is expired");
  return route.run(zone, call, route.pattern.exec(rest)?.slice(1) ?? []) ?? null;
}

/** Whatever its content type: OVH's own client gives none with a service account. */
function bodyOf({ body }: Call): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Told below.
  }
  throw badRequest("Request body is not a valid JSON object");
}
