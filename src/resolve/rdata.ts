import { SocketAddress } from "node:net";
import type { RRType } from "../core/dns/rrset.ts";
import { readName } from "./compressed-name.ts";

type Reader = (octets: Buffer, from: number, end: number) => string;

/** The types that anybody here looks into; all others are kept as they came (RFC 3597 5). */
const READERS: Readonly<Record<string, Reader>> = {
  A: readA,
  AAAA: readAaaa,
  NS: readTarget,
  CNAME: readTarget,
  DNAME: readTarget,
  PTR: readTarget,
  MX: readMx,
  SOA: readSoa,
  TXT: readStrings,
  SPF: readStrings,
};

/**
 * Record data between two offsets of a message, in the form described at RRset.values. Throws
 * RangeError where it doesn't fill exactly the length that the record claims.
 */
export function readData(octets: Buffer, type: RRType, from: number, end: number): string {
  return (READERS[type] ?? readUnknown)(octets, from, end);
}

function readA(octets: Buffer, from: number, end: number): string {
  expectEnd(from + 4, end);
  return [...octets.subarray(from, end)].join(".");
}

function readAaaa(octets: Buffer, from: number, end: number): string {
  expectEnd(from + 16, end);
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(from + 2 * index));
  const address = groups.map((group) => group.toString(16)).join(":");
  return new SocketAddress({ address, family: "ipv6" }).address;
}

function readTarget(octets: Buffer, from: number, end: number): string {
  const [name, after] = readName(octets, from);
  expectEnd(after, end);
  return name;
}

function readMx(octets: Buffer, from: number, end: number): string {
  return `${octets.readUInt16BE(from)} ${readTarget(octets, from + 2, end)}`;
}

function readSoa(octets: Buffer, from: number, end: number): string {
  const [mname, afterMname] = readName(octets, from);
  const [rname, at] = readName(octets, afterMname);
  expectEnd(at + 20, end);
  const numbers = Array.from({ length: 5 }, (_, index) => octets.readUInt32BE(at + 4 * index));
  return [mname, rname, ...numbers].join(" ");
}

/** Character-strings joined with nothing, one character an octet; at least one (RFC 1035 3.3.14). */
function readStrings(octets: Buffer, from: number, end: number): string {
  let text = "";
  let at = from;
  do {
    const after = at + 1 + octets.readUInt8(at);
    if (after > end) throw new RangeError("a string longer than its record");
    text += octets.toString("latin1", at + 1, after);
    at = after;
  } while (at < end);
  return text;
}

function readUnknown(octets: Buffer, from: number, end: number): string {
  const hex = octets.toString("hex", from, end);
  return `\\# ${end - from}${hex === "" ? "" : ` ${hex}`}`;
}

function expectEnd(at: number, end: number): void {
  if (at !== end) throw new RangeError("record data that doesn't fill its length");
}
