/**
 * Azure's Resource Manager for public DNS zones, version 2018-05-01, with locks, permissions and the
 * logging in at Entra, as Azure/azure-rest-api-specs (`specification/dns`, `specification/resources`)
 * and the documents on learn.microsoft.com describe them (read on 2026-12-01). Words of errors are
 * those that Azure's own tests and users' reports show; where none does, they are ours. It keeps
 * state, and knows nothing of the adapter.
 */
import { randomUUID } from "node:crypto";
import type { SimAnswer, SimRequest } from "./faults.ts";
import {
  callerOf,
  demand,
  demandUnlocked,
  grantsAt,
  isAtOrBelow,
  type SimToken,
} from "./azure/access.ts";
import { login } from "./azure/entra.ts";
import { createBuckets } from "./azure/limits.ts";
import {
  type AzureState,
  type Caller,
  idOfZone,
  Refusal,
  refuse,
  type SimZone,
} from "./azure/model.ts";
import { page, printRefusal, printSet, printZone } from "./azure/print.ts";
import { build, demandConditions, find, type Place, TYPES } from "./azure/records.ts";
import { commit } from "./azure/zone.ts";

const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  "microsoft.network": [
    "2016-04-01",
    "2017-09-01",
    "2017-10-01",
    "2018-03-01-preview",
    "2018-05-01",
  ],
  locks: ["2016-09-01", "2020-05-01"],
  permissions: ["2015-07-01", "2018-07-01", "2022-04-01"],
};

interface Turn {
  readonly request: SimRequest;
  readonly url: URL;
  readonly caller: Caller;
  readonly state: AzureState;
}

