import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DomainName,
  isWithin,
  labelsOf,
  nameFromLabels,
  parentOf,
  parseName,
  ROOT,
  under,
} from "../../../src/core/dns/name.ts";
import { law } from "../../law.ts";

const name = (text: string): DomainName => {
  const parsed = parseName(text);
  if (parsed === undefined) throw new Error(`${text} is no name`);
  return parsed;
};

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const label = fc.string({ unit: octet, minLength: 1, maxLength: 20 });
const labels = fc.array(label, { minLength: 1, maxLength: 6 });

describe("a domain name", () => {
  it.each([
    ["WWW.Example.COM", "www.example.com"],
    ["www.example.com.", "www.example.com"],
    ["_spf.odoo.com", "_spf.odoo.com"],
    ["*.example.com", "*.example.com"],
    ["a\\.b.example", "a\\.b.example"],
    ["\\097.example", "a.example"],
    ["xn--mnchen-3ya.example", "xn--mnchen-3ya.example"],
    [".", "."],
  ])("written as %s is %s", (written, parsed) => {
    expect(parseName(written)).toBe(parsed);
  });

  it.each([
    ["nothing", ""],
    ["an empty label", "a..b"],
    ["a leading dot", ".a"],
    ["a label of 64 octets", `${"a".repeat(64)}.example`],
    ["256 octets on the wire", `${"a.".repeat(127)}a`],
    ["letters that are not ASCII", "münchen.example"],
    ["a Kelvin sign, which is no k", "\u212a.example"],
    ["an escape above 255", "\\256.example"],
    ["an escape cut short", "a\\"],
  ])("is not %s", (_, written) => {
    expect(parseName(written)).toBeUndefined();
  });

  it("may have 255 octets on the wire, and no more", () => {
    expect(parseName(`${"a.".repeat(126)}a`)).toHaveLength(253);
  });

  it("keeps every label through printing and reading", () => {
    fc.assert(
      fc.property(labels, (raw) => {
        const printed = nameFromLabels(raw);
        if (printed === undefined) return;
        expect(labelsOf(printed)).toEqual(
          raw.map((part) => part.replaceAll(/[A-Z]/g, (c) => c.toLowerCase())),
        );
        expect(parseName(printed)).toBe(printed);
      }),
      law(10_000),
    );
  });

  it("never throws on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const parsed = parseName(text);
        expect(parsed === undefined || parseName(parsed) === parsed).toBe(true);
      }),
      law(10_000),
    );
  });
});

describe("lying below a zone", () => {
  it.each([
    ["mail.example.com", "example.com", true],
    ["example.com", "example.com", true],
    ["badexample.com", "example.com", false],
    ["example.com", "mail.example.com", false],
    ["a\\.example.com", "example.com", false],
    ["example.com", ".", true],
  ])("%s below %s: %s", (inner, zone, expected) => {
    expect(isWithin(name(inner), name(zone))).toBe(expected);
  });

  it("has the parent one label up, and the root has none", () => {
    expect(parentOf(name("a\\.b.c.example"))).toBe("c.example");
    expect(parentOf(name("example"))).toBe(ROOT);
    expect(parentOf(ROOT)).toBeUndefined();
  });

  it("puts a prefix under a zone, unless that is too long for a name", () => {
    expect(under("odoo._domainkey", name("example.com"))).toBe("odoo._domainkey.example.com");
    expect(under("odoo._domainkey", ROOT)).toBe("odoo._domainkey");
    expect(under("odoo._domainkey", name(`${"a.".repeat(120)}a`))).toBeUndefined();
  });
});
