/**
 * Cloudflare's API v4 for zones and DNS records, as cloudflare/api-schemas and the documents on
 * developers.cloudflare.com describe it (both read on 2026-12-01): it keeps state, refuses what
 * Cloudflare refuses in Cloudflare's words, and knows nothing of the adapter.
 */
import { demand, tokenOf, visibleZones, zoneFor } from "./cloudflare/access.ts";
import { batch } from "./cloudflare/batch.ts";
import { Refusal, type SimRecord, type SimToken, type SimZone } from "./cloudflare/model.ts";
import type { SimAnswer, SimRequest } from "./server.ts";
import { ok, page, printRecord, printSettings, printZone, refused } from "./cloudflare/print.ts";
import { create, find, patch, put, remove, type Written } from "./cloudflare/records.ts";

export interface CloudflareState {
  readonly zones: readonly SimZone[];
  readonly tokens: readonly SimToken[];
  /** Records on a page at most, whatever is asked for. */
  readonly mostPerPage?: number;
  /** Milliseconds since 1970; the limit of requests and `modified_on` go by it. */
  readonly now?: () => number;
  /** Requests in a window; over it, everything is refused until the window ends. */
  readonly quota?: { readonly requests: number; readonly seconds: number };
}

interface Turn {
  readonly request: SimRequest;
  readonly query: URLSearchParams;
  readonly token: SimToken;
  readonly state: CloudflareState;
  readonly now: string;
}

const QUOTA = { requests: 1200, seconds: 300 };

/** Answers requests to `/client/v4/...`. */
export function createCloudflare(state: CloudflareState): (request: SimRequest) => SimAnswer {
  const now = state.now ?? Date.now;
  const { requests: q, seconds: w } = state.quota ?? QUOTA;
  let used = 0;
  let windowEnds = 0;
  let count = 0;
  return (request) => {
    if (now() >= windowEnds) [used, windowEnds] = [0, now() + w * 1000];
    used += 1;
    count += 1;
    const t = Math.ceil((windowEnds - now()) / 1000);
    const isOver = used > q;
    const answer = isOver ? overLimit() : answerTo(request, state, new Date(now()).toISOString());
    return {
      ...answer,
      headers: {
        "cf-ray": `${count.toString(16).padStart(16, "0")}-SIM`,
        ratelimit: `"default";r=${Math.max(q - used, 0)};t=${t}`,
        "ratelimit-policy": `"default";q=${q};w=${w}`,
        ...(isOver && { "retry-after": String(t) }),
        ...answer.headers,
      },
    };
  };
}

function overLimit(): SimAnswer {
  return refused(new Refusal(429, 10300, "Rate limited. Please wait and consider throttling."));
}

function answerTo(request: SimRequest, state: CloudflareState, now: string): SimAnswer {
  try {
    const url = new URL(request.path, "http://sim.invalid");
    const token = tokenOf(request.headers["authorization"], state.tokens);
    const turn: Turn = { request, query: url.searchParams, token, state, now };
    const [, , ...path] = url.pathname.replace(/^\/client/, "").split("/");
    return route(turn, path);
  } catch (error) {
    return refused(error);
  }
}

/** `zones`, `zones/ID`, `zones/ID/dns_settings`, `zones/ID/dns_records`, `.../batch`, `.../ID`. */
function route(turn: Turn, [zones, id, room, record, ...rest]: readonly string[]): SimAnswer {
  const { request, token, state } = turn;
  if (zones !== "zones" || rest.length > 0) throw noRoute(request);
  if (id === undefined) return listZones(turn);
  const zone = zoneFor(id, token, state.zones);
  if (room === undefined && request.method === "GET") {
    demand(token, "Zone Read");
    return ok(printZone(zone, token));
  }
  if (room === "dns_settings" && record === undefined && request.method === "GET") {
    demand(token, "DNS Read");
    return ok(printSettings(zone));
  }
  if (room !== "dns_records") throw noRoute(request);
  demand(token, request.method === "GET" ? "DNS Read" : "DNS Write");
  return request.method === "GET"
    ? readRecords(turn, zone, record)
    : writeRecords(turn, zone, record);
}

function noRoute({ path }: SimRequest): Refusal {
  return new Refusal(404, 7000, `No route for that URI: ${path}`);
}

function listZones({ request, query, token, state }: Turn): SimAnswer {
  if (request.method !== "GET") throw noRoute(request);
  const wanted = {
    name: query.get("name"),
    status: query.get("status"),
    id: query.get("account.id"),
  };
  const found = visibleZones(token, state.zones)
    .filter(({ name }) => wanted.name === null || name === wanted.name)
    .filter(({ status }) => wanted.status === null || status === wanted.status)
    .filter(({ account }) => wanted.id === null || account.id === wanted.id)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const printed = found.map((zone) => printZone(zone, token));
  return page(printed, query, { least: 5, most: 50, usual: 20 });
}

function readRecords({ query, state }: Turn, zone: SimZone, id: string | undefined): SimAnswer {
  if (id !== undefined) return ok(printRecord(find(zone.records, id)));
  const [type, name] = [query.get("type"), query.get("name.exact") ?? query.get("name")];
  const found = zone.records
    .filter((record) => type === null || record.type === type)
    .filter((record) => name === null || record.name === name);
  const most = state.mostPerPage ?? 5_000_000;
  return page(found.map(printRecord), query, { most, usual: 100 });
}

function writeRecords(turn: Turn, zone: SimZone, id: string | undefined): SimAnswer {
  const { request, now } = turn;
  if (zone.type === "secondary") throw new Refusal(400, 1036, "Zone is a secondary zone.");
  const { records } = zone;
  if (request.method === "DELETE") {
    const written = remove(records, id);
    commit(zone, written.records);
    return ok({ id: written.record.id });
  }
  const body = readBody(request);
  if (request.method === "POST" && id === "batch") {
    const { records, result } = batch(zone, body, now);
    commit(zone, records);
    const printed = Object.entries(result).map(([list, items]) => [list, items.map(printRecord)]);
    return ok(Object.fromEntries(printed));
  }
  const written = writeOne(turn, zone, { ...body, id });
  commit(zone, written.records);
  return ok(printRecord(written.record));
}

type Body = Readonly<Record<string, unknown>>;

/** `id` comes from the path; what the body says of it is not looked at. */
function writeOne({ request, now }: Turn, zone: SimZone, { id, ...body }: Body): Written {
  const { method } = request;
  if (method === "POST" && id === undefined) return create(zone, zone.records, body, now);
  if (method === "PATCH" && id !== undefined)
    return patch(zone, zone.records, { ...body, id }, now);
  if (method === "PUT" && id !== undefined) return put(zone, zone.records, { ...body, id }, now);
  throw noRoute(request);
}

function commit(zone: SimZone, records: readonly SimRecord[]): void {
  zone.records = records;
  zone.history.push(records);
}

function readBody({ body, headers }: SimRequest): Body {
  if (!headers["content-type"]?.startsWith("application/json")) {
    throw new Refusal(400, 6002, "Invalid content-type, only application/json is valid");
  }
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // Said below.
  }
  throw new Refusal(400, 6007, "Malformed JSON in request body");
}