/** Answers requests to the Resource Manager, and to Entra, at one origin. */
export function createAzure(state: AzureState): (request: SimRequest) => SimAnswer {
  const now = state.now ?? Date.now;
  const tokens = new Map<string, SimToken>();
  const buckets = createBuckets(state.limits);
  return (request) => {
    const id = randomUUID();
    const headers = { "x-ms-request-id": id, "x-ms-correlation-request-id": id };
    const origin = `https://${request.headers["host"]}`;
    const url = new URL(request.path, origin);
    if (!url.pathname.startsWith("/subscriptions")) return login(request, state, tokens, now());
    try {
      const audiences = [origin, "https://management.azure.com"];
      const context = { now: now(), audiences };
      const caller = callerOf(request.headers["authorization"], tokens, state, context);
      const operation = OPERATIONS[request.method] ?? "writes";
      const left = buckets.take(caller.principal.clientId, operation, now());
      const answer = route({ request, url, caller, state });
      const remaining = { [`x-ms-ratelimit-remaining-subscription-${operation}`]: String(left) };
      return { ...answer, headers: { ...headers, ...remaining, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status } = error;
      return { status, headers: { ...headers, ...error.headers }, body: printRefusal(error) };
    }
  };
}

const OPERATIONS = { GET: "reads", DELETE: "deletes" } as Readonly<
  Record<string, "reads" | "deletes">
>;

function route(turn: Turn): SimAnswer {
  const path = decodeURIComponent(turn.url.pathname);
  const extension = /^(.*)\/providers\/Microsoft\.Authorization\/(locks|permissions)$/i.exec(path);
  if (extension !== null) {
    const [, scope = "", kind = ""] = extension;
    demandVersion(turn, kind.toLowerCase());
    return kind.toLowerCase() === "locks" ? listLocks(turn, scope) : listPermissions(turn, scope);
  }
  demandVersion(turn, "microsoft.network");
  const [, , subscription = "", ...rest] = path.split("/");
  if (!turn.state.subscriptions.includes(subscription.toLowerCase())) {
    const message = `The subscription '${subscription}' could not be found.`;
    throw new Refusal(404, "SubscriptionNotFound", message);
  }
  const inGroup = rest[0]?.toLowerCase() === "resourcegroups";
  const group = inGroup ? rest[1] : undefined;
  const [providers, namespace, kind, zone, ...record] = inGroup ? rest.slice(2) : rest;
  const isDns = [providers, namespace, kind].join("/").toLowerCase();
  if (isDns !== "providers/microsoft.network/dnszones") throw noSuchType();
  if (zone === undefined || zone === "") return listZones(turn, subscription, group);
  if (group === undefined) throw noSuchType();
  return atZone(turn, { subscription, group, zone }, record);
}

function demandVersion({ url }: Turn, kind: string): void {
  const version = url.searchParams.get("api-version");
  if (version === null) {
    const message = "The api-version query parameter (?api-version=) is required for all requests.";
    throw new Refusal(400, "MissingApiVersionParameter", message);
  }
  const known = VERSIONS[kind] ?? [];
  if (known.includes(version)) return;
  const message = `No registered resource provider found for API version '${version}'. The supported api-versions are '${known.join(", ")}'.`;
  throw new Refusal(400, "NoRegisteredProviderFound", message);
}

function noSuchType(): Refusal {
  const message =
    "The resource type could not be found in the namespace 'Microsoft.Network' for api version '2018-05-01'.";
  return new Refusal(404, "InvalidResourceType", message);
}

/** A resource group is there where a zone is in it. */
function listZones(turn: Turn, subscription: string, group: string | undefined): SimAnswer {
  if (turn.request.method !== "GET") throw noSuchType();
  const scope = `/subscriptions/${subscription}`;
  const inGroup = group === undefined ? scope : `${scope}/resourceGroups/${group}`;
  demand(turn.caller, "Microsoft.Network/dnsZones/read", inGroup);
  const found = turn.state.zones.filter((zone) => isAtOrBelow(idOfZone(zone), inGroup));
  if (group !== undefined && found.length === 0) {
    const message = `Resource group '${group}' could not be found.`;
    throw new Refusal(404, "ResourceGroupNotFound", message);
  }
  return { status: 200, body: page(found.map(printZone), turn.url, most(turn)) };
}

function most({ state }: Turn): number {
  return state.mostPerPage ?? 1000;
}

interface ZonePath {
  readonly subscription: string;
  readonly group: string;
  readonly zone: string;
}

function atZone(turn: Turn, path: ZonePath, record: readonly string[]): SimAnswer {
  const { subscription, group, zone: name } = path;
  const { request, caller, state, url } = turn;
  const scope = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/dnszones/${name}`;
  const zone = state.zones.find((one) => idOfZone(one).toLowerCase() === scope.toLowerCase());
  const [kind, ...below] = record.filter((part) => part !== "");
  if (kind === undefined) return zoneItself(turn, scope, zone);
  const type = kind.toUpperCase();
  const isList = below.length === 0;
  if (isList && request.method === "GET" && /^(?:recordsets|all)$/i.test(kind)) {
    demand(caller, `Microsoft.Network/dnsZones/${kind}/read`, scope);
    return { status: 200, body: listSets(demandZone(zone, scope, kind), url, most(turn)) };
  }
  if (TYPES[type] === undefined || below.length > 1) throw noSuchType();
  const verb = request.method === "GET" ? "read" : request.method === "DELETE" ? "delete" : "write";
  const [relative] = below;
  const target = relative === undefined ? scope : `${scope}/${type}/${relative}`;
  demand(caller, `Microsoft.Network/dnsZones/${type}/${verb}`, target);
  const held = demandZone(zone, scope, type);
  if (relative === undefined) {
    if (request.method !== "GET") throw noSuchType();
    return { status: 200, body: listSets(held, url, most(turn), type) };
  }
  if (verb !== "read") demandUnlocked(state.locks, target, verb);
  return atSet(turn, held, { name: relative, type });
}

function demandZone(zone: SimZone | undefined, scope: string, kind: string): SimZone {
  if (zone !== undefined) return zone;
  const message = `Failed to perform 'read' on resource(s) of type 'dnszones/${kind}', because the parent resource '${scope}' could not be found.`;
  throw new Refusal(404, "ParentResourceNotFound", message);
}

function zoneItself(turn: Turn, scope: string, zone: SimZone | undefined): SimAnswer {
  const { request, caller, state } = turn;
  if (request.method !== "GET" && request.method !== "DELETE") throw noSuchType();
  const verb = request.method === "GET" ? "read" : "delete";
  demand(caller, `Microsoft.Network/dnsZones/${verb}`, scope);
  if (zone === undefined && verb === "delete") return { status: 204 };
  if (zone === undefined) {
    const [name, group] = [scope.split("/").at(-1), scope.split("/")[4]];
    const message = `The Resource 'Microsoft.Network/dnszones/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
    throw new Refusal(404, "ResourceNotFound", message);
  }
  if (verb === "read") return { status: 200, body: printZone(zone) };
  demandUnlocked(state.locks, scope, "delete");
  state.zones = state.zones.filter((one) => one !== zone);
  return { status: 200 };
}

