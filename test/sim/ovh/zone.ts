import type { DomainName } from "../../../src/core/dns/name.ts";
import type { RRset } from "../../../src/core/dns/rrset.ts";
import { badRequest, client } from "./refusal.ts";
import { FIELD_TYPES, type FieldType, checkTarget, nameOf, served } from "./target.ts";

export interface OvhRecord {
  readonly id: number;
  readonly zone: string;
  readonly fieldType: FieldType;
  readonly subDomain: string;
  readonly target: string;
  /** 0: the zone's default. */
  readonly ttl: number;
}

/** When what is stored becomes what is served, once `refresh` was called. */
export type Publication = { readonly afterMs: number } | "never";

const ZONE_TTL = 3600;
const MIN_TTL = 60;

/** One zone with its records, and apart from them what its name servers serve. */
export class OvhZone {
  readonly name: string;
  readonly nameServers: readonly string[];
  records: readonly OvhRecord[] = [];
  publication: Publication = { afterMs: 0 };
  isExpired = false;
  /** The next record that is created is answered with the id 0. */
  answersIdZero = false;
  serial = 2026112400;
  /** Everything that was ever served, oldest first. */
  readonly history: (readonly RRset[])[] = [];
  #nextId = 5_000_000_001;
  #pending: { readonly at: number; readonly records: readonly OvhRecord[] } | undefined;
  #errors: readonly string[] = [];
  readonly #now: () => number;

  constructor(
    name: string,
    options: { readonly now: () => number; readonly nameServers?: readonly string[] },
  ) {
    this.name = name;
    this.#now = options.now;
    this.nameServers = options.nameServers ?? ["dns200.anycast.me", "ns200.anycast.me"];
    for (const server of this.nameServers) {
      this.add({ fieldType: "NS", subDomain: "", target: `${server}.` });
    }
  }

