import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import type { DnsProvider } from "../../src/ports/dns-provider.ts";
import type { FakeClock } from "../engine/fake-clock.ts";
import type { Faults, Match } from "../sim/faults.ts";

/** A DNS host on loopback, with one zone, as the conformance suite needs it. */
export interface RunningHost {
  readonly provider: DnsProvider;
  /** What the host holds, seen not through the adapter; without SOA and the zone's own NS. */
  stored(): Promise<readonly RRset[]>;
  /** Everything the world could see so far, the first state included, in order. */
  history(): Promise<readonly (readonly RRset[])[]>;
  /** Somebody else changes the zone behind the adapter's back. */
  overwrite(rrsets: readonly RRset[]): Promise<void>;
  /** The adapter's time. Absent: it has none, and what was read never counts as old. */
  readonly clock?: FakeClock;
  /** Every record as the host keeps it, seen not through the adapter. */
  native?(): readonly NativeRecord[];
  /** The zone beside this one, where one was wanted. */
  readonly neighbour?: { stored(): Promise<readonly RRset[]> };
  /** What `--trace` would write. */
  readonly traced?: readonly object[];
  /** What may go wrong on the way to the vendor. Absent: there is no way. */
  readonly faults?: Faults;
  /** The next write is carried out, but its answer gets lost. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

export interface ZoneUnderTest {
  readonly apex: DomainName;
  readonly rrsets: readonly RRset[];
}

/** A record, or where the host keeps whole sets, a set. */
export interface NativeRecord {
  readonly name: DomainName;
  readonly type: string;
  readonly value: string;
  /** What an edit of the value must leave as it is: id, TTL, comment, metadata. */
  readonly kept: unknown;
}

/** How the suite gets a host: one per entry of the registry that can write. */
export interface HostUnderTest {
  /** A new host whose zone holds these RRsets besides SOA and NS, and perhaps another zone beside. */
  start(zone: ZoneUnderTest, neighbour?: ZoneUnderTest): Promise<RunningHost>;
  /** Options of the host, as a stack file has them. */
  readonly options: unknown;
  /** Octets of a value of any octets that the host surely takes. */
  readonly anyOctets: number;
  /** Every kind of request that a change may take, by the words that people know it by. */
  readonly requests?: Readonly<Record<string, Match>>;
  /** Whether it takes printable ASCII alone. */
  readonly isPrintableOnly?: true;
  /** Credentials that must never be seen. */
  readonly secrets: readonly string[];
}
