import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { splitTxt } from "../../src/core/dns/txt.ts";
import { startAzure, SECRET } from "../providers/azure/world.ts";
import type { SimRecordSet, SimZone } from "../sim/azure/model.ts";
import { rrset, simZone } from "../sim/azure/zone.ts";
import { request } from "../sim/faults.ts";
import type { HostUnderTest, NativeRecord, RunningHost } from "./host-under-test.ts";

/** A zone of its own, at an Azure of its own. */
export const azure: HostUnderTest = {
  options: {},
  anyOctets: 600,
  isPrintableOnly: true,
  requests: {
    "find the zone": request("GET", "/dnsZones?"),
    "read the record sets": request("GET", "/recordsets?"),
    "look at the locks": request("GET", "/locks?"),
    "write the SPF record": request("PUT", "/TXT/@"),
    "write the CNAME": request("PUT", "/CNAME/"),
  },
  secrets: [SECRET],
  async start({ apex, rrsets }, beside): Promise<RunningHost> {
    const zone = zoneWith(apex, rrsets);
    const other = beside && zoneWith(beside.apex, beside.rrsets);
    const world = await startAzure({ zones: other ? [zone, other] : [zone] });
    return {
      native: () => zone.sets.map((set) => nativeOf(zone, set)),
      ...(other && { neighbour: { stored: async () => storedIn(other, other.sets) } }),
      traced: world.traced,
      provider: world.provider,
      stored: async () => storedIn(zone, zone.sets),
      history: async () => zone.history.map((sets) => storedIn(zone, sets)),
      overwrite: async (rrsets) => overwrite(zone, rrsets),
      clock: world.clock,
      faults: world.faults,
      loseNextAnswer: () => world.faults.next(request("PUT"), { kind: "lost" }),
      close: () => world.close(),
    };
  },
};

function zoneWith(apex: string, rrsets: readonly RRset[]): SimZone {
  return simZone(
    apex,
    rrsets.map(({ name, type, ttl, values }) => ({
      name: name === apex ? "@" : name.slice(0, -apex.length - 1),
      type,
      properties: { TTL: Number(ttl), metadata: { owner: name }, ...dataOf(type, values) },
    })),
  );
}

function dataOf(type: string, values: readonly string[]): object {
  if (type === "A") return { ARecords: values.map((ipv4Address) => ({ ipv4Address })) };
  if (type === "CNAME") return { CNAMERecord: { cname: values[0] } };
  return { TXTRecords: values.map((value) => ({ value: splitTxt(value) })) };
}

/** What stays as it is keeps its etag. */
function overwrite(zone: SimZone, rrsets: readonly RRset[]): void {
  const data = (set: SimRecordSet): string => JSON.stringify(rrset(zone.name, set));
  const wanted = zoneWith(zone.name, rrsets).sets;
  zone.sets = wanted.map((set) => zone.sets.find((old) => data(old) === data(set)) ?? set);
}

/** The set's values go together, and so its other values belong to what is kept. */
function nativeOf(zone: SimZone, { name, type, properties }: SimRecordSet): NativeRecord {
  const full = parseName(name === "@" ? zone.name : `${name}.${zone.name}`) as DomainName;
  const { TTL, metadata, ...values } = properties;
  return { name: full, type, value: JSON.stringify(values), kept: { TTL, metadata } };
}

/** Reads what Azure keeps, without the adapter. */
function storedIn(zone: SimZone, sets: readonly SimRecordSet[]): readonly RRset[] {
  const own = (set: SimRecordSet): boolean => set.type !== "SOA" && set.type !== "NS";
  return sets.filter(own).flatMap((set) => rrset(zone.name, set));
}
