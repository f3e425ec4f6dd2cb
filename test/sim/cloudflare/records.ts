import { randomBytes } from "node:crypto";
import {
  checkedComment,
  checkedTags,
  checkedTtl,
  contentKey,
  storedContent,
  storedName,
} from "./content.ts";
import { invalid, Refusal, type SimRecord, type SimZone } from "./model.ts";

type Body = Readonly<Record<string, unknown>>;
type Records = readonly SimRecord[];

const PROXIABLE = new Set(["A", "AAAA", "CNAME"]);
const MOST_RECORDS = { free: 200, pro: 3500, business: 3500, enterprise: 3500 };
const MOST_TXT_CHARACTERS = 8192;

/** What one write did: the zone's records afterwards, and the one it was about. */
export interface Written {
  readonly records: Records;
  readonly record: SimRecord;
}

export function create(zone: SimZone, records: Records, body: Body, now: string): Written {
  if (records.length >= MOST_RECORDS[zone.plan]) {
    throw new Refusal(400, 81045, "The record quota has been exceeded.");
  }
  const id = randomBytes(16).toString("hex");
  const record = build(zone, body, { id, meta: {}, created_on: now, modified_on: now });
  checkNeighbours(record, records, zone);
  return { records: [...records, record], record };
}

/** PATCH: what is not named stays. */
export function patch(zone: SimZone, records: Records, body: Body, now: string): Written {
  const old = writable(records, body["id"]);
  return replace({ zone, records, old }, { ...old, ...named(body) }, now);
}

/** PUT: what is not named returns to its default. */
export function put(zone: SimZone, records: Records, body: Body, now: string): Written {
  return replace({ zone, records, old: writable(records, body["id"]) }, body, now);
}

export function remove(records: Records, id: unknown): Written {
  const record = writable(records, id);
  return { records: records.filter((other) => other !== record), record };
}

export function find(records: Records, id: unknown): SimRecord {
  const found = records.find((record) => record.id === id);
  if (found === undefined) throw new Refusal(404, 81044, "Record does not exist.");
  return found;
}

interface Replacing {
  readonly zone: SimZone;
  readonly records: Records;
  readonly old: SimRecord;
}

function replace({ zone, records, old }: Replacing, body: Body, now: string): Written {
  const { id, meta, created_on } = old;
  const record = build(zone, body, { id, meta, created_on, modified_on: now });
  checkNeighbours(
    record,
    records.filter((other) => other !== old),
    zone,
  );
  return { records: records.map((other) => (other === old ? record : other)), record };
}

function writable(records: Records, id: unknown): SimRecord {
  const record = find(records, id);
  if (record.meta["read_only"] === true || record.meta["email_routing"] === true) {
    const owner = "This record is managed by Email Routing.";
    throw new Refusal(403, 1046, `${owner} Disable Email Routing to edit it.`);
  }
  return record;
}

function named(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

type Fixed = Pick<SimRecord, "id" | "meta" | "created_on" | "modified_on">;

function build(zone: SimZone, body: Body, fixed: Fixed): SimRecord {
  const { type, proxied = false, priority, settings = {} } = body;
  if (typeof type !== "string") throw invalid(9034, "DNS record type is invalid.");
  if (typeof proxied !== "boolean" || (proxied && !PROXIABLE.has(type))) {
    throw new Refusal(400, 9004, "This record type cannot be proxied.");
  }
  const name = storedName(body["name"], zone.name);
  const content = storedContent(type, body["content"]);
  if (type === "CNAME" && content === name) {
    throw new Refusal(400, 9039, "CNAME content cannot reference itself.");
  }
  if (type === "MX" && typeof priority !== "number") throw invalid(9101, "priority is required.");
  checkSettings(settings, zone);
  const ttl = checkedTtl(body["ttl"], zone.plan);
  return {
    ...fixed,
    name,
    type,
    content,
    ttl: proxied ? 1 : ttl,
    proxied,
    comment: checkedComment(body["comment"], zone.plan),
    tags: checkedTags(body["tags"], zone.plan),
    settings: settings as SimRecord["settings"],
    ...(typeof priority === "number" && { priority }),
  };
}

function checkSettings(settings: unknown, { plan }: SimZone): void {
  if (typeof settings !== "object" || settings === null)
    throw invalid(9036, "settings is invalid.");
  if ("flatten_cname" in settings && settings.flatten_cname === true && plan === "free") {
    throw new Refusal(403, 81060, "CNAME flattening of a record needs a paid plan.");
  }
}

/** What can't stand beside what; a CNAME beside TXT or MX is accepted. */
function checkNeighbours(record: SimRecord, others: Records, zone: SimZone): void {
  const at = others.filter(({ name }) => name === record.name);
  const isAddress = ({ type }: SimRecord): boolean => type === "A" || type === "AAAA";
  if (at.some((other) => isSame(other, record))) {
    throw new Refusal(400, 81058, "An identical record already exists.");
  }
  if (record.type === "CNAME" && at.some((other) => PROXIABLE.has(other.type))) {
    throw new Refusal(400, 81053, "An A, AAAA, or CNAME record with that host already exists.");
  }
  if (isAddress(record) && at.some(({ type }) => type === "CNAME")) {
    throw new Refusal(400, 81054, "A CNAME record with that host already exists.");
  }
  const isCut = at.some(({ type }) => (type === "NS") !== (record.type === "NS"));
  if (isCut && record.name !== zone.name) {
    throw new Refusal(400, 81056, "NS records with that host already exist.");
  }
  const texts = [record, ...at].filter(({ type }) => type === "TXT").map(({ content }) => content);
  if (texts.join("").length > MOST_TXT_CHARACTERS) {
    throw new Refusal(400, 83011, "The combined content of TXT records at this name is too long.");
  }
}

function isSame(one: SimRecord, other: SimRecord): boolean {
  if (one.type !== other.type || one.priority !== other.priority) return false;
  return contentKey(one.type, one.content) === contentKey(other.type, other.content);
}
