import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer, Question } from "../../../src/core/dns/answer.ts";
import type { DomainName } from "../../../src/core/dns/name.ts";
import { spfBudget } from "../../../src/core/spf/budget.ts";
import { evaluateSpf } from "../../../src/core/spf/evaluate.ts";
import { proveEdit, proveEffects } from "../../../src/core/spf/proof.ts";
import { IP4, IP6, recordFrom } from "./generated.ts";
import { type World, drive, worldFrom } from "./world.ts";
import { law } from "../../law.ts";

const DOMAIN = "d0.example" as DomainName;

const octets = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 80,
});
const data = fc.oneof(
  octets,
  recordFrom(0),
  recordFrom(0).map((value) => `${value} include:a.%{d} mx:b.%{d} exists:%{p}.%{d}`),
  fc.constantFrom(
    "192.0.2.1",
    "::1",
    "10 .",
    "10 x.example",
    "x.example",
    ".",
    "",
    "NaN x.example",
    "10",
  ),
);
const answer: fc.Arbitrary<Answer> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(fc.record({ data, ttl: fc.nat() }), { maxLength: 12 })
      .map((records) => ({ status: "records", records }) as const),
  },
  { weight: 1, arbitrary: fc.constantFrom("nodata", "nxdomain").map((status) => ({ status })) },
  { weight: 1, arbitrary: fc.constantFrom("servfail", "timeout").map((status) => ({ status })) },
);

/** A name server that says anything to anyone, the same each time. */
const liar: fc.Arbitrary<World> = fc
  .tuple(fc.array(answer, { minLength: 1, maxLength: 8 }), fc.nat())
  .map(([answers, salt]) => ({
    answer({ name, type }: Question): Answer {
      let hash = salt;
      for (const char of `${name} ${type}`) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
      return answers[hash % answers.length] ?? { status: "nxdomain" };
    },
  }));

const sender = fc.record({
  ip: fc.oneof(fc.constantFrom(...IP4, ...IP6), fc.ipV6(), octets),
  mailFrom: fc.oneof(fc.constant("amy@d0.example"), fc.string(), fc.string({ unit: "grapheme" })),
  helo: fc.oneof(fc.constant("h0.example"), fc.string({ unit: "grapheme" })),
});

describe("whatever DNS and a sender say,", () => {
  it("the evaluation ends with a verdict, within its limits", () => {
    fc.assert(
      fc.property(
        liar,
        sender,
        fc.oneof(fc.constant("d0.example"), octets),
        (world, told, domain) => {
          const { value, rounds, asked } = drive(
            (found) => evaluateSpf(told, domain, found),
            world,
          );
          expect(value.lookups).toBeLessThanOrEqual(12);
          expect(value.voids).toBeLessThanOrEqual(3);
          expect(rounds).toBeLessThanOrEqual(40);
          expect(asked.length).toBeLessThanOrEqual(3_000);
        },
      ),
      law(10_000),
    );
  });

  it("the budget ends with a count", () => {
    fc.assert(
      fc.property(liar, data, (world, value) => {
        const { value: budget, asked } = drive((found) => spfBudget(DOMAIN, value, found), world);
        expect(budget.lookups).toBeLessThanOrEqual(402);
        expect(asked.length).toBeLessThanOrEqual(6_000);
      }),
      law(10_000),
    );
  }, 20_000);

  it("a proof ends, and claims nothing that it did not see", () => {
    fc.assert(
      fc.property(liar, recordFrom(0), data, (world, before, after) => {
        const ours = ["include:d1.example"];
        const { value: proof } = drive(
          (answers) => proveEdit({ domain: DOMAIN, before, after, ours, answers }),
          world,
        );
        expect(proof.bounded === true && proof.holds).toBe(false);
        drive(
          (answers) => proveEffects({ domain: DOMAIN, before: [before], after: [after], answers }),
          world,
        );
      }),
      law(10_000),
    );
  }, 20_000);
});

describe("a record of 64 KiB", () => {
  it("of networks is evaluated in one pass", () => {
    const value = `v=spf1 ${"ip4:10.0.0.1 ".repeat(5_000)}-all`;
    const world: World = {
      answer: () => ({ status: "records", records: [{ data: value, ttl: 1 }] }),
    };
    const told = { ip: "192.0.2.1", mailFrom: "amy@d0.example", helo: "h0.example" };
    const { value: result } = drive((found) => evaluateSpf(told, "d0.example", found), world);
    expect(result.verdict).toBe("fail");
  });

  it("of includes asks no more than its bounds allow", () => {
    const many = Array.from({ length: 2_500 }, (_, at) => `include:x${at}.example`).join(" ");
    const world = worldFrom(`d0.example TXT v=spf1 ${many} -all`);
    const told = { ip: "192.0.2.1", mailFrom: "amy@d0.example", helo: "h0.example" };
    const { value, asked } = drive((found) => evaluateSpf(told, "d0.example", found), world);
    expect(value.verdict).toBe("permerror");
    expect(asked.length).toBeLessThanOrEqual(600);
  });
});
