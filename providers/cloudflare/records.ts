import { createHash } from "node:crypto";
import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import type { RRset, Ttl, ZoneRef } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { ApiRecord } from "./schema.ts";
import { readText } from "./text.ts";

/** A record of Cloudflare's in the product's own form. */
export interface ZoneRecord {
  readonly id: string;
  readonly name: DomainName;
  readonly type: string;
  readonly value: string;
  readonly ttl: Ttl;
}

/** What Cloudflare serves for an automatic TTL, in seconds (verified 2026-12-01). */
const AUTOMATIC = 300;

export function recordOf(record: ApiRecord, { apex }: Pick<ZoneRef, "apex">): ZoneRecord {
  const name = parseName(record.name);
  if (name === undefined) {
    const name = JSON.stringify(record.name);
    throw new MailDnsError("transient", `Cloudflare's record name ${name} is no domain name.`);
  }
  const ttl = record.ttl <= 1 ? "default" : record.ttl;
  return { id: record.id, name, type: typeOf(record, name === apex), value: valueOf(record), ttl };
}

/**
 * An alias of the zone itself is answered with addresses, always, and stands beside other records
 * without harm: it is none that DNS knows.
 */
function typeOf({ type }: ApiRecord, isApex: boolean): string {
  return isApex && type === "CNAME" ? "ALIAS" : type;
}

function valueOf({ type, content, priority }: ApiRecord): string {
  const text = content ?? "";
  if (type === "TXT" || type === "SPF") return readText(text);
  if (type === "CNAME" || type === "NS" || type === "PTR") return parseName(text) ?? text;
  if (type === "MX") return `${priority ?? 0} ${parseName(text) ?? text}`;
  return type === "A" || type === "AAAA" ? text.toLowerCase() : text;
}

/** Records of one name and type may have several TTLs; the lowest is what resolvers may rely on. */
export function rrsetsOf(records: readonly ZoneRecord[]): readonly RRset[] {
  const groups = Map.groupBy(records, ({ name, type }) => `${name} ${type}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ttl = group.map((record) => record.ttl).reduce(lower);
    return [{ name: first.name, type: first.type, ttl, values: group.map(({ value }) => value) }];
  });
}

function lower(one: Ttl, other: Ttl): Ttl {
  return secondsOf(other) < secondsOf(one) ? other : one;
}

function secondsOf(ttl: Ttl): number {
  return ttl === "default" ? AUTOMATIC : ttl;
}

export function versionOf(records: readonly ApiRecord[]): string {
  const lines = records.map((record) => JSON.stringify(record)).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}
