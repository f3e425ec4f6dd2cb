import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { checkDomain } from "../../../src/core/check.ts";
import { type Answer, answerKey } from "../../../src/core/dns/answer.ts";
import type { RRset } from "../../../src/core/dns/rrset.ts";
import type { PlanInput } from "../../../src/core/plan/desired.ts";
import { planDomain } from "../../../src/core/plan/diff.ts";
import { Plan } from "../../../src/core/plan/schema.ts";
import { planUndo } from "../../../src/core/plan/undo.ts";
import { DOMAIN, inputFor, name, receiptFor } from "./planner.ts";
import { law } from "../../law.ts";

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const word = fc.constantFrom(
  "v=spf1",
  " ",
  "include:",
  "_spf.odoo.com",
  "mycompany.example",
  "%{i}",
  "-all",
  "redirect=",
  "v=DMARC1;",
  "p=reject",
  "\u001b[2J",
  "\u0000",
  "</script>",
);
const octets = fc.array(fc.oneof({ weight: 4, arbitrary: word }, octet), { maxLength: 12 });
const value = octets.map((parts) => parts.join(""));
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({
    status: fc.constant("records" as const),
    records: fc.array(fc.record({ data: value, ttl: fc.nat() }), { maxLength: 3 }),
  }),
  fc.record({ status: fc.constantFrom("nodata" as const, "nxdomain" as const) }),
  fc.record({ status: fc.constantFrom("servfail" as const, "timeout" as const) }),
);

const NAMES = [
  "mycompany.example",
  "odoo._domainkey.mycompany.example",
  "_dmarc.mycompany.example",
];

function inputWith(values: readonly string[], type: string): PlanInput {
  const { input } = inputFor({ zone: "" });
  const rrsets = NAMES.map((owner): RRset => ({
    name: name(owner),
    type,
    ttl: 300,
    values: [...values],
  }));
  return { ...input, snapshot: { ...input.snapshot, rrsets: values.length > 0 ? rrsets : [] } };
}

/** Every question gets one of the answers, whatever it was. */
function drive<T>(
  ask: (answers: PlanInput["answers"]) => ReturnType<typeof planDomain> | { done: true; value: T },
  pool: readonly Answer[],
): Plan | T {
  const answers: Record<string, Answer> = {};
  for (let round = 0; round < 60; round += 1) {
    const result = ask(answers);
    if (result.done) return result.value;
    for (const question of result.questions) {
      const at = question.name.length + question.type.length;
      answers[answerKey(question)] = pool[at % pool.length] ?? { status: "nxdomain" };
    }
  }
  throw new Error("no end");
}

describe("whatever a zone and DNS hold", () => {
  it("a plan is made, of the shape that is promised", { timeout: 60_000 }, () => {
    const values = fc.array(value, { maxLength: 3 });
    const pool = fc.array(answer, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(values, fc.constantFrom("TXT", "CNAME", "SPF"), pool, (texts, type, answers) => {
        const input = inputWith(texts, type);
        const plan = drive((known) => planDomain({ ...input, answers: known }), answers) as Plan;
        expect(v.is(Plan, plan)).toBe(true);
      }),
      law(10_000),
    );
  });

  it("values of 64 KiB are planned, checked and undone", { timeout: 60_000 }, () => {
    const long = [
      `v=spf1 ${"a ".repeat(32_000)}`,
      `v=spf1 ${"include:x.example ".repeat(3_600)}~all`,
      `v=spf1 ${"ip4:192.0.2.1 ".repeat(4_600)}~all`,
      `v=DMARC1;${"a=b;".repeat(16_000)}`,
      "\u0000".repeat(65_535),
      `"${"v=spf1 ".repeat(9_000)}"`,
    ];
    for (const text of long) {
      const input = inputWith([text], "TXT");
      const plan = drive(
        (known) => planDomain({ ...input, answers: known }),
        [{ status: "nodata" }],
      ) as Plan;
      expect(v.is(Plan, plan)).toBe(true);
      drive((known) => checkDomain({ ...input, answers: known }) as never, [{ status: "nodata" }]);
      const receipt = receiptFor(plan, [], input.snapshot.rrsets);
      expect(planUndo({ ...input, receipt })).toMatchObject({ done: true });
    }
  });

  it("names such as __proto__ are names like any other", () => {
    const { input } = inputFor({ zone: "", config: { domain: name("constructor.example") } });
    const plan = drive(
      (known) => planDomain({ ...input, answers: known }),
      [{ status: "nxdomain" }],
    ) as Plan;
    expect(plan.domain).toBe("constructor.example");
    const zone = `${DOMAIN} TXT "v=spf1 include:__proto__ include:constructor -all"`;
    const odd = inputFor({ zone }).input;
    expect(() => drive((known) => planDomain({ ...odd, answers: known }), [])).not.toThrow();
  });
});
