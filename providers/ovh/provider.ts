import { createHash } from "node:crypto";
import { type DomainName, isWithin, labelsOf, parseName } from "../../src/core/dns/name.ts";
import type { RRset, Snapshot, ZoneRef } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import { canonicalJson } from "../../src/core/plan/digest.ts";
import type {
  Call,
  CallResult,
  Capabilities,
  DnsProvider,
  HostContext,
  Settled,
} from "../../src/ports/dns-provider.ts";
import { type OvhClient, createClient } from "./client.ts";
import { decodeTarget } from "./codec.ts";
import { compileCalls } from "./compile.ts";
import { type Awaited, waitUntilServed } from "./publish.ts";
import { recordsAt, rrsetsOf, storedRRsets, zonePath } from "./records.ts";
import { ExportText, ZoneNames } from "./schema.ts";
import { live, unpublishedAt } from "./served.ts";
import { writeCalls } from "./write.ts";
import { type TextRecord, readZoneText } from "./zone-text.ts";

export const capabilities: Capabilities = {
  writes: true,
  unit: "value",
  atomic: "value",
  guard: "reread",
  ttl: { min: 60, max: 0x7fff_ffff, byDefault: "default" },
  maxTxtOctets: null,
  exposure: [
    "OVH can't refuse a stale write: the records are read once more right before, and a change in that very moment would be overwritten.",
    "Publishing is for the whole zone: what others have changed in it and not yet published goes live with this.",
  ],
};

/** What was read of a zone, kept for the read that follows upon finding it. */
interface Reading {
  readonly zone: ZoneRef;
  readonly takenAt: number;
  readonly stored: readonly RRset[];
}

interface Host {
  readonly context: HostContext;
  client: Promise<OvhClient> | undefined;
  fresh: Reading | undefined;
  /** Zones in which we have written: there, what is stored is what counts from now on. */
  readonly written: Map<DomainName, Partial<LastWrite>>;
}

interface LastWrite extends Awaited {
  readonly unpublished: string;
}

/** Finding a zone and reading it are one call to OVH, if no time passes between them. */
const FRESH_MS = 1000;

export function ovhProvider(context: HostContext): DnsProvider {
  const host: Host = { context, client: undefined, fresh: undefined, written: new Map() };
  return {
    capabilities,
    findZone: (domain, signal) => findZone(host, domain, signal),
    read: (zone, names, signal) =>
      host.written.has(zone.apex)
        ? readRecords(host, zone, names, signal)
        : readLive(host, zone, names, signal),
    compile: compileCalls,
    apply: (calls, planned, signal) => apply(host, calls, planned, signal),
    settle: (zone, signal) => settle(host, zone, signal),
  };
}

async function apply(
  host: Host,
  calls: readonly Call[],
  planned: Snapshot,
  signal: AbortSignal,
): Promise<readonly CallResult[]> {
  const { context, written } = host;
  const { zone } = planned;
  const client = noting(await clientOf(host), () => written.set(zone.apex, {}));
  const done = await writeCalls({ client, apex: zone.apex, context, planned }, calls, signal);
  const { book, results, unpublished } = done;
  const names = [...book.keys()];
  const stored = storedRRsets([...book.values()].flat());
  const last = { zone, names, stored, ...(unpublished !== undefined && { unpublished }) };
  if (written.has(zone.apex)) written.set(zone.apex, last);
  return results;
}

/** Until something is sent, nothing of ours is stored. */
function noting(client: OvhClient, note: () => void): OvhClient {
  return {
    ...client,
    write(call, schema, signal) {
      note();
      return client.write(call, schema, signal);
    },
  };
}

async function settle(host: Host, zone: ZoneRef, signal: AbortSignal): Promise<Settled> {
  const { context, written } = host;
  const { unpublished, names, stored } = written.get(zone.apex) ?? {};
  if (unpublished !== undefined) return { state: "failed", detail: unpublished };
  if (names === undefined || stored === undefined) {
    return { state: "pending", detail: "It is not known what is stored at OVH." };
  }
  const place = { client: await clientOf(host), apex: zone.apex, clock: context.clock, signal };
  return waitUntilServed({ ...place, eyes: context }, { zone, names, stored });
}

/** Made at the first call, so that what is missing in the environment is told then. */
function clientOf(host: Host): Promise<OvhClient> {
  host.client ??= createClient(host.context);
  return host.client;
}

