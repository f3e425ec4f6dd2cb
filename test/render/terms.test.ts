import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Op } from "../../src/core/plan/schema.ts";
import { termLines } from "../../src/render/terms.ts";
import { law } from "../law.ts";

function lines(before: string, after: string): string[] {
  const op: Op = { kind: "replace-value", name: "a.example", type: "TXT", before, after, ttl: 1 };
  return termLines(op).map(({ mark, text }) => `${mark} ${text}`);
}

describe("what changed in a record", () => {
  it("stands on a line of its own, between what stayed", () => {
    expect(lines("v=spf1 a mx ~all", "v=spf1 include:_spf.odoo.com a mx ~all")).toEqual([
      "  v=spf1",
      "+ include:_spf.odoo.com",
      "  a mx ~all",
    ]);
  });

  it("a term that moved is taken out and put in", () => {
    expect(
      lines("v=spf1 a ~all include:_spf.odoo.com", "v=spf1 include:_spf.odoo.com a ~all"),
    ).toEqual(["  v=spf1", "+ include:_spf.odoo.com", "  a", "  ~all", "- include:_spf.odoo.com"]);
  });

  it("is complete: what is not new is the old record, what is not gone the new one", () => {
    const record = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 8 });
    fc.assert(
      fc.property(record, record, (old, young) => {
        const shown = lines(old.join(" "), young.join(" "));
        const words = (gone: string) =>
          shown
            .filter((line) => !line.startsWith(gone))
            .flatMap((line) => line.slice(2).split(" "));
        expect(words("+")).toEqual(old);
        expect(words("-")).toEqual(young);
      }),
      law(10_000),
    );
  });

  it("of two giants is shown as a whole, in bounded time", () => {
    const giant = (word: string) => Array.from({ length: 8000 }, (_, i) => `${word}${i}`).join(" ");
    expect(lines(giant("a"), giant("b"))).toHaveLength(16_000);
  });
});
