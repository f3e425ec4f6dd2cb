import packet from "dns-packet";
import { type DomainName, labelsOf } from "../../src/core/dns/name.ts";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { splitTxt } from "../../src/core/dns/txt.ts";
import { typeNumber } from "../../src/resolve/codes.ts";
import {
  EDNS_SIZE,
  fillQuestion,
  type Message,
  placeholders,
  readMessage,
} from "../../src/resolve/wire.ts";
import { lookUp, type Reply } from "./lookup.ts";
import type { Zone } from "./zone.ts";

const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  BADVERS: 16,
};
type Rcode = keyof typeof RCODE;

const CLASS_IN = 1;
const PLAIN_UDP_SIZE = 512;
const MAX_MESSAGE = 65_535;
const DEFAULT_TTL = 3600;

const NOTHING = { isAuthoritative: false, answer: [], authority: [], additional: [] };

/**
 * The octets to send back for these octets, or undefined where silence is right (no query at all).
 * `zones` undefined: they can't be had just now, which is SERVFAIL. Over UDP an answer that is longer than the client takes is sent empty, with TC.
 */
export function respond(
  zones: readonly Zone[] | undefined,
  octets: Buffer,
  transport: "udp" | "tcp",
): Buffer | undefined {
  const query = readMessage(octets);
  if (query === undefined || query.isResponse) return undefined;
  const limit = transport === "tcp" ? MAX_MESSAGE : udpLimit(query);
  const reply = answer(zones, query);
  const whole = write(query, reply, {});
  if (whole !== undefined && whole.length <= limit) return whole;
  const isTooLong = whole !== undefined && transport === "udp";
  return isTooLong
    ? write(
        query,
        { ...NOTHING, rcode: reply.rcode, isAuthoritative: reply.isAuthoritative },
        { isTruncated: true },
      )
    : write(query, { ...NOTHING, rcode: "SERVFAIL" }, {});
}

function udpLimit({ edns }: Message): number {
  return Math.min(Math.max(edns?.udpSize ?? 0, PLAIN_UDP_SIZE), EDNS_SIZE);
}

type AnyReply = Omit<Reply, "rcode"> & { readonly rcode: Rcode };

function answer(zones: readonly Zone[] | undefined, query: Message): AnyReply {
  const [question, ...more] = query.questions;
  if (query.opcode !== 0) return { ...NOTHING, rcode: "NOTIMP" };
  if (query.edns && query.edns.version !== 0) return { ...NOTHING, rcode: "BADVERS" };
  if (question === undefined || more.length > 0) return { ...NOTHING, rcode: "FORMERR" };
  const isTransfer = question.type === "AXFR" || question.type === "TYPE251";
  if (question.class !== CLASS_IN || isTransfer) return { ...NOTHING, rcode: "REFUSED" };
  return zones ? lookUp(zones, question) : { ...NOTHING, rcode: "SERVFAIL" };
}

/** Undefined where a record can't be written: then there is no answer, rather than a part of it. */
function write(
  query: Message,
  reply: AnyReply,
  { isTruncated = false }: { readonly isTruncated?: boolean },
): Buffer | undefined {
  const [question] = query.questions;
  const labels = question && labelsOf(question.name);
  const rcode = RCODE[reply.rcode];
  const sections = [reply.answer, reply.authority, reply.additional].map(writeSection);
  if (sections.includes(undefined)) return undefined;
  const [answers = [], authorities = [], additionals = []] = sections;
  const message = packet.encode({
    type: "response",
    id: query.id,
    flags:
      (query.opcode << 11) |
      (reply.isAuthoritative ? packet.AUTHORITATIVE_ANSWER : 0) |
      (isTruncated ? packet.TRUNCATED_RESPONSE : 0) |
      (query.wantsRecursion ? packet.RECURSION_DESIRED : 0) |
      (rcode & 0xf),
    questions: labels ? [{ name: placeholders(labels), type: "A" }] : [],
    answers,
    authorities,
    additionals: query.edns ? [...additionals, opt(rcode >> 4)] : additionals,
  });
  if (question === undefined || labels === undefined) return message;
  const type = typeNumber(question.type) ?? 0;
  return fillQuestion(message, labels, { type, class: question.class });
}

function opt(extendedRcode: number): packet.OptAnswer {
  return {
    type: "OPT",
    name: ".",
    udpPayloadSize: EDNS_SIZE,
    extendedRcode,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

function writeSection(rrsets: readonly RRset[]): packet.Answer[] | undefined {
  const records = rrsets.flatMap((rrset) => rrset.values.map((value) => writeRecord(rrset, value)));
  return records.some((record) => record === undefined)
    ? undefined
    : records.filter((record) => record !== undefined);
}

function writeRecord({ name, type, ttl }: RRset, value: string): packet.Answer | undefined {
  const [owner, data, number] = [plain(name), writeData(type, value), typeNumber(type)];
  if (owner === undefined || data === undefined || number === undefined) return undefined;
  const written = Buffer.isBuffer(data) ? `UNKNOWN_${number}` : type;
  const seconds = ttl === "default" ? DEFAULT_TTL : ttl;
  return { name: owner, type: written, ttl: seconds, data } as packet.Answer;
}

/** What dns-packet wants for this data, a Buffer for types that it doesn't know. */
function writeData(type: string, value: string): unknown {
  const parts = value.split(" ");
  switch (type) {
    case "A":
    case "AAAA":
      return value;
    case "NS":
    case "CNAME":
    case "DNAME":
    case "PTR":
      return plain(value);
    case "MX": {
      const exchange = plain(parts[1] ?? "");
      return exchange && { preference: Number(parts[0]), exchange };
    }
    case "SOA":
      return writeSoa(parts);
    case "TXT":
      return splitTxt(value).map((part) => Buffer.from(part, "latin1"));
    case "SPF":
      return Buffer.concat(splitTxt(value).map(characterString));
    default:
      return writeGeneric(value);
  }
}

function characterString(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")]);
}

function writeSoa([mname = "", rname = "", ...numbers]: readonly string[]): unknown {
  const [serial, refresh, retry, expire, minimum] = numbers.map(Number);
  const primary = plain(mname);
  return primary && { mname: primary, rname, serial, refresh, retry, expire, minimum };
}

/** `\# 3 00ffee`, RFC 3597 5. */
function writeGeneric(value: string): Buffer | undefined {
  const [, length, hex = ""] = /^\\# (\d+)((?: [0-9a-f]+)*)$/i.exec(value) ?? [];
  const octets = Buffer.from(hex.replaceAll(" ", ""), "hex");
  return Number(length) === octets.length ? octets : undefined;
}

/** A name that dns-packet writes as it is meant: ASCII, and no dot inside a label. */
function plain(name: string): string | undefined {
  const labels = labelsOf(name as DomainName);
  const isPlain = labels.every((label) => /^[\u0000-\u007f]+$/.test(label) && !label.includes("."));
  return isPlain ? labels.join(".") || "." : undefined;
}
