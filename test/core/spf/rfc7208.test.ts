import { describe, expect, it } from "vitest";
import { evaluateSpf } from "../../../src/core/spf/evaluate.ts";
import { type Section, sections } from "./rfc7208-cases.ts";
import { settle, worldFrom } from "./world.ts";

/** Every rule of RFC 7208 sections 2.4 to 8 and its appendix A, as zone text and verdicts. */
describe("check_host() of RFC 7208", () => {
  for (const { section, zone, cases } of sections) {
    describe(section, () => {
      const world = worldFrom(zone);
      for (const one of cases) {
        it(`${one.so}: ${one.from ?? ""}${one.on ?? ""} -> ${one.is}`, () => {
          const result = settle(
            (answers) => evaluateSpf(senderOf(one), domainOf(one), answers),
            world,
          );
          const { reason } = result;
          expect({ verdict: result.verdict, reason }).toMatchObject({ verdict: one.is });
          if (one.explains !== undefined) expect(result.explanation ?? null).toBe(one.explains);
          if (one.matched !== undefined) expect(result.matched).toBe(one.matched);
          if (one.lookups !== undefined) expect(result.lookups).toBe(one.lookups);
          if (one.voids !== undefined) expect(result.voids).toBe(one.voids);
          if (one.because !== undefined) expect(reason).toContain(one.because);
        });
      }
    });
  }

  it("is covered by more than 150 cases", () => {
    expect(sections.flatMap(({ cases }) => cases).length).toBeGreaterThan(150);
  });
});

type Case = Section["cases"][number];

function senderOf(one: Case): Parameters<typeof evaluateSpf>[0] {
  return {
    ip: one.ip ?? "192.0.2.1",
    mailFrom: one.from ?? "",
    helo: one.helo ?? "client.example.org",
    receiver: "mx.receiver.example",
    time: 1_796_083_200,
  };
}

function domainOf(one: Case): string {
  if (one.on !== undefined) return one.on;
  const from = one.from ?? "";
  return from.slice(from.lastIndexOf("@") + 1) || (one.helo ?? "client.example.org");
}
