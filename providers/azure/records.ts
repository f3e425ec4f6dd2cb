import { createHash } from "node:crypto";
import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import type { RRset, ZoneRef } from "../../src/core/dns/rrset.ts";
import { quote } from "../../src/core/dns/txt.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { ApiSet, Properties } from "./schema.ts";

/** A record set as Azure holds it: all that a write has to send again. */
export interface RecordSet {
  readonly name: DomainName;
  readonly type: string;
  readonly etag: string;
  readonly ttl: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** The resource that its data comes from, instead of records. */
  readonly alias?: string;
  /** TXT only: each record's strings, as they are. */
  readonly texts: readonly (readonly string[])[];
  readonly values: readonly string[];
}

/** Undefined: its name is none, so it is none of ours. */
export function recordSetOf(set: ApiSet, { apex }: ZoneRef): RecordSet | undefined {
  const name = parseName(set.name === "@" ? apex : `${set.name}.${apex}`);
  if (name === undefined) return undefined;
  const { properties, etag } = set;
  const { TTL, metadata, targetResource, TXTRecords } = properties;
  const type = (set.type.split("/").at(-1) ?? "").toUpperCase();
  const alias = targetResource?.id;
  return {
    name,
    type,
    etag,
    ttl: TTL,
    ...(metadata !== undefined && metadata !== null && { metadata }),
    ...(alias && { alias }),
    texts: (TXTRecords ?? []).map(({ value }) => value ?? []),
    values: valuesOf(properties),
  };
}

/**
 * An empty set stays: Azure lets no CNAME stand beside it. So does an alias, of whose data only DNS
 * can tell.
 */
export function rrsetOf({ name, type, ttl, values }: RecordSet): RRset {
  return { name, type, ttl, values };
}

function valuesOf(properties: Properties): readonly string[] {
  const { CNAMERecord, SOARecord } = properties;
  return [
    ...(properties.TXTRecords ?? []).map(({ value }) => octetsOf(value ?? [])),
    ...(CNAMERecord ? [hostOf(CNAMERecord.cname)] : []),
    ...(properties.ARecords ?? []).map(({ ipv4Address }) => ipv4Address),
    ...(properties.AAAARecords ?? []).map(({ ipv6Address }) => ipv6Address.toLowerCase()),
    ...(properties.NSRecords ?? []).map(({ nsdname }) => hostOf(nsdname)),
    ...(properties.PTRRecords ?? []).map(({ ptrdname }) => hostOf(ptrdname)),
    ...(properties.MXRecords ?? []).map((mx) => `${mx.preference} ${hostOf(mx.exchange)}`),
    ...(properties.SRVRecords ?? []).map(
      ({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${hostOf(target)}`,
    ),
    ...(properties.caaRecords ?? []).map(
      ({ flags, tag, value }) => `${flags} ${tag} ${quote(value)}`,
    ),
    ...(SOARecord ? [soaOf(SOARecord)] : []),
  ];
}

function soaOf(soa: Properties["SOARecord"] & {}): string {
  const { serialNumber, refreshTime, retryTime, expireTime, minimumTTL } = soa;
  const names = `${hostOf(soa.host)} ${hostOf(soa.email)}`;
  return `${names} ${serialNumber} ${refreshTime} ${retryTime} ${expireTime} ${minimumTTL}`;
}

/** A target that is no name is shown as it is. */
function hostOf(text: string): string {
  return parseName(text) ?? text;
}

/** The strings joined with nothing; Azure's JSON holds text, DNS octets: UTF-8 leads from one to the other. */
export function octetsOf(strings: readonly string[]): string {
  return Buffer.from(strings.join(""), "utf8").toString("latin1");
}

/** Changes with every change of a set, since each gets a new etag. */
export function versionOf(sets: readonly RecordSet[]): string {
  const lines = sets.map(({ name, type, etag }) => `${name} ${type} ${etag}`).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

const LABEL = /^[a-z0-9_-]{1,63}$/;

/**
 * The path of a record set. Throws `invalid-input` for a name that could lead to another resource,
 * which `/` and `..` do.
 */
export function pathOf({ apex, nativeId }: ZoneRef, name: DomainName, type: string): string {
  const relative = name === apex ? "@" : name.slice(0, -apex.length - 1);
  const [first = "", ...others] = relative.split(".");
  const isPlain = relative === "@" || first === "*" || LABEL.test(first);
  if (isPlain && others.every((label) => LABEL.test(label)) && /^[A-Z]+$/.test(type)) {
    return `${nativeId}/${type}/${relative}`;
  }
  throw new MailDnsError("invalid-input", `Azure DNS can't be asked to write at ${name}.`, {
    help: "It takes names of letters, digits, - and _ only.",
  });
}