function listSets(zone: SimZone, url: URL, most: number, type?: string): unknown {
  const suffix = url.searchParams.get("$recordsetnamesuffix");
  const found = zone.sets
    .filter((set) => type === undefined || set.type === type)
    .filter(
      (set) => suffix === null || set.name.toLowerCase().endsWith(`.${suffix.toLowerCase()}`),
    );
  return page(
    found.map((set) => printSet(zone, set)),
    url,
    most,
  );
}

function atSet({ request }: Turn, zone: SimZone, place: Place): SimAnswer {
  const found = find(zone, place);
  const conditions = {
    ifMatch: request.headers["if-match"],
    ifNoneMatch: request.headers["if-none-match"],
  };
  switch (request.method) {
    case "GET":
      if (found !== undefined) return { status: 200, body: printSet(zone, found) };
      throw refuse(
        404,
        "NotFound",
        `The resource record '${place.name}' does not exist in resource group '${zone.resourceGroup.toLowerCase()}' of subscription '${zone.subscription}'.`,
      );
    case "DELETE":
      return remove(zone, place, conditions.ifMatch);
    case "PUT":
    case "PATCH": {
      demandConditions(found, conditions);
      const body = readBody(request);
      const set = build(zone, place, request.method === "PUT" ? body : merged(found, body));
      commit(zone, [...zone.sets.filter((one) => one !== found), set]);
      return { status: found === undefined ? 201 : 200, body: printSet(zone, set) };
    }
    default:
      throw noSuchType();
  }
}

function merged(found: { readonly properties: object } | undefined, body: unknown): unknown {
  const { properties } = body as { readonly properties?: object };
  return { properties: { ...found?.properties, ...properties } };
}

function remove(zone: SimZone, place: Place, ifMatch: string | undefined): SimAnswer {
  const found = find(zone, place);
  if (found === undefined) return { status: 204 };
  demandConditions(found, { ifMatch });
  if (place.type === "SOA" || (place.type === "NS" && place.name === "@")) {
    throw refuse(
      400,
      "BadRequest",
      `The record set of type ${place.type} at the zone's own name can't be deleted.`,
    );
  }
  commit(
    zone,
    zone.sets.filter((set) => set !== found),
  );
  return { status: 200 };
}

/** Without a filter: locks at the scope, above it and below it. */
function listLocks({ request, caller, state }: Turn, scope: string): SimAnswer {
  if (request.method !== "GET") throw noSuchType();
  demand(caller, "Microsoft.Authorization/locks/read", scope);
  const found = state.locks.filter(
    (lock) => isAtOrBelow(scope, lock.scope) || isAtOrBelow(lock.scope, scope),
  );
  const value = found.map(({ name, level, scope }) => ({
    id: `${scope}/providers/Microsoft.Authorization/locks/${name}`,
    name,
    type: "Microsoft.Authorization/locks",
    properties: { level, notes: "" },
  }));
  return { status: 200, body: { value } };
}

function listPermissions({ request, caller }: Turn, scope: string): SimAnswer {
  if (request.method !== "GET") throw noSuchType();
  demand(caller, "Microsoft.Authorization/permissions/read", scope);
  const value = grantsAt(caller.principal.grants, scope).map(({ actions }) => ({
    actions,
    notActions: [],
    dataActions: [],
    notDataActions: [],
  }));
  return { status: 200, body: { value } };
}

function readBody({ body }: SimRequest): unknown {
  try {
    return JSON.parse(body);
  } catch {
    const message =
      "The request content was invalid and could not be deserialized: 'Unexpected character'.";
    throw new Refusal(400, "InvalidRequestContent", message);
  }
}
