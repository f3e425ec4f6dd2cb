import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { printTxt } from "../../src/core/dns/txt.ts";
import { startOvhWorld } from "../providers/ovh/world.ts";
import { request } from "../sim/faults.ts";
import { type OvhRecord, type OvhZone, createAccount } from "../sim/ovh.ts";
import type { HostUnderTest, NativeRecord, RunningHost } from "./host-under-test.ts";

const { applicationSecret, consumerKey, clientSecret } = createAccount();

/** A zone of its own, at an OVH of its own, where what is stored is also served. */
export const ovh: HostUnderTest = {
  options: {},
  anyOctets: 600,
  requests: {
    "ask the time": request("GET", "/auth/time"),
    "list the zones": request("GET", /\/domain\/zone$/),
    "read the zone": request("GET", "/export"),
    "list records again": request("GET", "/record?"),
    // The SPF record's: several records are read side by side.
    "read a record again": request("GET", "/record/5000000022"),
    "edit the record": request("PUT", "/record/"),
    "add the record": request("POST", /\/record$/),
    publish: request("POST", "/refresh"),
  },
  secrets: [applicationSecret, consumerKey, clientSecret],
  async start({ apex, rrsets }, beside): Promise<RunningHost> {
    const { sim, zone, clock, traced, provider, close } = await startOvhWorld();
    overwrite(zone, apex, rrsets);
    const other = beside && sim.zone(beside.apex);
    if (other) overwrite(other, beside.apex, beside.rrsets);
    return {
      native: () => zone.records.map((record) => nativeOf(record, apex)),
      ...(other && { neighbour: { stored: async () => withoutNs(other.stored, beside.apex) } }),
      traced,
      provider: provider(),
      stored: async () => withoutNs(zone.stored, apex),
      history: async () => zone.history.map((served) => withoutNs(served, apex)),
      overwrite: async (rrsets) => overwrite(zone, apex, rrsets),
      clock,
      faults: sim.faults,
      loseNextAnswer: () => sim.faults.next(request("PUT"), { kind: "lost" }),
      close,
    };
  },
};

function nativeOf(
  { id, fieldType, subDomain, target, ttl }: OvhRecord,
  apex: DomainName,
): NativeRecord {
  const name = (subDomain === "" ? apex : `${subDomain}.${apex}`) as DomainName;
  return { name, type: fieldType, value: target, kept: { id, ttl } };
}

type Wanted = Parameters<OvhZone["add"]>[0];

/** What stays keeps its id, and so does a record whose value is edited; then all is published. */
function overwrite(zone: OvhZone, apex: DomainName, rrsets: readonly RRset[]): void {
  const wanted = rrsets.flatMap((rrset) => recordsOf(rrset, apex));
  const others = zone.records.filter(({ fieldType }) => fieldType !== "NS");
  const gone = others.filter((old) => !wanted.some((one) => isSame(old, one)));
  for (const one of wanted.filter((one) => !others.some((old) => isSame(old, one)))) {
    const at = gone.findIndex((old) => keyOf(old) === keyOf(one));
    const [edited] = at < 0 ? [] : gone.splice(at, 1);
    if (edited === undefined) zone.add(one);
    else zone.edit(edited.id, { target: one.target, ttl: one.ttl });
  }
  for (const { id } of gone) zone.remove(id);
  zone.refresh();
}

function recordsOf({ name, type, ttl, values }: RRset, apex: DomainName): readonly Wanted[] {
  return values.map((value) => ({
    fieldType: type as Wanted["fieldType"],
    subDomain: name === apex ? "" : name.slice(0, -apex.length - 1),
    target: type === "TXT" ? printTxt(value) : type === "CNAME" ? `${value}.` : value,
    ttl: ttl === "default" ? 0 : ttl,
  }));
}

function keyOf({ fieldType, subDomain }: Wanted): string {
  return `${subDomain} ${fieldType}`;
}

function isSame(one: Wanted, other: Wanted): boolean {
  return keyOf(one) === keyOf(other) && one.target === other.target && one.ttl === other.ttl;
}

function withoutNs(rrsets: readonly RRset[], apex: DomainName): readonly RRset[] {
  return rrsets.filter(({ name, type }) => name !== apex || type !== "NS");
}
