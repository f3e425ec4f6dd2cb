import type { DomainName } from "../../src/core/dns/name.ts";
import { isWithin } from "../../src/core/dns/name.ts";
import type { RRset, Snapshot } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type {
  Call,
  CallResult,
  Capabilities,
  DnsProvider,
  Settled,
} from "../../src/ports/dns-provider.ts";
import type { FakeClock } from "./fake-clock.ts";

/**
 * What goes wrong with one call. `lost`: it is carried out and the host's answer says nothing.
 * `cut`: it is carried out and the connection dies. `late`: as `lost`, and it is carried out only
 * `LATE_MS` after that. `dropped`: the connection dies before it arrives. `refused`: the host says
 * no. `empty`: the host says done and does nothing. `bug`: the client breaks after it was carried out.
 */
export type Fault = "lost" | "cut" | "late" | "dropped" | "refused" | "empty" | "bug" | "denied";

export const faults: readonly Fault[] = [
  "lost",
  "cut",
  "late",
  "dropped",
  "refused",
  "empty",
  "bug",
  "denied",
];

export const LATE_MS = 2500;

export interface FakeHostOptions {
  readonly apex: DomainName;
  readonly rrsets: readonly RRset[];
  readonly clock: FakeClock;
  readonly guard?: "server" | "reread";
  readonly writes?: boolean;
  /** The NS RRset as the host has it. */
  readonly nameservers?: readonly DomainName[];
  /** Whether the answer to a write shows the stored records. */
  readonly shows?: boolean;
  /** By number of the call since the host was made, from 0. */
  readonly fault?: ReadonlyMap<number, Fault>;
  /** What others do just before the call of this number arrives. */
  readonly meanwhile?: ReadonlyMap<number, (host: FakeHost) => void>;
  readonly settled?: Settled;
  /** By number of the read: it fails. */
  readonly unreadable?: ReadonlySet<number>;
}

export interface FakeHost extends DnsProvider {
  readonly reads: number;
  /** Calls that arrived. */
  readonly sent: readonly Call[];
  rrsets(): readonly RRset[];
  /** The zone as it was so many milliseconds ago: what a server that lags behind has. */
  rrsetsBefore(ms: number): readonly RRset[];
  /** From now on nothing goes wrong. */
  heal(): void;
  /** What somebody else does at the host. */
  edit(change: (rrsets: readonly RRset[]) => readonly RRset[]): void;
}

/** A DNS host in memory, strict: it refuses what hosts refuse. */
export function createFakeHost(options: FakeHostOptions): FakeHost {
  const { apex, clock } = options;
  const past: { readonly at: number; readonly rrsets: readonly RRset[] }[] = [
    { at: Number.NEGATIVE_INFINITY, rrsets: options.rrsets },
  ];
  const now = (): readonly RRset[] => past.at(-1)?.rrsets ?? [];
  const put = (rrsets: readonly RRset[]): void => void past.push({ at: clock.now(), rrsets });
  const sent: Call[] = [];
  let reads = 0;
  let tried = 0;
  let isHealthy = false;

  const run = (call: Call): CallResult => {
    const fault = isHealthy ? undefined : options.fault?.get(tried);
    options.meanwhile?.get(tried)?.(host);
    tried += 1;
    if (fault === "dropped") throw new MailDnsError("transient", "the connection was closed");
    if (fault === "denied") throw new MailDnsError("auth", "the token has expired");
    sent.push(call);
    if (fault === "refused") return { outcome: "failed", detail: "zone is locked" };
    if (fault === "empty") return { outcome: "done" };
    if (fault === "late") {
      clock.at(clock.now() + LATE_MS, () => void commit(call));
      return { outcome: "unknown", detail: "no answer within 30 s" };
    }
    const result = commit(call);
    if (fault === "lost") return { outcome: "unknown", detail: "status 502" };
    if (fault === "cut") throw new MailDnsError("transient", "the connection was reset");
    if (fault === "bug") throw new TypeError("undefined is not iterable");
    return options.shows === true && result.outcome === "done"
      ? { ...result, stored: touched(call, now()) }
      : result;
  };
  const commit = (call: Call): CallResult => {
    const outcome = carryOut(call.body as Op, now());
    if (typeof outcome === "string") return { outcome: "failed", detail: outcome };
    put(outcome);
    return { outcome: "done" };
  };

  const host: FakeHost = {
    capabilities: capabilitiesOf(options),
    sent,
    get reads() {
      return reads;
    },
    rrsets: now,
    rrsetsBefore: (ms) => past.findLast(({ at }) => at <= clock.now() - ms)?.rrsets ?? [],
    heal: () => void (isHealthy = true),
    edit: (change) => put(change(now())),
    async findZone(domain) {
      if (!isWithin(domain, apex))
        throw new MailDnsError("zone-not-found", `no zone for ${domain}`);
      return { apex, nameservers: options.nameservers ?? [], nativeId: "z1" };
    },
    async read(zone, names) {
      reads += 1;
      if (!isHealthy && options.unreadable?.has(reads - 1))
        throw new MailDnsError("transient", "status 503");
      return {
        zone,
        takenAt: new Date(clock.now()).toISOString(),
        source: "host",
        coverage: names,
        rrsets: now().filter(({ name }) => names.includes(name)),
        version: String(past.length),
      };
    },
    compile: (ops) =>
      ops.map((op, index) => ({
        ops: [index],
        summary: `${op.kind} ${op.type} ${op.name}`,
        method: "PATCH",
        target: `/zones/z1/${op.name}`,
        body: op,
      })),
    async apply(calls, snapshot, signal) {
      if (options.guard === "server") {
        options.meanwhile?.get(tried)?.(host);
        refuseStale(calls, snapshot, now());
      }
      const results: CallResult[] = [];
      for (const call of calls) {
        if (signal.aborted) break;
        const result = run(call);
        results.push(result);
        if (result.outcome !== "done") break;
      }
      return results;
    },
    settle: async () => options.settled ?? { state: "published" },
  };
  return host;
}

