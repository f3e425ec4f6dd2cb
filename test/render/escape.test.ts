import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { octets, visible } from "../../src/render/escape.ts";
import { wrap, WIDTH } from "../../src/render/layout.ts";
import { HOSTILE } from "./fixtures.ts";
import { law } from "../law.ts";

describe("text that somebody else wrote", () => {
  it("keeps its script, and shows what can't be seen", () => {
    expect(visible("Bücher 例え \u001b[31m\u009b\u202e\u2066\u200b\ufeff\ud800\n")).toBe(
      "Bücher 例え \\u{1b}[31m\\u{9b}\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{d800}\\u{a}",
    );
  });

  it("octets are written as a master file writes them", () => {
    expect(octets(HOSTILE)).toBe(
      "v=spf1 \\027[2J\\007\\15531m \\000 caf\\195\\169 \\226\\128\\174 ``` </details><script>alert(1)</script> | @team #1 ~all",
    );
    expect(octets("a\\b")).toBe("a\\\\b");
  });

  it("a giant is cut, and says so", () => {
    expect(octets("x".repeat(65_535))).toBe(
      `${"x".repeat(1000)} ... and 64535 more octets (--json shows all)`,
    );
  });

  it("never leaves anything that moves a cursor or turns a line, and never widens a line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 120 }), (text) => {
        for (const shown of [visible(text), octets(text)]) {
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          for (const line of wrap(shown, "    ")) expect(line.length).toBeLessThanOrEqual(WIDTH);
        }
      }),
      law(10_000),
    );
  });
});
