import { describe, expect, it } from "vitest";
import { proofSentences } from "../../src/render/proof.ts";
import { effect } from "./fixtures.ts";

const claim = (ours?: readonly string[], holds = true): string | undefined => {
  if (effect.proof === undefined) throw new Error("the fixture has no proof");
  return proofSentences({ ...effect.proof, holds, ...(ours && { ours: [...ours] }) })[0];
};

describe("what a proof says it leaves out", () => {
  it("is Odoo's networks only where the term is Odoo's", () => {
    expect(claim(["include:_spf.odoo.com"])).toContain("outside Odoo's networks (");
  });

  it.each([
    [["ip4:0.0.0.0/1"], "outside the networks of `ip4:0.0.0.0/1` ("],
    [
      ["include:_spf.odoo.com", "include:evil.example"],
      "outside the networks of `include:_spf.odoo.com` and `include:evil.example` (",
    ],
    [["?include:_spf.odoo.com"], "outside the networks of `?include:_spf.odoo.com` ("],
  ])("is named term by term for %j, whether the claim holds or not", (ours, words) => {
    expect(claim(ours)).toContain(words);
    expect(claim(ours, false)).toContain(words);
  });
});
