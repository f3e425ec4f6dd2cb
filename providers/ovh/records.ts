import pMap from "p-map";
import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset, Ttl } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { OvhClient } from "./client.ts";
import { decodeTarget, nameOf, servedType, subDomainOf } from "./codec.ts";
import { RecordIds, StoredRecord } from "./schema.ts";

/** A record as OVH stores it, and what it stands for. */
export interface Stored extends StoredRecord {
  readonly name: DomainName;
  readonly value: string;
}

export interface Place {
  readonly client: OvhClient;
  readonly apex: DomainName;
}

/** Calls that are under way at once, for one domain. */
export const SIDE_BY_SIDE = 5;
/** A name with more records than these is no name of ours; or the filter does not filter. */
const MAX_RECORDS = 500;

export function zonePath(apex: DomainName): string {
  return `/domain/zone/${apex}`;
}

/** Every record at this name; `fieldTypes`: only of these types of OVH's. */
export async function recordsAt(
  place: Place,
  name: DomainName,
  fieldTypes: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<readonly Stored[]> {
  const lists = (fieldTypes ?? [undefined]).map((type) => listIds(place, name, type, signal));
  const ids = [...new Set((await Promise.all(lists)).flat())];
  if (ids.length > MAX_RECORDS) {
    throw new MailDnsError("limit-exceeded", `OVH lists ${ids.length} records at ${name}.`, {
      help: `No more than ${MAX_RECORDS} are read at one name. Please report this if there are fewer.`,
    });
  }
  const found = await readAll(place, ids, signal);
  // OVH's filters are patterns in which `_` fits any character.
  return found.filter((one) => one.name === name);
}

/** Ids at this name, and of what OVH's patterns take for it. */
export function listIds(
  { client, apex }: Place,
  name: DomainName,
  fieldType: string | undefined,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const subDomain = encodeURIComponent(subDomainOf(name, apex));
  const type = fieldType === undefined ? "" : `fieldType=${fieldType}&`;
  const path = `${zonePath(apex)}/record?${type}subDomain=${subDomain}`;
  return client.get(path, RecordIds, signal);
}

async function readAll(
  place: Place,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<readonly Stored[]> {
  const read = (id: number): Promise<Stored | undefined> => readRecord(place, id, signal);
  const found = await pMap(ids, read, { concurrency: SIDE_BY_SIDE });
  return found.filter((one) => one !== undefined);
}

/** Undefined: it is gone, since the moment it was listed. */
export async function readRecord(
  place: Place,
  id: number,
  signal: AbortSignal,
): Promise<Stored | undefined> {
  const path = `${zonePath(place.apex)}/record/${id}`;
  try {
    return understand(await place.client.get(path, StoredRecord, signal), place.apex);
  } catch (error) {
    if (error instanceof MailDnsError && error.details.native?.status === 404) return undefined;
    throw error;
  }
}

/** Throws `transient` for a record that stands for nothing we know. */
export function understand(record: StoredRecord, apex: DomainName): Stored {
  const name = nameOf(record.subDomain ?? "", apex);
  const value = decodeTarget(record.fieldType, record.target, apex);
  if (name !== undefined && value !== undefined) return { ...record, name, value };
  const what = `${record.fieldType} record ${record.id} of ${apex}`;
  const field = name === undefined ? "subDomain" : "target";
  throw new MailDnsError("transient", `The ${field} of OVH's ${what} is not understood.`, {
    domain: apex,
    help: "Correct the record in OVH's control panel, or please report its form.",
  });
}

/** The zone's default is 3600, but a record says it in two ways. */
export function ttlOf({ ttl }: { readonly ttl?: number | null }): Ttl {
  return ttl === undefined || ttl === null || ttl === 0 ? "default" : ttl;
}

/** Pseudo types are folded into TXT; of several TTLs the highest is the one receivers may see. */
export function rrsetsOf(
  records: readonly {
    readonly name: DomainName;
    readonly fieldType: string;
    readonly value: string;
    readonly ttl: Ttl;
  }[],
): readonly RRset[] {
  const found = new Map<string, RRset>();
  for (const { name, fieldType, value, ttl } of records) {
    const type = servedType(fieldType);
    const old = found.get(`${name} ${type}`);
    found.set(`${name} ${type}`, {
      name,
      type,
      ttl: old === undefined ? ttl : higher(old.ttl, ttl),
      values: [...(old?.values ?? []), value],
    });
  }
  return [...found.values()];
}

const ZONE_DEFAULT_TTL = 3600;

function higher(a: Ttl, b: Ttl): Ttl {
  const seconds = (ttl: Ttl): number => (ttl === "default" ? ZONE_DEFAULT_TTL : ttl);
  return seconds(b) > seconds(a) ? b : a;
}

export function storedRRsets(records: readonly Stored[]): readonly RRset[] {
  return rrsetsOf(records.map((one) => ({ ...one, ttl: ttlOf(one) })));
}
