import { describe, expect, test } from "vitest";
import { parseSpf } from "../../../src/core/spf/parse.ts";

/** Text as DNS carries it: one character an octet, UTF-8 as several. */
function octets(text: string): string {
  return Array.from(new TextEncoder().encode(text), (code) => String.fromCharCode(code)).join("");
}

const MEANT = "v=spf1 include:_spf.google.com ~all";

describe("looks like SPF to a person, and no receiver selects it (RFC 7208 4.5)", () => {
  test.each([
    [" v=spf1 include:_spf.google.com ~all", "it starts with a space"],
    ["\tv=spf1 include:_spf.google.com ~all", "it starts with a tab (U+0009)"],
    ["\nv=spf1 include:_spf.google.com ~all", "it starts with a line break (U+000A)"],
    ["\u00a0v=spf1 include:_spf.google.com ~all", "it starts with a no-break space (U+00A0)"],
    ["\ufeffv=spf1 include:_spf.google.com ~all", "it starts with a byte order mark (U+FEFF)"],
    ["\u200bv=spf1 include:_spf.google.com ~all", "it starts with a zero-width space (U+200B)"],
    ['"v=spf1 include:_spf.google.com ~all"', "the quotation marks are part of the value"],
    ["'v=spf1 include:_spf.google.com ~all'", "the quotation marks are part of the value"],
    ['"v=spf1" "include:_spf.google.com" "~all"', "the quotation marks are part of the value"],
    ['\\"v=spf1 include:_spf.google.com ~all\\"', "the quotation marks are part of the value"],
    ["\u201cv=spf1 include:_spf.google.com ~all\u201d", "it starts with a curly quote (U+201C)"],
    ["v=spf1\tinclude:_spf.google.com ~all", "followed by a tab (U+0009) instead of a space"],
    ["v=spf1\u00a0include:_spf.google.com ~all", "followed by a no-break space (U+00A0)"],
    ["v=spf1, include:_spf.google.com, ~all", 'followed by "," instead of a space'],
    ["v=spf1; include:_spf.google.com; ~all", 'followed by ";" instead of a space'],
    ["v=spf1;include:_spf.google.com;~all;", 'followed by ";" instead of a space'],
    ["v=spf1: include:_spf.google.com ~all", 'followed by ":" instead of a space'],
    ["v=spf1. include:_spf.google.com ~all", 'followed by "." instead of a space'],
    ['v=spf1" include:_spf.google.com ~all', 'followed by """ instead of a space'],
    ["v=spf1\\ include:_spf.google.com ~all", 'followed by "\\" instead of a space'],
    ["v=spf1include:_spf.google.com ~all", 'there is no space behind "v=spf1"'],
    ["v = spf1 include:_spf.google.com ~all", 'starts with "v = spf1" instead of "v=spf1"'],
    ["v= spf1 include:_spf.google.com ~all", 'starts with "v= spf1" instead'],
    ["v=spf 1 include:_spf.google.com ~all", 'starts with "v=spf 1" instead'],
    ["V=SPF:1 include:_spf.google.com ~all", 'starts with "V=SPF:1" instead'],
    ["v=spf-1 include:_spf.google.com ~all", 'starts with "v=spf-1" instead'],
    ["v:spf1 include:_spf.google.com ~all", 'starts with "v:spf1" instead'],
    ["v==spf1 include:_spf.google.com ~all", 'starts with "v==spf1" instead'],
    ["vspf1 include:_spf.google.com ~all", 'starts with "vspf1" instead'],
    ["v=spf include:_spf.google.com ~all", 'starts with "v=spf" instead'],
    ["v=sfp1 include:_spf.google.com ~all", 'starts with "v=sfp1" instead'],
    ["spf1 include:_spf.google.com ~all", 'starts with "spf1" instead'],
    ["=spf1 include:_spf.google.com ~all", 'starts with "=spf1" instead'],
    ["spf=1 include:_spf.google.com ~all", 'starts with "spf=1" instead'],
    ["SPF include:_spf.google.com ~all", 'starts with "SPF" instead'],
    ["include:_spf.google.com ~all", 'it does not start with "v=spf1"'],
    ["MS=ms123 v=spf1 include:_spf.google.com ~all", '"v=spf1" stands in the middle of it'],
    ["TXT:v=spf1 include:_spf.google.com ~all", '"v=spf1" stands in the middle of it'],
    ["spf=v=spf1 include:_spf.google.com ~all", '"v=spf1" stands in the middle of it'],
    ["v=spf1\u3000include:_spf.google.com ~all", "followed by an ideographic space (U+3000)"],
  ])("%j: %s", (value, reason) => {
    expect(parseSpf(octets(value))).toEqual({
      kind: "near",
      reason: expect.stringContaining(reason),
      suggestion: MEANT,
    });
  });

  test.each([
    ["v=spf1mx", "v=spf1 mx"],
    ["v=spf1-all", "v=spf1 -all"],
    ["v=spf1+a -all", "v=spf1 +a -all"],
    ["v=spf1;", "v=spf1"],
    ["v=spf1,a -all", "v=spf1 a -all"],
    ["v=spf1,exists:%{l1r+,}.a.b", "v=spf1 exists:%{l1r+,}.a.b"],
  ])("%j was meant as %j", (value, suggestion) => {
    expect(parseSpf(value)).toMatchObject({ kind: "near", suggestion });
  });

  test("nothing is suggested where it would be no valid record either", () => {
    expect(parseSpf("v=spf1;foo bar")).toEqual({
      kind: "near",
      reason: '"v=spf1" is followed by ";" instead of a space',
    });
  });
});

describe("has nothing to do with SPF", () => {
  test.each([
    "",
    " ",
    "v",
    "v=",
    "spf",
    "SPF is great",
    "spf a good day to all",
    "spf all",
    "google-site-verification=3Wz0zSMFyZ1eWZJ8L0b5v",
    "MS=ms12345678",
    "v=verifydomain MS=1234567",
    "facebook-domain-verification=abc",
    "apple-domain-verification=abc",
    "atlassian-domain-verification=v/spf1+all",
    "docusign=05958488-4752-4ef2-95eb-aa7ba8a3bd0e",
    "adobe-idp-site-verification=v1",
    "d365mktkey=abc",
    "ZOOM_verify_v1",
    "have-i-been-pwned-verification=a",
    "v=DMARC1; p=none; rua=mailto:dmarc@example.com",
    "v=DMARC1; p=reject; v=spf1 a -all",
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB",
    "k=rsa; p=MIGf; n=v=spf1 a -all",
    "v=STSv1; id=20240101T000000Z;",
    "v=TLSRPTv1; rua=mailto:tls@example.com",
    "v=BIMI1; l=https://example.com/logo.svg",
    "v=MCPv1",
    "this domain uses v=spf1 records",
    "all",
    "a mx all",
    "-all",
    "a:b c:d",
    "spf2.0/pra include:_spf.google.com ~all",
    "spf2.0/mfrom,pra v=spf1 a -all",
    "h3=%:v",
  ])("%j", (value) => {
    expect(parseSpf(value)).toEqual({ kind: "other" });
  });

  test.each(["v=spf10 a -all", "v=spf2 a", "V=SPF11", "v=spf0", "v=spf2.0/pra a", '"v=spf3 a"'])(
    "%j names a version that does not exist",
    (value) => {
      const version = /v=spf\d+/i.exec(value)?.[0];
      expect(parseSpf(value)).toEqual({ kind: "other", version });
    },
  );
});