  /** A record as if it had been made in the control panel. */
  add(record: {
    readonly fieldType: FieldType;
    readonly subDomain: string;
    readonly target: string;
    readonly ttl?: number;
  }): OvhRecord {
    const made = { id: this.#nextId, zone: this.name, ttl: 0, ...record };
    this.#nextId += 7;
    this.records = [...this.records, made];
    return made;
  }

  create(body: Readonly<Record<string, unknown>>): OvhRecord {
    checkKeys(body, ["fieldType", "subDomain", "target", "ttl"]);
    const { fieldType, target, subDomain = "", ttl = 0 } = body;
    if (!isFieldType(fieldType)) throw notInEnum(fieldType);
    if (typeof target !== "string") throw badRequest("[target] Missing parameter");
    const sub = checkSubDomain(subDomain);
    checkTtl(ttl);
    checkTarget(fieldType, sub, target);
    const made = this.add({ fieldType, subDomain: sub, target, ttl });
    if (!this.answersIdZero) return made;
    this.answersIdZero = false;
    return { ...made, id: 0 };
  }

  edit(id: number, body: Readonly<Record<string, unknown>>): void {
    const old = this.find(id);
    const readOnly = Object.keys(body).filter((key) => ["fieldType", "id", "zone"].includes(key));
    if (readOnly.length > 0) {
      throw badRequest(`Try to alter read-only properties: ${readOnly.join(", ")}`);
    }
    checkKeys(body, ["subDomain", "target", "ttl"]);
    const { target = old.target, subDomain = old.subDomain, ttl = old.ttl } = body;
    if (typeof target !== "string") throw badRequest("[target] Given data is not valid");
    const sub = checkSubDomain(subDomain);
    checkTtl(ttl);
    checkTarget(old.fieldType, sub, target);
    const edited = { ...old, target, subDomain: sub, ttl: ttl ?? 0 };
    this.records = this.records.map((one) => (one === old ? edited : one));
  }

  remove(id: number): void {
    const old = this.find(id);
    this.records = this.records.filter((one) => one !== old);
  }

  find(id: number): OvhRecord {
    const found = this.records.find((one) => one.id === id);
    if (found !== undefined) return found;
    throw client(404, "NotFound", `The requested object (id = ${id}) does not exist`);
  }

  /** Both filters are SQL patterns; `subDomain` takes any case. */
  ids({ fieldType, subDomain }: { fieldType: string | null; subDomain: string | null }): number[] {
    if (fieldType !== null && !isFieldType(fieldType)) throw notInEnum(fieldType);
    return this.records
      .filter((one) => fieldType === null || isLike(one.fieldType, fieldType, ""))
      .filter((one) => subDomain === null || isLike(one.subDomain, subDomain, "i"))
      .map(({ id }) => id);
  }

  /** The control panel's text mode: every record is made anew. */
  renumber(): void {
    const old = this.records;
    this.records = [];
    for (const { fieldType, subDomain, target, ttl } of old) {
      this.add({ fieldType, subDomain, target, ttl });
    }
  }

  refresh(): void {
    this.settle();
    if (this.#pending !== undefined) {
      throw client(409, "Conflict", "An action is already pending on this zone");
    }
    const { publication } = this;
    const at = publication === "never" ? Number.POSITIVE_INFINITY : publication.afterMs;
    this.#pending = { at: this.#now() + at, records: this.records };
    this.settle();
  }

  /** Does what has become due. */
  settle(): void {
    const due = this.#pending;
    if (due === undefined || due.at > this.#now()) return;
    this.#pending = undefined;
    this.#errors = faultsOf(due.records, this.name);
    if (this.#errors.length > 0) return;
    this.serial += 1;
    this.history.push(rrsetsOf(due.records, this.name));
  }

  get status(): {
    readonly isDeployed: boolean;
    readonly errors: readonly string[];
    readonly warnings: null;
  } {
    this.settle();
    const isDeployed = this.#pending === undefined && this.#errors.length === 0;
    return { isDeployed, errors: this.#errors, warnings: null };
  }

  /** What its name servers serve, SOA included. */
  get served(): readonly RRset[] {
    this.settle();
    const apex = this.name as DomainName;
    const [primary = ""] = this.nameServers;
    const values = [`${primary} tech.ovh.net ${this.serial} 86400 3600 3600000 60`];
    return [{ name: apex, type: "SOA", ttl: ZONE_TTL, values }, ...(this.history.at(-1) ?? [])];
  }

  /** What is stored, as it would be served. */
  get stored(): readonly RRset[] {
    return rrsetsOf(this.records, this.name);
  }
}

function rrsetsOf(records: readonly OvhRecord[], zone: string): readonly RRset[] {
  const found = new Map<string, RRset>();
  for (const { fieldType, subDomain, target, ttl } of records) {
    const name = nameOf(subDomain, zone);
    const { type, value } = served(fieldType, target, zone);
    const seconds = ttl === 0 ? ZONE_TTL : ttl;
    const old = found.get(`${name} ${type}`);
    const values = [...(old?.values ?? []), value];
    found.set(`${name} ${type}`, { name, type, ttl: old?.ttl ?? seconds, values });
  }
  return [...found.values()];
}

/** What keeps a name server from loading the zone. */
function faultsOf(records: readonly OvhRecord[], zone: string): readonly string[] {
  const aliases = records.filter(({ fieldType }) => fieldType === "CNAME");
  return aliases
    .filter((alias) => records.some((one) => one !== alias && one.subDomain === alias.subDomain))
    .map(({ subDomain }) => `${nameOf(subDomain, zone)}: CNAME and other data`);
}

function isLike(text: string, pattern: string, flags: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${source.replaceAll("%", ".*").replaceAll("_", ".")}$`, flags).test(text);
}

function isFieldType(value: unknown): value is FieldType {
  return FIELD_TYPES.some((one) => one === value);
}

function notInEnum(value: unknown) {
  const text = `Given data (${String(value)}) does not belong to the RecordTypeEnum enumeration`;
  return badRequest(`[fieldType] ${text}`);
}

function checkKeys(body: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const other = Object.keys(body).find((key) => !known.includes(key));
  if (other !== undefined) throw badRequest(`Received not described parameters: ${other}`);
}

function checkSubDomain(value: unknown): string {
  if (value === null) return "";
  if (typeof value !== "string" || value === "@" || value.endsWith(".") || /\s/.test(value)) {
    throw badRequest("[subDomain] Given data is not valid");
  }
  return value;
}

function checkTtl(value: unknown): asserts value is number {
  if (value === null) return;
  if (!Number.isInteger(value)) throw badRequest("[ttl] Given data is not valid for type long");
  const ttl = value as number;
  if (ttl !== 0 && (ttl < MIN_TTL || ttl > 0x7fff_ffff)) throw badRequest("Invalid TTL");
}
