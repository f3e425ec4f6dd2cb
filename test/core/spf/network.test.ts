import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  covers,
  dottedAddress,
  networkOf,
  parseAddress,
  parseSender,
  printAddress,
  printNetwork,
  reverseName,
  sharesPrefix,
} from "../../../src/core/spf/network.ts";
import { law } from "../../law.ts";

const address = (text: string): NonNullable<ReturnType<typeof parseAddress>> => {
  const found = parseAddress(text);
  if (found === undefined) throw new Error(`no address: ${text}`);
  return found;
};

describe("an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["::ffff:192.0.2.1", "::ffff:c000:201"],
  ])("%s is written %s (RFC 5952)", (text, printed) => {
    expect(printAddress(address(text))).toBe(printed);
  });

  it.each([
    "",
    "192.0.2",
    "192.0.2.256",
    "192.0.2.01",
    "1.2.3.4.5",
    ":::",
    "1:2",
    "g::",
    "1::2::3",
  ])("%s is none", (text) => {
    expect(parseSender(text)).toBeUndefined();
  });

  it("of a sender is IPv4 where it is IPv4 in an IPv6 coat (RFC 7208 5)", () => {
    expect(parseSender("::ffff:192.0.2.1")).toEqual(parseSender("192.0.2.1"));
    expect(parseSender("::192.0.2.1")?.family).toBe(6);
  });

  it("is dotted for macros, and reversed for PTR", () => {
    expect(dottedAddress(address("192.0.2.1"))).toBe("192.0.2.1");
    expect(dottedAddress(address("2001:db8::cb01"))).toBe(
      "2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.b.0.1",
    );
    expect(reverseName(address("192.0.2.1"))).toBe("1.2.0.192.in-addr.arpa");
    expect(reverseName(address("2001:db8::cb01"))).toMatch(
      /^1\.0\.b\.c\.0\..*\.1\.0\.0\.2\.ip6\.arpa$/,
    );
  });

  it("keeps its value through any spelling", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const found = address(text);
        expect(parseAddress(printAddress(found))).toEqual(found);
      }),
      law(10_000),
    );
  });
});

describe("a network", () => {
  it("forgets host bits, and is written as CIDR", () => {
    expect(printNetwork(networkOf(address("192.0.2.77"), 24))).toBe("192.0.2.0/24");
    expect(printNetwork(networkOf(address("2001:db8:ffff::1"), 33))).toBe("2001:db8:8000::/33");
    expect(printNetwork(networkOf(address("203.0.113.1"), 0))).toBe("0.0.0.0/0");
  });

  it("covers exactly the addresses that share its prefix, as BigInt has it", () => {
    const value = (text: string): bigint =>
      address(text).words.reduce((total, word) => (total << 32n) | BigInt(word), 0n);
    const pair = fc.oneof(
      fc.tuple(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 })),
      fc.tuple(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 })),
    );
    fc.assert(
      fc.property(pair, ([one, other, prefix]) => {
        const bits = address(one).family === 4 ? 32 : 128;
        const same = value(one) >> BigInt(bits - prefix) === value(other) >> BigInt(bits - prefix);
        return (
          covers(networkOf(address(one), prefix), address(other)) === same &&
          sharesPrefix(address(one), address(other), prefix) === same
        );
      }),
      law(10_000),
    );
  });

  it("covers no address of the other family", () => {
    expect(covers(networkOf(address("0.0.0.0"), 0), address("::1"))).toBe(false);
    expect(sharesPrefix(address("::"), address("0.0.0.0"), 0)).toBe(false);
  });
});
