import { isIPv4, isIPv6 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimal, parseIp4, parseIp6 } from "../../../src/core/spf/address.ts";
import { law } from "../../law.ts";

const RUNS = law(10_000);

describe("addresses as SPF writes them", () => {
  test("IPv4: four numbers without leading zeros", () => {
    expect(parseIp4("192.0.2.1")).toEqual([192, 0, 2, 1]);
    for (const text of [
      "192.0.2",
      "192.0.2.256",
      "192.0.2.01",
      "1.2.3.4.5",
      "1.2.3.",
      "",
      "1.2.3.x",
    ])
      expect(parseIp4(text)).toBeUndefined();
  });

  test("IPv6: the three forms of RFC 4291 2.2", () => {
    expect(parseIp6("2001:DB8:0:0:8:800:200C:417A")).toEqual([
      0x2001, 0xdb8, 0, 0, 8, 0x800, 0x200c, 0x417a,
    ]);
    expect(parseIp6("2001:db8::8")).toEqual([0x2001, 0xdb8, 0, 0, 0, 0, 0, 8]);
    expect(parseIp6("::")).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(parseIp6("64:ff9b::192.0.2.33")).toEqual([0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x221]);
  });

  test("numbers and prefix lengths are plain", () => {
    expect([decimal("0", 32), decimal("32", 32)]).toEqual([0, 32]);
    for (const text of ["", "33", "00", "08", "-1", "+1", "1e1", " 1", "1000"])
      expect(decimal(text, 32)).toBeUndefined();
  });

  const almost = fc.string({ unit: fc.constantFrom(..."0129afAF:.%x"), maxLength: 40 });

  test("what is an address agrees with Node's own reading of both families", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), almost), (text) => {
        expect(parseIp4(text) !== undefined).toBe(isIPv4(text));
        // A zone (`%eth0`) belongs to a host's own addresses; SPF has none.
        const isPlain = isIPv6(text) && !text.includes("%");
        expect(parseIp6(text) !== undefined).toBe(isPlain);
      }),
      RUNS,
    );
  });
});
