import { parseIp4, parseIp6 } from "./address.ts";

export type Family = 4 | 6;

/** An address as unsigned 32-bit words, the highest first: one for IPv4, four for IPv6. */
export interface Address {
  readonly family: Family;
  readonly words: readonly number[];
}

/** All addresses that share the first `prefix` bits of `words`; the other bits of `words` are 0. */
export interface Network extends Address {
  readonly prefix: number;
  readonly masks: readonly number[];
}

/**
 * A sender's address as text. IPv4 in an IPv6 coat (`::ffff:192.0.2.1`) is IPv4, whatever the
 * connection was (RFC 7208 5). Undefined for what is no address.
 */
export function parseSender(text: string): Address | undefined {
  const address = parseAddress(text);
  if (address?.family !== 6) return address;
  const [a, b, c, ip4 = 0] = address.words;
  return a === 0 && b === 0 && c === 0xffff ? { family: 4, words: [ip4] } : address;
}

/** An address in a record or in DNS data: exactly of the family it is written in. */
export function parseAddress(text: string): Address | undefined {
  const octets = parseIp4(text);
  if (octets !== undefined) {
    const [a = 0, b = 0, c = 0, d = 0] = octets;
    return { family: 4, words: [((a << 24) | (b << 16) | (c << 8) | d) >>> 0] };
  }
  const groups = parseIp6(text);
  return groups && { family: 6, words: [0, 2, 4, 6].map((at) => wordAt(groups, at)) };
}

function wordAt(groups: readonly number[], at: number): number {
  return (((groups[at] ?? 0) << 16) | (groups[at + 1] ?? 0)) >>> 0;
}

export function networkOf(address: Address, prefix: number): Network {
  const masks = address.words.map((_, index) => maskOf(prefix - index * 32));
  const words = address.words.map((word, index) => (word & (masks[index] ?? 0)) >>> 0);
  return { family: address.family, words, prefix, masks };
}

function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

export function covers(network: Network, address: Address): boolean {
  if (network.family !== address.family) return false;
  for (let at = 0; at < network.words.length; at += 1) {
    const differs = (network.words[at] ?? 0) ^ (address.words[at] ?? 0);
    if ((differs & (network.masks[at] ?? 0)) !== 0) return false;
  }
  return true;
}

/** Whether two addresses agree in their first `prefix` bits. */
export function sharesPrefix(one: Address, other: Address, prefix: number): boolean {
  if (one.family !== other.family) return false;
  for (let at = 0; at < one.words.length; at += 1) {
    const differs = (one.words[at] ?? 0) ^ (other.words[at] ?? 0);
    if ((differs & maskOf(prefix - at * 32)) !== 0) return false;
  }
  return true;
}

/** The form people read: dotted for IPv4, RFC 5952 for IPv6. Also the `c` macro. */
export function printAddress(address: Address): string {
  if (address.family === 4) return octetsOf(address).join(".");
  const groups = groupsOf(address).map((group) => group.toString(16));
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(":");
  const head = groups.slice(0, zeros.start).join(":");
  return `${head}::${groups.slice(zeros.start + zeros.length).join(":")}`;
}

export function printNetwork(network: Pick<Network, "family" | "words" | "prefix">): string {
  return `${printAddress(network)}/${network.prefix}`;
}

/** The `i` macro: dotted octets, or for IPv6 32 dotted hexadecimal digits (RFC 7208 7.3). */
export function dottedAddress(address: Address): string {
  if (address.family === 4) return printAddress(address);
  return address.words.map((word) => [...word.toString(16).padStart(8, "0")].join(".")).join(".");
}

/** Where its PTR records are: `1.2.0.192.in-addr.arpa` (RFC 1035 3.5, RFC 3596 2.5). */
export function reverseName(address: Address): string {
  const reversed = dottedAddress(address).split(".").reverse().join(".");
  return `${reversed}.${address.family === 4 ? "in-addr" : "ip6"}.arpa`;
}

function octetsOf(address: Address): readonly number[] {
  return address.words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff));
}

function groupsOf(address: Address): readonly number[] {
  return address.words.flatMap((word) => [word >>> 16, word & 0xffff]);
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at < groups.length; at += 1) {
    if (groups[at] !== "0") start = at + 1;
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start };
  }
  return best;
}
