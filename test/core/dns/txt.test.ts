import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOctets, printTxt, quote, splitTxt, unescapeTxt } from "../../../src/core/dns/txt.ts";
import { law } from "../../law.ts";

const octets = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 1000,
});

describe("a TXT value", () => {
  it("stays one string up to 255 octets", () => {
    expect(splitTxt("a".repeat(255))).toEqual(["a".repeat(255)]);
  });

  it("is cut behind a space, which stays, because readers join strings with nothing", () => {
    const value = `${"a".repeat(250)} ${"b".repeat(20)}`;
    expect(splitTxt(value)).toEqual([`${"a".repeat(250)} `, "b".repeat(20)]);
  });

  it("is cut anywhere where there is no space, as in a DKIM key", () => {
    expect(splitTxt("k".repeat(300)).map((part) => part.length)).toEqual([255, 45]);
  });

  it("is one empty string when empty: DNS has no TXT record without a string", () => {
    expect(printTxt("")).toBe('""');
  });

  it("is printed as a master file needs it", () => {
    expect(printTxt('say "hi"; \\ \u001b[31m\u00e9')).toBe('"say \\"hi\\"; \\\\ \\027[31m\\233"');
  });

  it("is told from text that never was octets", () => {
    expect(isOctets("caf\u00e9")).toBe(true);
    expect(isOctets("caf\u00e9 \u2013")).toBe(false);
  });

  it("joins to the same octets however it was cut, each string at most 255 long", () => {
    fc.assert(
      fc.property(octets, (value) => {
        const parts = splitTxt(value);
        expect(parts.join("")).toBe(value);
        expect(parts.every((part) => part.length <= 255)).toBe(true);
      }),
      law(10_000),
    );
  });

  it("comes back from its quoted form octet for octet", () => {
    fc.assert(
      fc.property(octets, (value) => {
        expect(unescapeTxt(quote(value).slice(1, -1))).toBe(value);
      }),
      law(10_000),
    );
  });

  it("has no value where an escape is cut short or above 255", () => {
    expect(unescapeTxt("a\\")).toBeUndefined();
    expect(unescapeTxt("\\999")).toBeUndefined();
    expect(unescapeTxt("\\12")).toBeUndefined();
  });
});
