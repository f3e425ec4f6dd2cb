import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { quote } from "../../src/core/dns/txt.ts";
import { joinValues, splitValues } from "../../src/pulumi/provider/values.ts";
import { withoutSerial } from "../cli/terminal.ts";
import { arbitrarySpfRecord } from "../core/spf/arbitraries.ts";
import { law } from "../law.ts";
import { DOMAIN, type Engine, KEYS, NEWS, startEngine } from "./engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
  await engine.configure(DOMAIN, KEYS);
});
afterAll(() => engine.close());

/** Why a record that anybody may have written is left alone, besides what is ours to judge. */
const REASONS = /\b(?:spf|dns)\/[a-z-]+\b/;

it("what is written is given back byte for byte, and what is refused is left alone", async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(arbitrarySpfRecord({ maxTerms: 4 }), async (record) => {
      engine.edit((zone) => zone.replace(/"v=spf1(?:[^"\\]|\\.)*"/i, () => quote(record)));
      const zone = engine.zone();
      const olds = await engine.read("SpfTerms");
      const { inputs, failures } = await engine.check("SpfTerms", olds, NEWS);
      for (const { reason } of failures) expect(reason).toMatch(REASONS);
      if (failures.length === 0) {
        written += 1;
        await engine.remove("SpfTerms", await engine.update("SpfTerms", olds, inputs));
      }
      expect(withoutSerial(engine.zone())).toBe(withoutSerial(zone));
    }),
    law(200),
  );
  expect(written).toBeGreaterThan(3);
}, 120_000);

it("values as one text are the same values again, and only printable", () => {
  const octets = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.array(octets), (values) => {
      const text = joinValues(values);
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
      expect(splitValues(text)).toEqual(values.toSorted());
    }),
    law(10_000),
  );
});

it("an ordinary record stands in the state as it does in DNS", () => {
  const spf = "v=spf1 include:_spf.odoo.com a:x/24//64 exists:%{i}.example ~all";
  expect(joinValues([spf])).toBe(spf);
  expect(joinValues(["odoo._domainkey.odoo.com"])).toBe("odoo._domainkey.odoo.com");
});
