import type { DomainName } from "../../src/core/dns/name.ts";
import type { Snapshot, ZoneRef } from "../../src/core/dns/rrset.ts";
import type { Capabilities, DnsProvider, HostContext } from "../../src/ports/dns-provider.ts";
import { type Api, DNS_VERSION } from "./api.ts";
import { sendCalls } from "./apply.ts";
import { compileSets } from "./compile.ts";
import { notUnderstood } from "./errors.ts";
import { aliasHolds, holdsAgainst } from "./holds.ts";
import { type RecordSet, recordSetOf, rrsetOf, versionOf } from "./records.ts";
import { ApiSet } from "./schema.ts";
import { findZone, PER_PAGE, type Where } from "./zones.ts";

const capabilities: Capabilities = {
  writes: true,
  unit: "rrset",
  atomic: "rrset",
  guard: "server",
  ttl: { min: 1, max: 0x7fff_ffff, byDefault: 3600 },
  maxTxtOctets: 4096,
  exposure: [],
};

export function azureProvider(
  open: () => { readonly api: Api; readonly where: Where },
  { authority, clock }: Pick<HostContext, "authority" | "clock">,
): DnsProvider {
  return {
    capabilities,
    findZone: async (domain, signal) => findZone({ ...open(), authority }, domain, signal),
    async read(zone, names, signal) {
      const sets = await readSets(open().api, zone, signal);
      return snapshotOf({ zone, sets, names }, new Date(clock.now()).toISOString());
    },
    holds: async (ops, snapshot, signal) => holdsAgainst(ops, snapshot, { ...open(), signal }),
    compile: compileSets,
    apply: async (calls, planned, signal) => sendCalls(calls, { ...open(), planned, signal }),
    settle: async () => ({ state: "not-asked" }),
  };
}

/** The whole zone: one page for nearly all, which is less than one question for each name. */
async function readSets(
  api: Api,
  zone: ZoneRef,
  signal: AbortSignal,
): Promise<readonly RecordSet[]> {
  const path = `${zone.nativeId}/recordsets`;
  const listing = { item: ApiSet, version: DNS_VERSION, top: PER_PAGE };
  const found = await api.list(path, listing, signal);
  const sets = found.flatMap((set) => recordSetOf(set, zone) ?? []);
  const keys = new Set(sets.map(({ name, type }) => `${name} ${type}`));
  if (keys.size === sets.length && keys.has(`${zone.apex} SOA`)) return sets;
  const asked = { call: `GET dnsZones/${zone.apex}/recordsets` };
  throw notUnderstood(asked, "the list of record sets is not whole");
}

interface Seen {
  readonly zone: ZoneRef;
  readonly sets: readonly RecordSet[];
  readonly names: readonly DomainName[];
}

function snapshotOf({ zone, sets, names }: Seen, takenAt: string): Snapshot {
  return {
    zone,
    takenAt,
    source: "host",
    coverage: "zone",
    rrsets: sets.map(rrsetOf),
    version: versionOf(sets),
    holds: aliasHolds(sets, names),
    native: sets,
  };
}
