import { randomUUID } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { type Properties, refuse, type SimRecordSet, type SimZone } from "./model.ts";

/** The record types of version 2018-05-01, with the property that holds their data. */
export const TYPES: Readonly<Record<string, string>> = {
  A: "ARecords",
  AAAA: "AAAARecords",
  CAA: "caaRecords",
  CNAME: "CNAMERecord",
  MX: "MXRecords",
  NS: "NSRecords",
  PTR: "PTRRecords",
  SOA: "SOARecord",
  SRV: "SRVRecords",
  TXT: "TXTRecords",
};

const ALIASABLE = new Set(["A", "AAAA", "CNAME"]);
const LABELS = /^(?:\*|[a-z0-9_-]{1,63})(?:\.[a-z0-9_-]{1,63})*$/i;
const HOST = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/i;
const MOST_RECORDS = 20;
const MOST_SETS = 10_000;
const MOST_TXT_CHARACTERS = 4096;
const MOST_STRING_CHARACTERS = 255;
const MAX_TTL = 0x7fff_ffff;

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export interface Place {
  readonly name: string;
  readonly type: string;
}

export function find(zone: SimZone, { name, type }: Place): SimRecordSet | undefined {
  return zone.sets.find(
    (set) => set.type === type && set.name.toLowerCase() === name.toLowerCase(),
  );
}

/** Throws `PreconditionFailed`. Of If-None-Match only `*` counts. */
export function demandConditions(
  found: SimRecordSet | undefined,
  { ifMatch, ifNoneMatch }: Conditions,
): void {
  const current = found === undefined ? "" : ` The current was '${found.etag}'.`;
  const fail = (header: string, value: string) =>
    refuse(
      412,
      "PreconditionFailed",
      `The condition '${value}' in the ${header} header was not satisfied.${current}`,
    );
  if (ifNoneMatch === "*" && found !== undefined) throw fail("If-None-Match", ifNoneMatch);
  if (ifMatch === undefined || (ifMatch === "*" && found !== undefined)) return;
  if (found?.etag !== ifMatch) throw fail("If-Match", ifMatch);
}

/** The record set that a PUT with this body makes. Throws what the service refuses. */
export function build(zone: SimZone, place: Place, body: unknown): SimRecordSet {
  const { name, type } = place;
  if (name !== "@" && !(LABELS.test(name) && `${name}.${zone.name}`.length <= 253)) {
    throw invalid(`The domain name '${name}.${zone.name}' is invalid.`);
  }
  const { properties } = (body ?? {}) as { readonly properties?: Properties };
  if (properties === undefined) throw invalid("The request body is missing the properties.");
  const found = find(zone, place);
  if (type === "SOA" && found === undefined)
    throw invalid("A record set of type SOA can't be created.");
  const key = TYPES[type] ?? "";
  const { TTL, metadata, targetResource } = properties;
  checkTtl(TTL);
  checkData(type, properties);
  if (found === undefined) checkRoom(zone, place);
  return {
    name,
    type,
    etag: randomUUID(),
    properties: {
      ...(metadata !== undefined && metadata !== null && { metadata: checkedMetadata(metadata) }),
      TTL,
      fqdn: `${name === "@" ? "" : `${name}.`}${zone.name}.`,
      provisioningState: "Succeeded",
      targetResource: targetResource ?? {},
      ...(properties[key] !== undefined && { [key]: properties[key] }),
    },
  };
}

function checkRoom(zone: SimZone, { name, type }: Place): void {
  if (zone.sets.length >= MOST_SETS) {
    throw invalid(`The zone '${zone.name}' already holds the maximum of ${MOST_SETS} record sets.`);
  }
  const others = zone.sets.filter((set) => set.name.toLowerCase() === name.toLowerCase());
  if (type === "CNAME" && others.length > 0) {
    throw refuse(
      409,
      "Conflict",
      "The CNAME record could not be created because another record with the same name already exists in this zone.",
    );
  }
  if (others.some((set) => set.type === "CNAME")) {
    throw refuse(
      409,
      "Conflict",
      `The ${type} record could not be created because a CNAME record with the same name already exists in this zone.`,
    );
  }
}

function checkTtl(ttl: unknown): void {
  if (typeof ttl === "number" && Number.isInteger(ttl) && ttl >= 1 && ttl <= MAX_TTL) return;
  throw invalid(`The TTL must be a number from 1 to ${MAX_TTL}.`);
}

function checkedMetadata(metadata: unknown): unknown {
  const isMap =
    typeof metadata === "object" &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === "string");
  if (isMap) return metadata;
  throw invalid("The metadata must map strings to strings.");
}

function checkData(type: string, properties: Properties): void {
  const others = Object.values(TYPES).filter((key) => key !== TYPES[type]);
  if (others.some((key) => properties[key] !== undefined && properties[key] !== null)) {
    throw invalid(`The record set of type ${type} holds records of another type.`);
  }
  const { targetResource } = properties as { readonly targetResource?: { readonly id?: string } };
  const isAlias = targetResource?.id !== undefined;
  const data = properties[TYPES[type] ?? ""] ?? [];
  if (isAlias && !ALIASABLE.has(type))
    throw invalid(`A record set of type ${type} can't be an alias.`);
  if (isAlias && Array.isArray(data) && data.length > 0) {
    throw invalid("A record set can't hold both records and a target resource.");
  }
  if (type === "CNAME") return isAlias ? undefined : checkTarget(data);
  if (type === "SOA") return;
  if (!Array.isArray(data)) throw invalid(`The records of type ${type} must be a list.`);
  if (data.length > MOST_RECORDS) {
    throw invalid(`A record set can't hold more than ${MOST_RECORDS} records.`);
  }
  if (type === "TXT") checkTexts(data);
  if (type === "A")
    for (const { ipv4Address } of data) demandThat(isIPv4(ipv4Address), ipv4Address);
  if (type === "AAAA")
    for (const { ipv6Address } of data) demandThat(isIPv6(ipv6Address), ipv6Address);
}

function demandThat(isTrue: boolean, value: unknown): void {
  if (!isTrue) throw invalid(`The value '${String(value)}' is invalid.`);
}

function checkTarget(data: unknown): void {
  const { cname } = data as { readonly cname?: unknown };
  if (typeof cname === "string" && HOST.test(cname) && cname.length <= 254) return;
  throw invalid(`The domain name '${String(cname)}' is invalid.`);
}

function checkTexts(data: readonly unknown[]): void {
  const texts = data.map((record) => (record as { readonly value?: unknown }).value);
  const isTexts = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === "string");
  if (!texts.every(isTexts)) throw invalid("A TXT record must hold a list of strings.");
  if (texts.flat().some((text) => text.length > MOST_STRING_CHARACTERS)) {
    throw invalid(
      `A string of a TXT record can't be longer than ${MOST_STRING_CHARACTERS} characters.`,
    );
  }
  if (texts.flat().join("").length > MOST_TXT_CHARACTERS) {
    throw invalid(
      `The TXT records of a record set can't be longer than ${MOST_TXT_CHARACTERS} characters.`,
    );
  }
}

function invalid(message: string) {
  return refuse(400, "BadRequest", message);
}
