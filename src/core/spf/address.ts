import { isDigit, isHex, spanEnd } from "./characters.ts";

/** The four octets of an IPv4 address (`qnum`s: no leading zeros), or undefined. */
export function parseIp4(text: string): readonly number[] | undefined {
  if (text.length > 15) return undefined;
  const numbers = text.split(".");
  const octets = numbers.map((number) => decimal(number, 255));
  return octets.length === 4 && octets.every((octet) => octet !== undefined) ? octets : undefined;
}

/** The eight 16-bit groups of an IPv6 address in any form of RFC 4291 2.2, or undefined. */
export function parseIp6(text: string): readonly number[] | undefined {
  if (text.length > 45) return undefined;
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = readGroups(text, true);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = readGroups(text.slice(0, gap), false);
  const tail = readGroups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  // "::" stands for at least one group.
  const zeros = 8 - head.length - tail.length;
  return zeros < 1 ? undefined : [...head, ...Array<number>(zeros).fill(0), ...tail];
}

/** A decimal number without leading zeros, at most `max`: a `qnum` or a prefix length. */
export function decimal(text: string, max: number): number | undefined {
  const plain = text.length > 0 && text.length <= 3 && spanEnd(text, 0, isDigit) === text.length;
  if (!plain || (text.length > 1 && text.startsWith("0"))) return undefined;
  return Number(text) <= max ? Number(text) : undefined;
}

/** Groups between colons; with `mayEndInIp4` the last two may be written as an IPv4 address. */
function readGroups(text: string, mayEndInIp4: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const written = text.split(":");
  for (const [index, group] of written.entries()) {
    const last = index === written.length - 1;
    const ip4 = last && mayEndInIp4 && group.includes(".") ? parseIp4(group) : undefined;
    if (ip4 !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = ip4;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (
      group.length >= 1 &&
      group.length <= 4 &&
      spanEnd(group, 0, isHex) === group.length
    ) {
      groups.push(Number.parseInt(group, 16));
    } else return undefined;
  }
  return groups;
}
