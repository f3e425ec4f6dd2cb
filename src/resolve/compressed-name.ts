import { type DomainName, nameFromLabels } from "../core/dns/name.ts";

/** Something read from a message, and the offset behind it. */
export type Read<T> = readonly [value: T, end: number];

const MAX_POINTERS = 127;

/**
 * A name and where it ends. Pointers may only lead further back than everything of this name read
 * so far (RFC 1035 4.1.4), and only so often, so that chains of them cost little.
 */
export function readName(octets: Buffer, start: number): Read<DomainName> {
  const labels: string[] = [];
  let at = start;
  let before = start;
  let end: number | undefined;
  for (let pointers = 0; ;) {
    const length = octets.readUInt8(at);
    if (length >= 0xc0) {
      const target = octets.readUInt16BE(at) & 0x3fff;
      pointers += 1;
      if (target >= before || pointers > MAX_POINTERS) throw new RangeError("a looping name");
      end ??= at + 2;
      before = target;
      at = target;
    } else if (length > 63 || at + 1 + length > octets.length) {
      throw new RangeError("a label that can't be");
    } else {
      at += 1 + length;
      if (length === 0) break;
      labels.push(octets.toString("latin1", at - length, at));
      if (labels.length > 127) throw new RangeError("a name that is too long");
    }
  }
  const name = nameFromLabels(labels);
  if (name === undefined) throw new RangeError("a name that is too long");
  return [name, end ?? at];
}
