import type { DomainName } from "../../src/core/dns/name.ts";
import { unescapeTxt } from "../../src/core/dns/txt.ts";
import { parseTtl, readName } from "./head.ts";
import type { Fail, Token } from "./tokens.ts";
import { decodeWire } from "./wire.ts";

/** Where a record's data stand, for names and for errors. */
export interface DataScope {
  readonly origin: DomainName;
  /** Offset to blame when tokens are missing. */
  readonly at: number;
  readonly fail: Fail;
}

const MAX_STRING_OCTETS = 255;
const MAX_DATA_OCTETS = 65_535;

type Read = (tokens: readonly Token[], scope: DataScope) => string;

const READERS: Readonly<Record<string, Read>> = {
  TXT: readStrings,
  SPF: readStrings,
  CNAME: readTarget,
  DNAME: readTarget,
  NS: readTarget,
  PTR: readTarget,
  MX: readMx,
  SOA: readSoa,
  A: (tokens, scope) => exactly<[Token]>(tokens, 1, scope)[0].raw,
  AAAA: (tokens, scope) => exactly<[Token]>(tokens, 1, scope)[0].raw.toLowerCase(),
};

/** A record's data in the product's own form (RRset.values); other types as presentation text. */
export function readData(type: string, tokens: readonly Token[], scope: DataScope): string {
  if (isUnknownForm(tokens)) return readUnknownForm(type, tokens, scope);
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  return read ? read(tokens, scope) : presentation(tokens);
}

/** `\# 4 c0000201`: any type's data by octets (RFC 3597 5). */
export function isUnknownForm(tokens: readonly Token[]): boolean {
  return tokens[0]?.raw === "\\#" && !tokens[0].quoted;
}

/** The octets of each character-string. */
export function readString(token: Token, fail: Fail): string {
  const octets = unescapeTxt(token.raw);
  if (octets === undefined)
    return fail(token.start, "an escape is not `\\DDD` (0 to 255) or `\\X`");
  if (octets.length > MAX_STRING_OCTETS) {
    fail(token.start, `a string has ${octets.length} octets; DNS allows ${MAX_STRING_OCTETS}`);
  }
  return octets;
}

function readStrings(tokens: readonly Token[], scope: DataScope): string {
  if (tokens.length === 0) scope.fail(scope.at, "the record has no text");
  const strings = tokens.map((token) => readString(token, scope.fail));
  const octets = strings.reduce((sum, string) => sum + string.length + 1, 0);
  if (octets > MAX_DATA_OCTETS) {
    scope.fail(scope.at, `the record has ${octets} octets; DNS allows ${MAX_DATA_OCTETS}`);
  }
  return strings.join("");
}

function readTarget(tokens: readonly Token[], scope: DataScope): string {
  const [target] = exactly<[Token]>(tokens, 1, scope);
  return readName(target, scope.origin, scope.fail);
}

function readMx(tokens: readonly Token[], scope: DataScope): string {
  const [preference, target] = exactly<[Token, Token]>(tokens, 2, scope);
  const isNumber = /^\d{1,5}$/.test(preference.raw) && Number(preference.raw) <= 0xffff;
  if (!isNumber) scope.fail(preference.start, "an MX preference is a number up to 65535");
  return `${Number(preference.raw)} ${readName(target, scope.origin, scope.fail)}`;
}

function readSoa(tokens: readonly Token[], scope: DataScope): string {
  const [mname, rname, serial, ...times] = exactly<[Token, Token, Token, ...Token[]]>(
    tokens,
    7,
    scope,
  );
  const names = [mname, rname].map((token) => readName(token, scope.origin, scope.fail));
  if (!/^\d{1,20}$/.test(serial.raw) || Number(serial.raw) > 0xffff_ffff) {
    scope.fail(serial.start, "the serial is not a number from 0 to 4294967295");
  }
  const seconds = times.map(
    (token) => parseTtl(token.raw) ?? scope.fail(token.start, "no time in seconds stands here"),
  );
  return [...names, Number(serial.raw), ...seconds].join(" ");
}

function readUnknownForm(type: string, tokens: readonly Token[], scope: DataScope): string {
  const digits = tokens
    .slice(2)
    .map((token) => token.raw)
    .join("");
  const length = /^\d{1,5}$/.test(tokens[1]?.raw ?? "") ? Number(tokens[1]?.raw) : -1;
  const fits = length <= MAX_DATA_OCTETS && length * 2 === digits.length;
  const isRight = fits && !/[^\da-f]/i.test(digits);
  if (!isRight) return scope.fail(scope.at, "the octets after \\# do not fit their length");
  const octets = digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  if (!Object.hasOwn(READERS, type)) return `\\# ${length} ${digits.toLowerCase()}`.trimEnd();
  return decodeWire(type, octets) ?? scope.fail(scope.at, `these octets are no ${type} data`);
}

function presentation(tokens: readonly Token[]): string {
  return tokens.map(({ raw, quoted }) => (quoted ? `"${raw}"` : raw)).join(" ");
}

/** The tokens, which are so many: `T` is the tuple of `count` of them. */
function exactly<T extends readonly Token[]>(
  tokens: readonly Token[],
  count: number,
  scope: DataScope,
): T {
  if (tokens.length === count) return tokens as T;
  return scope.fail(
    tokens[count]?.start ?? scope.at,
    `the record's data have ${tokens.length} parts where ${count} belong`,
  );
}
