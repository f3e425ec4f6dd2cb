import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDomain } from "../../src/config/domain.ts";
import { parseName } from "../../src/core/dns/name.ts";
import { law } from "../law.ts";

describe("a domain that mail is sent from", () => {
  it.each([
    ["mycompany.com", "mycompany.com"],
    ["MyCompany.COM.", "mycompany.com"],
    ["mail.my-company.co.uk", "mail.my-company.co.uk"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["1und1.example", "1und1.example"],
  ])("%s is read as %s", (text, domain) => {
    expect(readDomain(text)).toEqual({ domain });
  });

  it("in its own script is turned into A-labels, and both are kept", () => {
    expect(readDomain("Bücher.example")).toEqual({
      domain: "xn--bcher-kva.example",
      written: "Bücher.example",
    });
    expect(readDomain("例え.テスト")).toEqual({
      domain: "xn--r8jz45g.xn--zckzah",
      written: "例え.テスト",
    });
  });

  it.each([
    ["", "it is empty"],
    ["localhost", "it has only one label"],
    ["*.example.com", "a wildcard has no mail domain of its own"],
    ["a..example", "two dots have nothing between them"],
    [".example", "two dots have nothing between them"],
    ["-a.example", '"-a" is no label of a domain'],
    ["_spf.example", "it has characters that no domain has"],
    ["192.0.2.1", "it looks like an address"],
    ["１２７.0.0.1", "it looks like an address"],
    ["0x7f.1", "it looks like an address"],
    ["xn--a.example", "its international characters can't be part of a name"],
    ["a\u202eb.example", "its international characters can't be part of a name"],
    ["ex%61mple.com", "it has characters that no domain has"],
    ["my company.com", "it has characters that no domain has"],
    [`${"a".repeat(64)}.example`, "a label is over 63 characters"],
    [`${"abcdefghi.".repeat(24)}com`, "it is too long to have odoo._domainkey in front of it"],
    ["../../etc/passwd.example", "it has characters that no domain has"],
  ])("%j is none: %s", (text, reason) => {
    expect(readDomain(text)).toMatchObject({ reason });
  });

  it.each([
    ["https://mycompany.com/shop", "mycompany.com"],
    ["info@mycompany.com", "mycompany.com"],
    ["mycompany.com:25", "mycompany.com"],
  ])("%s is answered with %s", (text, suggestion) => {
    expect(readDomain(text)).toMatchObject({ suggestion });
  });

  it("never throws, and what it accepts is a name in the one spelling", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.domain(),
      fc.stringMatching(/^[a-zß-ü.-]{1,40}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = readDomain(text);
        if ("reason" in read) return;
        expect(parseName(read.domain)).toBe(read.domain);
        expect(readDomain(read.domain)).toEqual({ domain: read.domain });
      }),
      law(10_000),
    );
  });
});
