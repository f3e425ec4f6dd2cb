import type { DomainName } from "../../src/core/dns/name.ts";
import type { Hold, Snapshot, ZoneRef } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Capabilities, DnsProvider } from "../../src/ports/dns-provider.ts";
import type { Api } from "./api.ts";
import { type Sending, sendFresh, sendLate } from "./apply.ts";
import { compileBatches } from "./compile.ts";
import { flattenedOps, holdsOf, secondaryHolds } from "./holds.ts";
import type { Options } from "./index.ts";
import { recordOf, rrsetsOf, versionOf } from "./records.ts";
import type { ApiRecord, ApiZone } from "./schema.ts";
import { findZone, refOf } from "./zones.ts";

const capabilities: Capabilities = {
  writes: true,
  unit: "value",
  atomic: "batch",
  guard: "reread",
  ttl: { min: 60, max: 86_400, byDefault: "default" },
  maxTxtOctets: 2048,
  exposure: [
    "What somebody saves to the same record in the seconds between our last look and the write is overwritten.",
  ],
};

/** Older than this, a zone is read again right before it is written. */
const FRESH_MS = 5000;
/** 5,000 records each; a zone without an end has one here. */
const MOST_PAGES = 100;

export function cloudflareProvider(
  options: Options,
  { clock }: { readonly clock: Clock },
  api: Api,
): DnsProvider {
  /** What a zone was found to be, for the questions that only some kinds of zone are worth. */
  const known = new Map<string, ApiZone>();
  /** Zones of which something else was asked since their records were read. */
  const aged = new Set<string>();
  const read: DnsProvider["read"] = async (zone, names, signal) => {
    const records = await readRecords(api, zone, signal);
    aged.delete(zone.nativeId);
    return snapshotOf({ zone, records, names, kind: known.get(zone.nativeId) }, clock);
  };
  return {
    capabilities,
    async findZone(domain, signal) {
      const zone = await findZone(api, options, domain, signal);
      known.set(zone.id, zone);
      return refOf(zone);
    },
    read,
    holds: async (ops, { zone }, signal) => holdsFor(ops, zone, { api, known, aged, signal }),
    compile: compileBatches,
    async apply(calls, planned, signal) {
      if (calls.length === 0) return [];
      const look = (): Promise<Snapshot> => read(planned.zone, [], signal);
      const sending: Sending = { client: await api.client(), planned, signal, look };
      const age = clock.now() - Date.parse(planned.takenAt);
      // Between the last look and the write lies one way there and back, and no other call.
      const isFresh = age >= 0 && age <= FRESH_MS && !aged.has(planned.zone.nativeId);
      return isFresh ? sendFresh(calls, sending) : sendLate(calls, sending);
    },
    settle: async () => ({ state: "not-asked" }),
  };
}

/** The whole zone: one page for nearly all, more only where Cloudflare says that there are. */
async function readRecords(
  api: Api,
  zone: ZoneRef,
  signal: AbortSignal,
): Promise<readonly ApiRecord[]> {
  const client = await api.client();
  const records: ApiRecord[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { items, info } = await client.records(zone.nativeId, page, signal);
    records.push(...items);
    const isLast = page >= (info?.total_pages ?? 1);
    if (isLast || items.length === 0) return whole(records, info?.total_count, zone);
  }
  throw incomplete(zone);
}

/** A record that came or went while pages were turned would look like one that was never there. */
function whole(
  records: readonly ApiRecord[],
  total: number | null | undefined,
  zone: ZoneRef,
): readonly ApiRecord[] {
  const different = new Map(records.map((record) => [record.id, record]));
  if (different.size < (total ?? 0) || different.size < records.length) throw incomplete(zone);
  return records;
}

function incomplete({ apex }: ZoneRef): MailDnsError {
  return new MailDnsError(
    "transient",
    `Cloudflare's list of the records of ${apex} is not whole.`,
    {
      help: "Somebody may have changed the zone meanwhile. Run the command again.",
    },
  );
}

interface Seen {
  readonly zone: ZoneRef;
  readonly records: readonly ApiRecord[];
  readonly names: readonly DomainName[];
  readonly kind: ApiZone | undefined;
}

function snapshotOf({ zone, records, names, kind }: Seen, clock: Clock): Snapshot {
  const native = records.map((record) => recordOf(record, zone));
  return {
    zone,
    takenAt: new Date(clock.now()).toISOString(),
    source: "host",
    coverage: "zone",
    rrsets: rrsetsOf(native),
    version: versionOf(records),
    holds: [...holdsOf(records, zone, names), ...secondaryHolds(kind, names)],
    native,
  };
}

interface Asking {
  readonly api: Api;
  readonly known: ReadonlyMap<string, ApiZone>;
  readonly aged: Set<string>;
  readonly signal: AbortSignal;
}

/** Only a zone on a paid plan can flatten all CNAMEs, and only a new one is worth the question. */
async function holdsFor(
  ops: readonly Op[],
  { nativeId }: ZoneRef,
  { api, known, aged, signal }: Asking,
): Promise<readonly Hold[]> {
  const holds = flattenedOps(ops);
  if (holds.length === 0 || known.get(nativeId)?.plan?.legacy_id === "free") return [];
  const client = await api.client();
  aged.add(nativeId);
  return (await client.flattensAll(nativeId, signal)) ? holds : [];
}
