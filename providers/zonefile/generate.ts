import { readTtlClassType, type Head } from "./head.ts";
import { readEntries, type Entry, type Fail, type Token } from "./tokens.ts";

/** One record that `$GENERATE` stands for: its tokens as if they had been written out. */
export interface Generated {
  readonly owner: Token;
  readonly head: Head;
  /** Octets that this record would take in the file. */
  readonly octets: number;
}

/**
 * `$GENERATE 1-3 host$ A 192.0.2.$` (BIND 9 ARM, "$GENERATE directive"): `$` is the number,
 * `${offset,width,base}` formats it, `$$` and `\$` are a dollar sign. Lazy, so that the reader can
 * stop a range that is out of all proportion.
 */
export function* generate(entry: Entry, fail: Fail): Generator<Generated> {
  const [, range, owner, ...rest] = entry.tokens;
  if (!range || !owner)
    return fail(entry.start, "$GENERATE needs a range, a name, a type and data");
  const { start, stop, step } = readRange(range, fail);
  const head = readTtlClassType(rest, entry.start, fail);
  const [data, surplus] = head.data;
  if (!data || surplus) {
    return fail(entry.start, "$GENERATE takes its data as one word or one quoted string");
  }
  const text = data.quoted ? data.raw.replaceAll('\\"', '"') : data.raw;
  const blame: Fail = (_, message) => fail(entry.start, `$GENERATE: ${message}`);
  const format = formatOf(text, data, fail);
  const ownerFormat = formatOf(owner.raw, owner, fail);
  for (let number = start; number <= stop; number += step) {
    const written = format(number);
    const raw = ownerFormat(number);
    const line = readEntries(` ${written}`, blame).next().value as Entry | undefined;
    const made = { ...head, data: line?.tokens ?? [] };
    yield { owner: { ...owner, raw }, head: made, octets: raw.length + written.length };
  }
}

function readRange(token: Token, fail: Fail): { start: number; stop: number; step: number } {
  const match = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(token.raw);
  const [start, stop, step] = [match?.[1], match?.[2], match?.[3] ?? 1].map(Number) as [
    number,
    number,
    number,
  ];
  const isRange = match !== null && start <= stop && step > 0 && stop <= 0x7fff_ffff;
  return isRange ? { start, stop, step } : fail(token.start, "no range such as 1-10 or 0-30/2");
}

const PLACE = /\\[^]|\$\$|\$\{([^}]{0,40})\}|\$\{?/g;
const MAX_WIDTH = 255;

function formatOf(text: string, token: Token, fail: Fail): (number: number) => string {
  const parts: (string | ((number: number) => string))[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACE)) {
    const [written, braces] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + written.length;
    if (written.startsWith("\\")) parts.push(written);
    else if (written === "$$") parts.push("$");
    else parts.push(printerOf(braces ?? (written === "$" ? "0" : ""), token, fail));
  }
  parts.push(text.slice(end));
  return (number) => parts.map((part) => (typeof part === "string" ? part : part(number))).join("");
}

/** `offset[,width[,base]]`. */
function printerOf(braces: string, token: Token, fail: Fail): (number: number) => string {
  const match = /^(-?\d{1,9})(?:,(\d{1,9})(?:,([doxXnN]))?)?$/.exec(braces);
  const width = Number(match?.[2] ?? 0);
  if (!match || width > MAX_WIDTH) return fail(token.start, "a format in ${...} is not valid");
  const offset = Number(match[1]);
  const base = match[3] ?? "d";
  if (base === "n" || base === "N") {
    return (number) => nibbles(number + offset, width, base === "N");
  }
  const radix = { d: 10, o: 8, x: 16, X: 16 }[base] ?? 10;
  return (number) => {
    const digits = (number + offset).toString(radix).padStart(width, "0");
    return base === "X" ? digits.toUpperCase() : digits;
  };
}

/** Hexadecimal digits, the last first, with dots between: for names below ip6.arpa. */
function nibbles(number: number, width: number, capitals: boolean): string {
  const digits = (number >>> 0).toString(16).padStart(Math.ceil(width / 2), "0");
  const reversed = [...digits].reverse().join(".");
  return capitals ? reversed.toUpperCase() : reversed;
}
