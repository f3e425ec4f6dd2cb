import packet from "dns-packet";
import type { Question } from "../core/dns/answer.ts";
import { type DomainName, labelsOf } from "../core/dns/name.ts";
import type { RRType } from "../core/dns/rrset.ts";
import { typeName, typeNumber } from "./codes.ts";
import { type Read, readName } from "./compressed-name.ts";
import { readData } from "./rdata.ts";

/** A DNS message as far as anybody here looks at it (RFC 1035 4.1, RFC 6891 6.1). */
export interface Message {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly wantsRecursion: boolean;
  readonly offersRecursion: boolean;
  /** With the upper bits of an OPT record, where there is one. */
  readonly rcode: number;
  readonly questions: readonly WireQuestion[];
  readonly answer: readonly WireRecord[];
  readonly authority: readonly WireRecord[];
  readonly additional: readonly WireRecord[];
  readonly edns?: { readonly udpSize: number; readonly version: number };
}

export interface WireQuestion extends Question {
  /** 1 is IN, the only one with answers here. */
  readonly class: number;
}

/** One record of class IN; `data` has the form described at RRset.values. */
export interface WireRecord {
  readonly name: DomainName;
  readonly type: RRType;
  readonly ttl: number;
  readonly data: string;
}

/** RFC 9210 3.1.1 and the flag day of 2020: fits every path without fragments. */
export const EDNS_SIZE = 1232;

const HEADER_OCTETS = 12;
const CLASS_IN = 1;
const TYPE_OPT = 41;
const MAX_TTL = 0x7fffffff;

/**
 * Reads a message, or gives undefined for octets that are none: a length that reaches over an end,
 * a name that never ends, a record whose parts don't fill it. Never throws, and the work is bounded
 * by the message's length times a constant.
 *
 * This is not left to dns-packet: 5.6.1 joins labels with dots and decodes them as UTF-8, so that
 * two different names read alike, and it gives a TXT record cut short at the end as if whole.
 */
export function readMessage(octets: Buffer): Message | undefined {
  try {
    return read(octets);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(octets: Buffer): Message {
  const flags = octets.readUInt16BE(2);
  const count = (at: number): number => octets.readUInt16BE(at);
  const [questions, afterQuestions] = list(octets, HEADER_OCTETS, count(4), readQuestion);
  const [answer, afterAnswer] = list(octets, afterQuestions, count(6), readRecord);
  const [authority, afterAuthority] = list(octets, afterAnswer, count(8), readRecord);
  const [additional] = list(octets, afterAuthority, count(10), readRecord);
  const opt = additional.find((record) => record.number === TYPE_OPT);
  return {
    id: octets.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    isAuthoritative: (flags & 0x0400) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    wantsRecursion: (flags & 0x0100) !== 0,
    offersRecursion: (flags & 0x0080) !== 0,
    rcode: (flags & 0xf) | ((opt ? opt.rawTtl >>> 24 : 0) << 4),
    questions,
    answer: inClass(answer),
    authority: inClass(authority),
    additional: inClass(additional),
    ...(opt && { edns: { udpSize: opt.class, version: (opt.rawTtl >>> 16) & 0xff } }),
  };
}

interface RawRecord {
  readonly record?: WireRecord;
  readonly number: number;
  readonly class: number;
  readonly rawTtl: number;
}

function list<T>(
  octets: Buffer,
  start: number,
  count: number,
  readOne: (octets: Buffer, at: number) => Read<T>,
): Read<readonly T[]> {
  const values: T[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const [value, end] = readOne(octets, at);
    values.push(value);
    at = end;
  }
  return [values, at];
}

function inClass(records: readonly RawRecord[]): readonly WireRecord[] {
  return records.flatMap(({ record }) => record ?? []);
}

function readQuestion(octets: Buffer, start: number): Read<WireQuestion> {
  const [name, at] = readName(octets, start);
  const type = typeName(octets.readUInt16BE(at));
  return [{ name, type, class: octets.readUInt16BE(at + 2) }, at + 4];
}

function readRecord(octets: Buffer, start: number): Read<RawRecord> {
  const [name, at] = readName(octets, start);
  const number = octets.readUInt16BE(at);
  const ownClass = octets.readUInt16BE(at + 2);
  const rawTtl = octets.readUInt32BE(at + 4);
  const from = at + 10;
  const end = from + octets.readUInt16BE(at + 8);
  if (end > octets.length) throw new RangeError("a record longer than its message");
  const raw = { number, class: ownClass, rawTtl };
  if (ownClass !== CLASS_IN || number === TYPE_OPT) return [raw, end];
  const type = typeName(number);
  // A TTL with its first bit set is zero (RFC 2181 8).
  const ttl = rawTtl > MAX_TTL ? 0 : rawTtl;
  return [{ ...raw, record: { name, type, ttl, data: readData(octets, type, from, end) } }, end];
}

/**
 * A query for the wire. Undefined where the type has no number. `edns: false` is for servers that
 * don't understand RFC 6891.
 */
export function writeQuery(
  id: number,
  question: Question,
  options: { readonly recursion: boolean; readonly edns: boolean },
): Buffer | undefined {
  const type = typeNumber(question.type);
  if (type === undefined) return undefined;
  const labels = labelsOf(question.name);
  const query = packet.encode({
    id,
    flags: options.recursion ? packet.RECURSION_DESIRED : 0,
    questions: [{ name: placeholders(labels), type: "A" }],
    additionals: options.edns ? [OPT] : [],
  });
  return fillQuestion(query, labels, { type, class: CLASS_IN });
}

const OPT: packet.OptAnswer = {
  type: "OPT",
  name: ".",
  udpPayloadSize: EDNS_SIZE,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** dns-packet cuts names at every dot and writes UTF-8; lengths are all that it has to get right. */
export function placeholders(labels: readonly string[]): string {
  return labels.length === 0 ? "." : labels.map((label) => "x".repeat(label.length)).join(".");
}

/** Puts what was asked into the question of a message made with placeholders. */
export function fillQuestion(
  message: Buffer,
  labels: readonly string[],
  question: { readonly type: number; readonly class: number },
): Buffer {
  let at = HEADER_OCTETS;
  for (const label of labels) {
    message.write(label, at + 1, "latin1");
    at += 1 + label.length;
  }
  message.writeUInt16BE(question.type, at + 1);
  message.writeUInt16BE(question.class, at + 3);
  return message;
}
