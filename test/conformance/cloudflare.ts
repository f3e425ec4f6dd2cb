import { parseName } from "../../src/core/dns/name.ts";
import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { printTxt } from "../../src/core/dns/txt.ts";
import type { SimRecord, SimZone } from "../sim/cloudflare/model.ts";
import { octetsOf } from "../sim/cloudflare/served.ts";
import { simZone } from "../sim/cloudflare/zone.ts";
import { request } from "../sim/faults.ts";
import { startCloudflare, TOKEN } from "../providers/cloudflare/world.ts";
import type { HostUnderTest, NativeRecord, RunningHost } from "./host-under-test.ts";

/** A zone of its own, at a Cloudflare of its own. */
export const cloudflare: HostUnderTest = {
  options: {},
  // Each octet may take four of the 2,048 characters.
  anyOctets: 500,
  requests: {
    "find the zone": request("GET", "/zones?"),
    "read the records": request("GET", "/dns_records?"),
    "read the zone's settings": request("GET", "/dns_settings"),
    "write the batch": request("POST", "/batch"),
  },
  secrets: [TOKEN],
  async start({ apex, rrsets }, beside): Promise<RunningHost> {
    const zone = zoneWith(apex, rrsets);
    const other = beside && zoneWith(beside.apex, beside.rrsets);
    const world = await startCloudflare({ zones: other ? [zone, other] : [zone] });
    return {
      native: () => zone.records.map(nativeOf),
      ...(other && { neighbour: { stored: async () => storedIn(other.records) } }),
      traced: world.traced,
      provider: world.provider,
      stored: async () => storedIn(zone.records),
      history: async () => zone.history.map(storedIn),
      overwrite: async (rrsets) => overwrite(zone, rrsets),
      clock: world.clock,
      faults: world.faults,
      loseNextAnswer: () => world.faults.next(request("POST"), { kind: "lost" }),
      close: () => world.close(),
    };
  },
};

function zoneWith(apex: string, rrsets: readonly RRset[]): SimZone {
  return simZone(
    apex,
    rrsets.flatMap(({ name, type, ttl, values }) =>
      values.map((value) => ({
        name,
        type,
        ttl: ttl === "default" ? 1 : ttl,
        content: type === "TXT" ? printTxt(value) : value,
        comment: `why ${name} is there`,
        tags: ["owner:somebody"],
      })),
    ),
    { plan: "pro" },
  );
}

/** What stays keeps its id, and so does a record whose value is edited. */
function overwrite(zone: SimZone, rrsets: readonly RRset[]): void {
  const wanted = zoneWith(zone.name, rrsets).records;
  const gone = zone.records.filter((old) => !wanted.some((record) => isSame(old, record)));
  zone.records = wanted.map((record, index) => {
    const same = zone.records.find((old) => isSame(old, record));
    if (same !== undefined) return same;
    const at = gone.findIndex(({ name, type }) => name === record.name && type === record.type);
    const [edited] = at < 0 ? [] : gone.splice(at, 1);
    return withId(record, edited?.id ?? `new${index}`);
  });
}

function withId(record: SimRecord, id: string): SimRecord {
  return { ...record, id };
}

function isSame(one: SimRecord, other: SimRecord): boolean {
  return (
    one.name === other.name &&
    one.type === other.type &&
    one.content === other.content &&
    one.ttl === other.ttl
  );
}

function nativeOf({ name, type, content, ...record }: SimRecord): NativeRecord {
  const { id, ttl, proxied, comment, tags, settings, meta, created_on } = record;
  const kept = { id, ttl, proxied, comment, tags, settings, meta, created_on };
  return { name: parseName(name) as DomainName, type, value: content, kept };
}

/** Reads what Cloudflare keeps, without the adapter. */
function storedIn(records: readonly SimRecord[]): readonly RRset[] {
  const groups = Map.groupBy(records, ({ name, type }) => `${name} ${type}`);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { name, type, ttl } = first;
    const values = [first, ...others].map(({ content }) =>
      type === "TXT" ? octetsOf(content) : content,
    );
    return [
      { name: parseName(name) as DomainName, type, ttl: ttl === 1 ? "default" : ttl, values },
    ];
  });
}