/** The longest of the account's zones that the domain lies in. */
async function findZone(host: Host, domain: DomainName, signal: AbortSignal): Promise<ZoneRef> {
  const client = await clientOf(host);
  const list = (): Promise<readonly string[]> => client.get("/domain/zone", ZoneNames, signal);
  let isKnown = true;
  const known = await host.context.run.once(`${client.key} zones`, () => {
    isKnown = false;
    return list();
  });
  // A zone may have come, or the list may have been wrong, since it was asked for.
  const apex = zoneFor(domain, known) ?? (isKnown ? zoneFor(domain, await list()) : undefined);
  if (apex === undefined) throw noZone(domain, known.length);
  host.fresh = await readExport(host, apex, signal);
  return host.fresh.zone;
}

function zoneFor(domain: DomainName, names: readonly string[]): DomainName | undefined {
  return names
    .flatMap((name) => parseName(name) ?? [])
    .filter((zone) => isWithin(domain, zone))
    .toSorted((a, b) => labelsOf(b).length - labelsOf(a).length)[0];
}

function noZone(domain: DomainName, count: number): MailDnsError {
  return new MailDnsError("zone-not-found", `None of the ${count} zones at OVH holds ${domain}.`, {
    domain,
    help: "Is it in another account, or at another endpoint? `odoo-mail-dns hosts check ovh` lists what this credential sees.",
  });
}

async function readExport(host: Host, apex: DomainName, signal: AbortSignal): Promise<Reading> {
  const client = await clientOf(host);
  const takenAt = host.context.clock.now();
  const text = await client.get(`${zonePath(apex)}/export`, ExportText, signal);
  const stored = rrsetsOf(readZoneText(text, apex).map((one) => understandText(one, apex)));
  const nameservers = stored.find(({ name, type }) => name === apex && type === "NS")?.values ?? [];
  const zone = { apex, nameservers: nameservers as readonly DomainName[], nativeId: apex };
  return { zone, takenAt, stored };
}

function understandText({ name, type: fieldType, ttl, target }: TextRecord, apex: DomainName) {
  const value = decodeTarget(fieldType, target, apex);
  if (value !== undefined) return { name, fieldType, ttl, value };
  throw new MailDnsError(
    "transient",
    `The ${fieldType} record at ${name} in OVH's export is not understood.`,
    {
      domain: apex,
      help: "Correct the record in OVH's control panel, or please report its form.",
    },
  );
}

/** The whole zone in one call; at the names asked for, compared with what is served. */
async function readLive(
  host: Host,
  { apex }: ZoneRef,
  names: readonly DomainName[],
  signal: AbortSignal,
): Promise<Snapshot> {
  const { context, fresh } = host;
  const isFresh = fresh?.zone.apex === apex && context.clock.now() - fresh.takenAt <= FRESH_MS;
  const { zone, takenAt, stored } = isFresh ? fresh : await readExport(host, apex, signal);
  host.fresh = undefined;
  const inside = names.filter((name) => isWithin(name, apex));
  const instead = await unpublishedAt(inside, { zone, stored }, context, signal);
  return snapshotOf({
    zone,
    takenAt,
    rrsets: live(stored, instead ?? new Map()),
    coverage: "zone",
  });
}

/** Record by record: after a write nothing but the records themselves counts. */
async function readRecords(
  host: Host,
  zone: ZoneRef,
  names: readonly DomainName[],
  signal: AbortSignal,
): Promise<Snapshot> {
  const client = await clientOf(host);
  const takenAt = host.context.clock.now();
  const coverage = names.filter((name) => isWithin(name, zone.apex));
  const found = await Promise.all(
    coverage.map((name) => recordsAt({ client, apex: zone.apex }, name, undefined, signal)),
  );
  return snapshotOf({ zone, takenAt, rrsets: storedRRsets(found.flat()), coverage });
}

function snapshotOf({
  takenAt,
  ...seen
}: Pick<Snapshot, "zone" | "rrsets" | "coverage"> & { readonly takenAt: number }): Snapshot {
  const version = createHash("sha256").update(canonicalJson(seen.rrsets)).digest("hex");
  return { ...seen, takenAt: new Date(takenAt).toISOString(), source: "host", version };
}
