import type { DomainName } from "./name.ts";

/** Types that a rule looks at; any other type is carried by its mnemonic (`CAA`, `TYPE65280`). */
export type RRType =
  | "A"
  | "AAAA"
  | "CNAME"
  | "DNAME"
  | "MX"
  | "NS"
  | "PTR"
  | "SOA"
  | "SPF"
  | "TXT"
  | (string & {});

/** Seconds, or the host's own choice where it has one (Cloudflare's automatic, OVH's zone default). */
export type Ttl = number | "default";

/**
 * Every record with one name and type. `values` hold the record data in the product's own form:
 * - TXT, SPF: the octets, strings joined (see dns/txt.ts)
 * - CNAME, DNAME, NS, PTR: the target as a DomainName
 * - MX: `10 mail.example.com`; A: `192.0.2.1`; AAAA: as written, lower case
 * - SOA: `mname rname serial refresh retry expire minimum`
 * - others: the presentation form as the host gave it
 * @see RFC 2181 5
 */
export interface RRset {
  readonly name: DomainName;
  readonly type: RRType;
  readonly ttl: Ttl;
  readonly values: readonly string[];
}

export interface ZoneRef {
  readonly apex: DomainName;
  /** The zone's NS RRset as the host holds it. */
  readonly nameservers: readonly DomainName[];
  /** How the host itself names the zone (an id, a file path below the project). */
  readonly nativeId: string;
}

/**
 * What is live. A name inside `coverage` with no RRset here does not exist at the host; of a name
 * outside it nothing is known. `version` changes whenever the host's data changes.
 */
export interface Snapshot {
  readonly zone: ZoneRef;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly source: "host" | "dns";
  readonly coverage: "zone" | readonly DomainName[];
  readonly rrsets: readonly RRset[];
  readonly version: string;
  /** Where this host would refuse a write, or serve something else than what is stored. */
  readonly holds?: readonly Hold[];
  /** The host's own records, plain data that only its adapter understands; never kept. */
  readonly native?: unknown;
  /** Names that were asked for and are not covered, with the reason in the owner's words. */
  readonly unread?: readonly Unread[];
}

/** Something at the host that stands between a record and the receivers who ask for it. */
export interface Hold {
  readonly name: DomainName;
  /** The only type that is concerned; absent: every one. */
  readonly type?: RRType;
  /** The only value that is concerned, in the product's own form; absent: every one. */
  readonly value?: string;
  /** `writing`: the host would refuse the write. `serving`: what is stored is not what is served. */
  readonly against: "writing" | "serving";
  /** In the owner's words, without a full stop: `it is behind Cloudflare's proxy`. */
  readonly reason: string;
  /** What to do, a sentence. */
  readonly help: string;
}

export interface Unread {
  readonly name: DomainName;
  /** Follows "because": `ns1.example.net (192.0.2.53) gave no answer within 4 s`. */
  readonly reason: string;
}

export function rrsetsAt(snapshot: Snapshot, name: DomainName): readonly RRset[] {
  return snapshot.rrsets.filter((rrset) => rrset.name === name);
}

export function findRRset(snapshot: Snapshot, name: DomainName, type: RRType): RRset | undefined {
  return snapshot.rrsets.find((rrset) => rrset.name === name && rrset.type === type);
}

/** Whether the snapshot can say what is, and what is not, at this name. */
export function covers(snapshot: Snapshot, name: DomainName): boolean {
  return snapshot.coverage === "zone" || snapshot.coverage.includes(name);
}
