import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import type { DnsProvider } from "../../src/ports/dns-provider.ts";

/** A DNS host on loopback, with one zone, as the conformance suite needs it. */
export interface RunningHost {
  readonly provider: DnsProvider;
  /** What the host holds, seen not through the adapter; without SOA and the zone's own NS. */
  stored(): Promise<readonly RRset[]>;
  /** Everything the world could see so far, the first state included, in order. */
  history(): Promise<readonly (readonly RRset[])[]>;
  /** Somebody else changes the zone behind the adapter's back. */
  overwrite(rrsets: readonly RRset[]): Promise<void>;
  /** So much time passes that what was read is no longer fresh. Absent: it never is. */
  readonly later?: () => void;
  /** The next write is carried out, but its answer gets lost. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

/** How the suite gets a host: one per entry of the registry that can write. */
export interface HostUnderTest {
  /** A new host whose zone holds these RRsets besides SOA and NS. */
  start(zone: {
    readonly apex: DomainName;
    readonly rrsets: readonly RRset[];
  }): Promise<RunningHost>;
  /** Options of the host, as a stack file has them. */
  readonly options: unknown;
  /** Octets of a value of any octets that the host surely takes. */
  readonly anyOctets: number;
  /** Credentials that must never be seen. */
  readonly secrets: readonly string[];
}
