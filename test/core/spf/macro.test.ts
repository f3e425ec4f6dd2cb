import { describe, expect, test } from "vitest";
import { readMacroString } from "../../../src/core/spf/macro.ts";

describe("macro-strings (RFC 7208 7.1)", () => {
  test("literals, macros and shorthands in their order", () => {
    expect(readMacroString("a.%{L2r+-}%%%_%-x", "domain")).toEqual({
      parts: [
        { kind: "literal", text: "a." },
        { kind: "macro", letter: "l", escaped: true, keep: 2, reversed: true, delimiters: "+-" },
        { kind: "literal", text: "%" },
        { kind: "literal", text: " " },
        { kind: "literal", text: "%20" },
        { kind: "literal", text: "x" },
      ],
      tail: 16,
    });
  });

  test("a macro without transformers keeps all, in order, split at dots", () => {
    expect(readMacroString("%{d}", "domain")).toEqual({
      parts: [{ kind: "macro", letter: "d", escaped: false, reversed: false, delimiters: "." }],
      tail: 4,
    });
  });

  test("c, r and t, and spaces, are for explanation texts", () => {
    expect(readMacroString("%{c} is not %{r} at %{t}", "explanation")).toHaveProperty("parts");
    expect(readMacroString("%{c}%{r}%{t}", "ignored")).toHaveProperty("parts");
    expect(readMacroString("%{c}.example.com", "domain")).toHaveProperty("reason");
    expect(readMacroString("a b", "ignored")).toHaveProperty("reason");
    expect(readMacroString("caf\u00e9", "explanation")).toHaveProperty("reason");
  });
});
