import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTarget, encodeText } from "../../../providers/ovh/codec.ts";
import { readZoneText } from "../../../providers/ovh/zone-text.ts";
import { law } from "../../law.ts";
import { APEX } from "./world.ts";

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const value = fc.string({ unit: octet, minLength: 1, maxLength: 600 });

describe("targets", () => {
  it.each([
    ["TXT", '"v=spf1 " "~all"', "v=spf1 ~all"],
    ["TXT", "v=spf1 ~all", "v=spf1 ~all"],
    ["SPF", '"v=spf1 ~all"', "v=spf1 ~all"],
    ["TXT", '"say \\"hi\\" \\\\ \\195\\169"', 'say "hi" \\ \u00c3\u00a9'],
    ["TXT", "é", "\u00c3\u00a9"],
    ["DKIM", "v=DKIM1; p=MIGf", "v=DKIM1; p=MIGf"],
    ["CNAME", "www", "www.mycompany.example"],
    ["CNAME", "Odoo.com.", "odoo.com"],
    ["MX", "10 mx1.mail.ovh.net.", "10 mx1.mail.ovh.net"],
    ["MX", "10 mx", "10 mx.mycompany.example"],
    ["AAAA", "2001:DB8::1", "2001:db8::1"],
    ["CAA", '128 issue "letsencrypt.org"', '128 issue "letsencrypt.org"'],
  ])("%s %s is %s", (fieldType, target, value) => {
    expect(decodeTarget(fieldType, target, APEX)).toBe(value);
  });

  it.each([
    ["TXT", '"a\\300"'],
    ["CNAME", "a..b."],
  ])("%s %s can't be understood", (fieldType, target) => {
    expect(decodeTarget(fieldType, target, APEX)).toBeUndefined();
  });

  it("what is written is read back, octet for octet, whatever stood there before", () => {
    const old = fc.constantFrom('"quoted"', "unquoted", "v=spf1 ~all");
    const record = fc.option(
      old.map((target) => ({ fieldType: "TXT", target })),
      { nil: undefined },
    );
    fc.assert(
      fc.property(value, record, (value, record) => {
        const target = encodeText(value, record) ?? "";
        expect(target).toMatch(/^[ -~]+$/);
        expect(decodeTarget("TXT", target, APEX)).toBe(value);
      }),
      law(10_000),
    );
  });

  it("a DKIM or DMARC record takes what can stand without quotes, and nothing else", () => {
    const old = { fieldType: "DKIM", target: "p=x" };
    expect(encodeText("v=DKIM1; p=MIGf", old)).toBe("v=DKIM1; p=MIGf");
    expect(encodeText("p=x".repeat(200), old)).toBe("p=x".repeat(200));
    expect(encodeText('n="x"', old)).toBeUndefined();
    expect(encodeText("n=\u0000", old)).toBeUndefined();
  });
});

describe("the export", () => {
  it("is read as OVH's text mode writes it", () => {
    const text = [
      "$TTL 3600",
      "@\tIN SOA dns18.ovh.net. tech.ovh.net. (2026112401 86400 3600 3600000 60)",
      "         IN NS     dns18.ovh.net.",
      '     600 IN TXT    "1|www.mycompany.example"',
      "     600 IN TXT    v=spf1 mx -all",
      "; a comment",
      "*        IN CNAME  www",
      '_dmarc   IN TXT    ( "v=DMARC1;" "p=none" )',
      "",
    ].join("\n");
    expect(readZoneText(text, APEX)).toEqual([
      { name: APEX, type: "NS", ttl: "default", target: "dns18.ovh.net." },
      { name: APEX, type: "TXT", ttl: 600, target: '"1|www.mycompany.example"' },
      { name: APEX, type: "TXT", ttl: 600, target: "v=spf1 mx -all" },
      { name: `*.${APEX}`, type: "CNAME", ttl: "default", target: "www" },
      { name: `_dmarc.${APEX}`, type: "TXT", ttl: "default", target: '"v=DMARC1;" "p=none"' },
    ]);
  });

  it("has unquoted values with parentheses of their own", () => {
    const text = "a IN TXT see (below\nb IN TXT (a\nc IN TXT (a)\n";
    const targets = readZoneText(text, APEX).map(({ target }) => target);
    expect(targets).toEqual(["see (below", "(a", "(a)"]);
  });

  it("is refused where it has a directive that we don't know", () => {
    expect(() => readZoneText("$ORIGIN example.\na IN TXT x\n", APEX)).toThrow("$ORIGIN example.");
  });

  it("may break lines within parentheses, and not within quotes", () => {
    const text = 'a IN TXT ( "one ("\n  "two" )\nb IN TXT "x)"\n';
    expect(readZoneText(text, APEX).map(({ target }) => target)).toEqual(['"one (" "two"', '"x)"']);
  });
});
