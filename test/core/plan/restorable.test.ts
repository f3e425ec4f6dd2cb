import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRestorable } from "../../../src/core/plan/restorable.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import { ensureTerms } from "../../../src/core/spf/merge.ts";
import { law } from "../../law.ts";
import { arbitrarySpfRecord } from "../spf/arbitraries.ts";

const OURS = ["include:_spf.odoo.com"];
const name = "mycompany.example";

function replace(before: string, after: string): Op {
  return { kind: "replace-value", name, type: "TXT", before, after, ttl: 300 };
}

function remove(before: string): Op {
  return { kind: "remove-value", name, type: "TXT", before, after: null, ttl: 300 };
}

const MERGED = "v=spf1 include:_spf.odoo.com mx -all";

describe("a receipt", () => {
  it("of any merge says what can have been there", () => {
    fc.assert(
      fc.property(arbitrarySpfRecord(), (before) => {
        const { record } = ensureTerms(before, OURS, "first");
        expect(isRestorable([replace(before, record)], OURS, [])).toBe(true);
        expect(isRestorable([replace(record, before)], OURS, [])).toBe(true);
      }),
      law(10_000),
    );
  });

  it("of a join may bring both records back, with the `all` of each", () => {
    const joined = "v=spf1 include:_spf.odoo.com mx include:other.example ~all";
    const ops = [replace("v=spf1 mx -all", joined), remove("v=spf1 redirect=other.example")];
    expect(isRestorable(ops, OURS, [])).toBe(true);
  });

  it("of a join that only took the smaller record out may bring it back", () => {
    const ops = [remove("v=spf1 mx ~all")];
    expect(isRestorable(ops, OURS, ["v=spf1 include:_spf.odoo.com mx ~all"])).toBe(true);
  });

  it.each([
    ["that everybody may send", replace("v=spf1 mx +all", MERGED)],
    ["another sender", replace("v=spf1 mx include:evil.example -all", MERGED)],
    ["a network", replace("v=spf1 ip4:0.0.0.0/1 -all", MERGED)],
    ["another record to follow", replace("v=spf1 mx redirect=evil.example", MERGED)],
    ["a second record", remove("v=spf1 include:evil.example ~all")],
  ])("that was changed to bring back %s is not ours", (_, op) => {
    expect(isRestorable([op], OURS, [])).toBe(false);
  });
});
