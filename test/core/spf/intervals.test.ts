import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, joined, networksOf } from "../../../src/core/spf/intervals.ts";
import {
  type Network,
  covers,
  networkOf,
  parseAddress,
  printAddress,
  printNetwork,
} from "../../../src/core/spf/network.ts";
import { law } from "../../law.ts";

function network(cidr: string): Network {
  const [text = "", prefix = ""] = cidr.split("/");
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return networkOf(address, Number(prefix));
}

const written = (pieces: ReturnType<typeof cut>): readonly string[] =>
  pieces.map(({ first, last }) => `${printAddress(first)} ${printAddress(last)}`);

describe("the address space", () => {
  it("is one piece without networks", () => {
    expect(written(cut([], 4))).toEqual(["0.0.0.0 255.255.255.255"]);
    expect(written(cut([network("192.0.2.0/24")], 6))).toEqual([
      ":: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]);
  });

  it("is cut before and behind every network", () => {
    expect(written(cut([network("192.0.2.0/24"), network("192.0.2.128/25")], 4))).toEqual([
      "0.0.0.0 192.0.1.255",
      "192.0.2.0 192.0.2.127",
      "192.0.2.128 192.0.2.255",
      "192.0.3.0 255.255.255.255",
    ]);
  });

  it("is not cut beyond its ends", () => {
    expect(written(cut([network("0.0.0.0/1"), network("255.255.255.255/32")], 4))).toEqual([
      "0.0.0.0 127.255.255.255",
      "128.0.0.0 255.255.255.254",
      "255.255.255.255 255.255.255.255",
    ]);
    expect(written(cut([network("ffff::/16")], 6))).toEqual([
      ":: fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
      "ffff:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]);
  });

  it("is the same piece for all addresses that lie in the same networks", () => {
    const networks = fc.array(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map((parts) => network(parts.join("/"))),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(networks, fc.ipV4(), (found, text) => {
        const address = parseAddress(text);
        if (address === undefined) throw new Error(text);
        const value = address.words[0] ?? 0;
        const pieces = cut(found, 4);
        const piece = pieces.filter(
          ({ first, last }) => (first.words[0] ?? 0) <= value && value <= (last.words[0] ?? 0),
        );
        const ends = [piece[0]?.first, piece[0]?.last];
        const alike = found.every((one) =>
          ends.every((end) => end !== undefined && covers(one, end) === covers(one, address)),
        );
        const size = pieces.reduce(
          (sum, { first, last }) => sum + (last.words[0] ?? 0) - (first.words[0] ?? 0) + 1,
          0,
        );
        expect({ pieces: piece.length, alike, size }).toEqual({
          pieces: 1,
          alike: true,
          size: 2 ** 32,
        });
      }),
      law(10_000),
    );
  });
});

describe("an interval", () => {
  it("is written as the fewest networks", () => {
    const [, second, third] = cut([network("192.0.2.0/25"), network("192.0.2.192/26")], 4);
    expect(second && networksOf(second).map(printNetwork)).toEqual(["192.0.2.0/25"]);
    expect(third && networksOf(third).map(printNetwork)).toEqual(["192.0.2.128/26"]);
    const pieces = cut([network("2001:db8::/32"), network("2001:dbc::/32")], 6);
    expect(pieces[2] && networksOf(pieces[2]).map(printNetwork)).toEqual([
      "2001:db9::/32",
      "2001:dba::/31",
    ]);
  });

  it("is one network when it is the whole space", () => {
    expect(cut([], 4).flatMap(networksOf).map(printNetwork)).toEqual(["0.0.0.0/0"]);
    expect(cut([], 6).flatMap(networksOf).map(printNetwork)).toEqual(["::/0"]);
  });

  it("joins with the one behind it", () => {
    const pieces = cut([network("192.0.2.0/25"), network("192.0.2.128/25")], 4);
    expect(joined(pieces.slice(1, 3)).flatMap(networksOf).map(printNetwork)).toEqual([
      "192.0.2.0/24",
    ]);
    expect(joined([...cut([], 4), ...cut([], 6)])).toHaveLength(2);
  });

  it("is written without a gap or an overlap", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const [first, last] = [Math.min(one, other), Math.max(one, other)];
        let at = first;
        for (const { words, prefix } of networksOf({
          first: { family: 4, words: [first] },
          last: { family: 4, words: [last] },
        })) {
          if (words[0] !== at) return false;
          at += 2 ** (32 - prefix);
        }
        return at - 1 === last;
      }),
      law(10_000),
    );
  });
});
