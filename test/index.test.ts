import { describe, expect, it } from "vitest";
import {
  type Answers,
  discoverDmarc,
  ensureTerms,
  evaluateSpf,
  hosts,
  parseName,
  parseSpf,
  removeTerms,
  spfBudget,
} from "../src/index.ts";

const DOMAIN = "mycompany.example";
const records = (data: string) => ({ status: "records", records: [{ data, ttl: 300 }] }) as const;

describe("the library", () => {
  it("does what its first page shows", () => {
    const edit = ensureTerms("v=spf1 mx ~all", ["include:_spf.odoo.com"], "first");
    expect(edit.record).toBe("v=spf1 include:_spf.odoo.com mx ~all");
    expect(removeTerms(edit.record, edit)).toBe("v=spf1 mx ~all");
  });

  it("needs nothing but answers", () => {
    const domain = parseName(DOMAIN);
    if (domain === undefined) throw new Error(DOMAIN);
    const answers: Answers = {
      [`${DOMAIN} TXT`]: records("v=spf1 ip4:192.0.2.0/24 -all"),
      [`_dmarc.${DOMAIN} TXT`]: records("v=DMARC1; p=reject"),
    };
    const sender = { ip: "192.0.2.1", mailFrom: `a@${DOMAIN}`, helo: DOMAIN };
    expect(evaluateSpf(sender, domain, answers)).toMatchObject({ value: { verdict: "pass" } });
    expect(spfBudget(domain, "v=spf1 include:x.example -all", {})).toEqual({
      done: false,
      questions: [{ name: "x.example", type: "TXT" }],
    });
    expect(discoverDmarc(domain, answers)).toMatchObject({ value: { policy: "reject" } });
    expect(parseSpf("v=spf1 -all").kind).toBe("spf");
    expect(Object.keys(hosts)).toContain("zonefile");
  });
});
