import { MailDnsError } from "../../src/core/errors.ts";
import { nameFromLabels, parseName, ROOT, type DomainName } from "../../src/core/dns/name.ts";
import type { Entry, Fail, Token } from "./tokens.ts";

/** What stands before the data of a record, in the file's own tokens. */
export interface Head {
  /** Absent on an indented line. */
  readonly owner?: Token;
  /** The TTL, class or type that comes behind the owner's place. */
  readonly first: Token;
  /** Seconds, where the record states its own. */
  readonly ttl?: number;
  readonly typeToken: Token;
  /** Mnemonic in capitals; `TYPE16` is `TXT`. */
  readonly type: string;
  readonly data: readonly Token[];
}

/** `[owner] [class] [ttl] [class] type data`: class and TTL in any order (RFC 1035 5.1). */
export function readHead(entry: Entry, fail: Fail): Head {
  const owner = entry.indented ? undefined : entry.tokens[0];
  if (owner?.quoted) fail(owner.start, "a record's name stands in quotes");
  const rest = readTtlClassType(entry.tokens.slice(owner ? 1 : 0), entry.start, fail);
  return { ...(owner && { owner }), ...rest };
}

/** The head without its owner; the same in a record and in `$GENERATE`. */
export function readTtlClassType(
  tokens: readonly Token[],
  start: number,
  fail: Fail,
): Omit<Head, "owner"> {
  let ttl: number | undefined;
  let hasClass = false;
  for (const [index, token] of tokens.entries()) {
    const seconds = ttl === undefined ? parseTtl(token.raw) : undefined;
    if (token.quoted) fail(token.start, "a quoted string stands where a record type is expected");
    if (seconds !== undefined) ttl = seconds;
    else if (!hasClass && isClass(token, fail)) hasClass = true;
    else {
      const type = readType(token, fail);
      const data = tokens.slice(index + 1);
      return {
        first: tokens[0] ?? token,
        ...(ttl !== undefined && { ttl }),
        typeToken: token,
        type,
        data,
      };
    }
  }
  return fail(tokens.at(-1)?.start ?? start, "the record has no type");
}

function isClass(token: Token, fail: Fail): boolean {
  if (!/^(?:IN|CH|HS|CS|CLASS\d{1,5})$/i.test(token.raw)) return false;
  if (!/^(?:IN|CLASS0*1)$/i.test(token.raw)) {
    fail(token.start, "the record's class is not IN; this file is no zone of the Internet");
  }
  return true;
}

/** Types by number, for `TYPE16` (RFC 3597 5): those we read, and those that show signed zones. */
const NUMBERED: ReadonlyMap<number, string> = new Map([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [39, "DNAME"],
  [46, "RRSIG"],
  [47, "NSEC"],
  [48, "DNSKEY"],
  [50, "NSEC3"],
  [51, "NSEC3PARAM"],
  [99, "SPF"],
]);

function readType(token: Token, fail: Fail): string {
  const type = token.raw.toUpperCase();
  if (!/^[A-Z][A-Z0-9-]{0,63}$/.test(type)) fail(token.start, "no record type stands here");
  const number = /^TYPE(\d{1,5})$/.exec(type)?.[1];
  return number === undefined ? type : (NUMBERED.get(Number(number)) ?? `TYPE${Number(number)}`);
}

const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
const MAX_TTL = 0x7fff_ffff;
const MAX_TTL_LENGTH = 50;

/**
 * Seconds of `3600`, or of BIND's `1h30m`. A TTL with its top bit set counts as 0 (RFC 2181 8).
 * Undefined: this is no TTL.
 */
export function parseTtl(text: string): number | undefined {
  if (text.length > MAX_TTL_LENGTH || !/^\d{1,10}$|^(?:\d{1,10}[wdhms])+$/i.test(text))
    return undefined;
  const parts = [...text.toLowerCase().matchAll(/(\d+)([wdhms]?)/g)];
  const seconds = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? ""] ?? 1), 0);
  return seconds > MAX_TTL ? 0 : seconds;
}

/** 255 octets, each as `\DDD`. */
const MAX_NAME_LENGTH = 1020;

/** A name as the file writes it, `@` and relative names completed with the origin. */
export function readName(token: Token, origin: DomainName, fail: Fail): DomainName {
  if (token.raw === "@" && !token.quoted) return origin;
  const isName = !token.quoted && token.raw.length <= MAX_NAME_LENGTH;
  const name = isName ? parseName(absolute(token.raw, origin)) : undefined;
  return name ?? fail(token.start, "no domain name stands here");
}

function absolute(raw: string, origin: DomainName): string {
  const ascii = raw.replace(/[\u0080-\u00ff]/g, (char) => `\\${char.charCodeAt(0)}`);
  if (raw === "." || isAbsolute(raw)) return ascii;
  return origin === ROOT ? `${ascii}.` : `${ascii}.${origin}.`;
}

/** Ends with a dot that no backslash takes away. */
export function isAbsolute(raw: string): boolean {
  const backslashes = /(\\*)\.$/.exec(raw)?.[1];
  return backslashes !== undefined && backslashes.length % 2 === 0;
}

/** Stands for the origin while it is not known; no file can hold this name by accident. */
export const UNKNOWN_ORIGIN = nameFromLabels(["\u0000odoo-mail-dns"]) ?? unreachable();

function unreachable(): never {
  throw new MailDnsError("internal", "a constant is no domain name");
}
