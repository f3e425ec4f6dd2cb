import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderJson } from "../../src/render/json.ts";
import * as fixture from "./fixtures.ts";
import { law } from "../law.ts";

describe("JSON", () => {
  it("is one line, and comes back as it went in", () => {
    const text = renderJson(fixture.plan());
    expect(text.split("\n")).toHaveLength(2);
    expect(JSON.parse(text)).toEqual(fixture.plan());
  });

  it("keeps any text, and shows a terminal nothing but what can be seen", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (value) => {
        const text = renderJson([value]);
        expect(JSON.parse(text)).toEqual([value]);
        expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      law(10_000),
    );
  });
});
