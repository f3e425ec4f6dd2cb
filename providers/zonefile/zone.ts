import { isWithin, type DomainName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import { UNKNOWN_ORIGIN } from "./head.ts";
import { readRecords, type Include, type ZoneRecord } from "./records.ts";
import type { Source } from "./tokens.ts";

/** A zone as a name server would load it from its master file. */
export interface Zone {
  readonly apex: DomainName;
  readonly soa: ZoneRecord;
  /** In the order of the file; what lies outside the zone is left out, as servers do. */
  readonly records: readonly ZoneRecord[];
  /** Every file that was read, the zone's own first. */
  readonly sources: readonly Source[];
  /** `$TTL` as it stands at the end of the file. */
  readonly defaultTtl?: number;
}

export interface ZoneOptions {
  /** What relative names are completed with before any `$ORIGIN`: the zone's name. */
  readonly origin: DomainName;
  /** Opens the file of an `$INCLUDE`; without it an `$INCLUDE` is an error. */
  readonly include?: Include;
}

/**
 * Reads a master file (RFC 1035 5, with BIND's `$TTL` (RFC 2308 4), `$GENERATE` and time units, and
 * RFC 3597's unknown types). Takes time in proportion to the text, and not more than MAX_OCTETS,
 * MAX_FILES and MAX_GENERATED allow. Throws `invalid-input` with file, line and column where a
 * name server would not load it, `limit-exceeded` where it is too large.
 */
export function readZone(source: Source, options: ZoneOptions): Zone {
  const reading = readRecords(source, options.origin, options.include);
  const all = [...reading.records];
  const starts = all.filter((record) => record.type === "SOA");
  const [soa, second] = starts;
  if (!soa)
    throw new MailDnsError("invalid-input", `${source.file} has no SOA record: it is no zone.`);
  if (second) {
    throw new MailDnsError(
      "invalid-input",
      `${source.file} has ${starts.length} SOA records; a zone has one.`,
    );
  }
  const { defaultTtl } = reading.state;
  return {
    apex: soa.name,
    soa,
    records: all.filter((record) => isWithin(record.name, soa.name)),
    sources: reading.state.sources,
    ...(defaultTtl !== undefined && { defaultTtl }),
  };
}

/**
 * The zone's name as far as the file itself says it: the owner of its SOA record. Undefined when
 * that is relative to an origin which only the server's configuration knows (`@` and no `$ORIGIN`).
 */
export function apexOf(source: Source, include?: Include): DomainName | undefined {
  const { records } = readRecords(source, UNKNOWN_ORIGIN, include);
  for (const record of records) {
    if (record.type === "SOA") {
      return isWithin(record.name, UNKNOWN_ORIGIN) ? undefined : record.name;
    }
  }
  throw new MailDnsError("invalid-input", `${source.file} has no SOA record: it is no zone.`);
}

/** Records with one name and type as one RRset; the first of them gives the TTL, as in BIND. */
export function rrsetsOf(records: readonly ZoneRecord[]): readonly RRset[] {
  const sets = new Map<
    string,
    { name: DomainName; type: string; ttl: number; values: Set<string> }
  >();
  for (const { name, type, ttl, data } of records) {
    const key = `${name} ${type}`;
    const set = sets.get(key) ?? { name, type, ttl, values: new Set() };
    sets.set(key, set);
    set.values.add(data);
  }
  return Array.from(sets.values(), (set) => ({ ...set, values: [...set.values] }));
}

/** The zone's NS RRset. */
export function nameserversOf(zone: Zone): readonly DomainName[] {
  return zone.records
    .filter(({ type, name }) => type === "NS" && name === zone.apex)
    .map(({ data }) => data as DomainName);
}
