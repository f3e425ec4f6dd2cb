import type { SimAnswer } from "../server.ts";
import { Refusal, type SimRecord, type SimRight, type SimToken, type SimZone } from "./model.ts";

const PROXIABLE = new Set(["A", "AAAA", "CNAME"]);
const LEGACY_RIGHTS: Readonly<Record<SimRight, readonly string[]>> = {
  "Zone Read": ["#zone:read"],
  "DNS Read": ["#dns_records:read"],
  "DNS Write": ["#dns_records:read", "#dns_records:edit"],
};

export function printRecord(record: SimRecord): unknown {
  return { ...record, proxiable: PROXIABLE.has(record.type) };
}

export function printZone(zone: SimZone, { rights }: SimToken): unknown {
  const { id, name, status, type, plan, account, nameServers } = zone;
  return {
    id,
    name,
    status,
    paused: false,
    type,
    development_mode: 0,
    name_servers: nameServers,
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    created_on: "2024-01-01T05:20:00.12345Z",
    modified_on: "2024-01-01T05:20:00.12345Z",
    activated_on: status === "active" ? "2024-01-02T00:01:00.12345Z" : null,
    meta: { step: 2, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
    owner: { id: null, type: "user", email: null },
    account,
    permissions: rights.flatMap((right) => LEGACY_RIGHTS[right]),
    plan: {
      id: "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
      name: `${plan} plan`,
      legacy_id: plan,
      price: 0,
    },
  };
}

export function printSettings(zone: SimZone): unknown {
  return {
    flatten_all_cnames: zone.flattenAll,
    foundation_dns: false,
    internal_dns: { reference_zone_id: "" },
    multi_provider: false,
    nameservers: { type: "cloudflare.standard" },
    ns_ttl: 86400,
    secondary_overrides: false,
    soa: null,
    zone_mode: "standard",
  };
}

export function ok(result: unknown, more: Readonly<Record<string, unknown>> = {}): SimAnswer {
  const body = { result, success: true, errors: [], messages: [], ...more };
  return { status: 200, body };
}

export function refused(error: unknown): SimAnswer {
  if (!(error instanceof Refusal)) throw error;
  const body = { result: null, success: false, errors: error.errors, messages: [] };
  return { status: error.status, body };
}

/** One page; past the end an empty one. */
export function page(
  items: readonly unknown[],
  query: URLSearchParams,
  {
    least = 1,
    most,
    usual,
  }: { readonly least?: number; readonly most: number; readonly usual: number },
): SimAnswer {
  const number = readNumber(query, "page", 1);
  const asked = readNumber(query, "per_page", usual);
  if (number < 1 || asked < least) throw new Refusal(400, 6003, "Invalid pagination parameters");
  const size = Math.min(asked, most);
  const shown = items.slice((number - 1) * size, number * size);
  return ok(shown, {
    result_info: {
      page: number,
      per_page: size,
      count: shown.length,
      total_count: items.length,
      total_pages: Math.ceil(items.length / size),
    },
  });
}

function readNumber(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null) return usual;
  if (!/^\d{1,7}$/.test(text)) throw new Refusal(400, 6003, `Invalid ${name}`);
  return Number(text);
}