function capabilitiesOf({ guard = "reread", writes = true }: FakeHostOptions): Capabilities {
  return {
    writes,
    guard,
    unit: "value",
    atomic: "value",
    ttl: { min: 60, max: 86_400, byDefault: 300 },
    maxTxtOctets: 2048,
    exposure: [],
  };
}

/** The zone after one op, or why the host refuses it. */
function carryOut(op: Op, rrsets: readonly RRset[]): readonly RRset[] | string {
  const own = rrsets.find((rrset) => rrset.name === op.name && rrset.type === op.type);
  const others = rrsets.filter((rrset) => rrset !== own);
  const values = own?.values ?? [];
  if (op.before !== null && !values.includes(op.before)) return "record not found";
  if (op.after !== null && values.includes(op.after)) return "an identical record exists";
  if (op.after !== null && op.after.length > 2048) return "content is too long";
  if (op.kind === "create-rrset" && own !== undefined) return "the record set exists";
  if (op.kind === "add-value" && own === undefined) return "there is no such record set";
  const beside = others.filter(({ name }) => name === op.name);
  if (
    op.after !== null &&
    beside.some(({ type }) => (type === "CNAME") !== (op.type === "CNAME"))
  ) {
    return "a CNAME excludes other records";
  }
  const next = values.filter((value) => value !== op.before);
  if (op.after !== null)
    next.splice(op.before === null ? next.length : values.indexOf(op.before), 0, op.after);
  if (next.length === 0) return others;
  const ttl = own?.ttl ?? op.ttl;
  if (ttl !== "default" && (ttl < 60 || ttl > 86_400)) return "the TTL is out of range";
  const changed = { name: op.name as DomainName, type: op.type, ttl, values: next };
  return own === undefined
    ? [...rrsets, changed]
    : rrsets.map((rrset) => (rrset === own ? changed : rrset));
}

function touched(call: Call, rrsets: readonly RRset[]): readonly RRset[] {
  const op = call.body as Op;
  return rrsets.filter(({ name, type }) => name === op.name && type === op.type);
}

function refuseStale(calls: readonly Call[], snapshot: Snapshot, live: readonly RRset[]): void {
  for (const { body } of calls) {
    const { name } = body as Op;
    const [was, is] = [snapshot.rrsets, live].map((rrsets) =>
      JSON.stringify(rrsets.filter((rrset) => rrset.name === name)),
    );
    if (was !== is) throw new MailDnsError("stale-write", `${name} has changed`);
  }
}
