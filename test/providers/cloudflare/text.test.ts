import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readText, writeText } from "../../../providers/cloudflare/text.ts";
import { law } from "../../law.ts";

describe("the text of a TXT record at Cloudflare", () => {
  test.each([
    ["v=spf1 ~all", "v=spf1 ~all"],
    ['"v=spf1 ~all"', "v=spf1 ~all"],
    ['"v=spf1 " "~all"', "v=spf1 ~all"],
    ['"v=spf1 ""~all"', "v=spf1 ~all"],
    [' "v=spf1 ~all" ', "v=spf1 ~all"],
    ['"a \\"b\\" \\\\ \\255"', 'a "b" \\ \u00ff'],
    ['say "hello"', 'say "hello"'],
    ['"one" two', '"one" two'],
    ['"', '"'],
    ['"\\999"', '"\\999"'],
    ["caf\u00e9", "caf\u00c3\u00a9"],
    ['"caf\u00e9"', "caf\u00c3\u00a9"],
  ])("%j is read as %j", (content, text) => {
    expect(readText(content)).toBe(text);
  });

  test("whatever is written is read back", () => {
    const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit: octet, maxLength: 600 }), (text) => {
        expect(readText(writeText(text))).toBe(text);
      }),
      law(1000),
    );
  });

  test("a long text is written as strings of at most 255 octets", () => {
    const content = writeText(`v=DKIM1; p=${"A".repeat(600)}`);
    for (const string of content.split('" "'))
      expect(string.replaceAll('"', "").length).toBeLessThan(256);
  });
});
