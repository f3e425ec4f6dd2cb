import { describe, expect, it } from "vitest";
import { parseDmarc, weakened } from "../../../src/core/dmarc/record.ts";

function reasonOf(value: string): string | undefined {
  const parsed = parseDmarc(value);
  return parsed.kind === "broken" ? parsed.reason : undefined;
}

describe("a DMARC record", () => {
  it("gives its policy, with white space around = and ;", () => {
    expect(parseDmarc("v = DMARC1 ; p = quarantine; sp=Reject ;rua=mailto:d@example.com;")).toEqual(
      {
        kind: "dmarc",
        record: {
          tags: { v: "DMARC1", p: "quarantine", sp: "Reject", rua: "mailto:d@example.com" },
          policy: "quarantine",
          subdomainPolicy: "reject",
          psd: "u",
          testing: false,
        },
      },
    );
  });

  it("counts as p=none without a policy when reports are asked for", () => {
    expect(parseDmarc("v=DMARC1; rua=mailto:d@example.com")).toMatchObject({
      kind: "dmarc",
      record: { policy: "none" },
    });
    expect(parseDmarc("v=DMARC1; p=rejct; rua=mailto:d@example.com")).toMatchObject({
      record: { policy: "none" },
    });
  });

  it.each([
    ["v=DMARC1", "it has neither a policy (p=) nor a report address (rua=)"],
    ["v=DMARC1; p=rejct", '"p=rejct" is no policy'],
    [" v=DMARC1; p=none", "it starts with a space"],
    ["v=dmarc1; p=none", "DMARC1 must be written in capitals"],
    ["v=DMARC1 p=none", "there is no `;` behind v=DMARC1"],
    ['"v=DMARC1; p=none"', "it has quotation marks in it"],
    ["v=DMARC2; p=none", "it does not start with v=DMARC1"],
  ])("%s is ignored as a whole, and says why", (value, reason) => {
    expect(reasonOf(value)).toBe(reason);
  });

  it.each(["v=spf1 -all", "", "p=none; v=DMARC1", "google-site-verification=x"])(
    "%s has nothing to do with DMARC",
    (value) => {
      expect(parseDmarc(value)).toEqual({ kind: "other" });
    },
  );

  it("reads psd and t", () => {
    expect(parseDmarc("v=DMARC1; p=reject; psd=n; t=y")).toMatchObject({
      record: { psd: "n", testing: true },
    });
    expect([weakened("reject"), weakened("quarantine"), weakened("none")]).toEqual([
      "quarantine",
      "none",
      "none",
    ]);
  });
});
