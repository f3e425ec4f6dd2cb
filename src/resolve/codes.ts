import type { RRType } from "../core/dns/rrset.ts";

// RFC 1035 3.2.2 and the IANA registry: what the product asks for or may meet in a zone.
const NUMBERS: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  CAA: 257,
};

const NAMES = new Map(Object.entries(NUMBERS).map(([name, number]) => [number, name]));

/** The mnemonic of a type, or `TYPE<number>` for one without (RFC 3597 5). */
export function typeName(number: number): RRType {
  return NAMES.get(number) ?? `TYPE${number}`;
}

/** The number of a type; undefined for a mnemonic that nobody here knows. */
export function typeNumber(type: RRType): number | undefined {
  const generic = /^TYPE(\d{1,5})$/.exec(type)?.[1];
  return NUMBERS[type] ?? (generic === undefined ? undefined : Number(generic));
}

const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/** `REFUSED`, or `RCODE 23` for the rare ones. */
export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `RCODE ${rcode}`;
}
