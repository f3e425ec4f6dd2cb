import { describe, expect, it } from "vitest";
import type { Part } from "../../../src/core/plan/schema.ts";
import { type Situation, name, planFor, rulesIn } from "./planner.ts";

const CNAME = "odoo._domainkey.mycompany.example CNAME odoo._domainkey.odoo.com";
const VENDOR = "odoo._domainkey.mycompany.example CNAME key.vendor.example";

function dmarc(zone: string, more: Omit<Situation, "zone"> = {}): Part {
  return planFor({ zone, ...more }).parts.dmarc;
}

describe("DMARC in a plan: read and judged, never written", () => {
  it("none anywhere is a warning", () => {
    const part = dmarc(CNAME);
    expect(part).toMatchObject({ status: "unchanged", name: "_dmarc.mycompany.example", live: [] });
    expect(part.findings).toMatchObject([{ rule: "dmarc/none", severity: "warning" }]);
  });

  it("is found at the domain itself, from the zone alone", () => {
    const planned = planFor({
      zone: `${CNAME}\n_dmarc.mycompany.example TXT "v=DMARC1; p=none; rua=mailto:d@mycompany.example"`,
    });
    expect(planned.parts.dmarc.live).toEqual(["v=DMARC1; p=none; rua=mailto:d@mycompany.example"]);
    expect(rulesIn(planned.parts.dmarc)).toEqual(["dmarc/policy-none"]);
    expect(planned.asked).toEqual([
      "_spf.odoo.com TXT",
      "_spf.mailsaas10.odoo.com TXT",
      "_spf.mo1.odoo.com TXT",
    ]);
  });

  it("is found above the domain", () => {
    const domain = name("shop.mycompany.example");
    const part = planFor({
      zone: "shop.mycompany.example A 192.0.2.1",
      config: { domain },
      world: '_dmarc.mycompany.example TXT "v=DMARC1; p=reject; sp=none"',
    }).parts.dmarc;
    expect(part).toMatchObject({ name: "_dmarc.mycompany.example" });
    expect(rulesIn(part)).toEqual(["dmarc/policy-none"]);
  });

  it.each(["quarantine", "reject"])("p=%s without a DKIM record is an error", (policy) => {
    const zone = `${VENDOR}\n_dmarc.mycompany.example TXT "v=DMARC1; p=${policy}"`;
    const part = dmarc(zone);
    expect(part.status).toBe("unchanged");
    expect(part.findings).toMatchObject([
      { rule: "dmarc/enforcement-without-dkim", severity: "error" },
    ]);
  });

  it("enforcement is no matter where the record is there, or about to be", () => {
    const policy = '_dmarc.mycompany.example TXT "v=DMARC1; p=reject"';
    expect(rulesIn(dmarc(`${CNAME}\n${policy}`))).toEqual([]);
    expect(rulesIn(dmarc(policy))).toEqual([]);
    expect(rulesIn(dmarc(policy, { config: { retire: true } }))).toEqual([]);
  });

  it("two records and broken ones are errors, other values a warning", () => {
    const at = (value: string) => `_dmarc.mycompany.example TXT ${JSON.stringify(value)}`;
    const two = [CNAME, at("v=DMARC1; p=none"), at("v=DMARC1; p=reject")].join("\n");
    expect(rulesIn(dmarc(two))).toEqual(["dmarc/two-records"]);
    expect(rulesIn(dmarc(`${CNAME}\n${at("v=dmarc1; p=none")}`))).toEqual(["dmarc/invalid"]);
    const other = dmarc(`${CNAME}\n${at("v=DMARC1; p=reject")}\n${at("v=spf1 -all")}`);
    expect(rulesIn(other)).toEqual(["dmarc/other-values"]);
    expect(other.others).toBe(1);
  });

  it("a wildcard's values are what receivers see there", () => {
    const part = dmarc(`${CNAME}\n*.mycompany.example TXT "v=DMARC1; p=reject"`);
    expect(part.live).toEqual(["v=DMARC1; p=reject"]);
  });

  it("says nothing of enforcement while the DKIM name could not be read", () => {
    const coverage = ["mycompany.example", "_dmarc.mycompany.example"];
    const zone = '_dmarc.mycompany.example TXT "v=DMARC1; p=reject"';
    expect(rulesIn(dmarc(zone, { coverage }))).toEqual([]);
  });

  it("a CNAME at _dmarc is followed to its own name", () => {
    const zone = `${CNAME}\n_dmarc.mycompany.example CNAME policy.vendor.example`;
    const world = 'policy.vendor.example TXT "v=DMARC1; p=quarantine"';
    expect(dmarc(zone, { world }).live).toEqual(["v=DMARC1; p=quarantine"]);
  });

  it("a name that does not answer leaves the policy open, and nothing else", () => {
    const part = dmarc(CNAME, { world: "_dmarc.example TXT SERVFAIL" });
    expect(part.status).toBe("unchanged");
    expect(rulesIn(part)).toEqual(["dmarc/unreadable"]);
    const names = ["mycompany.example", "odoo._domainkey.mycompany.example"];
    expect(dmarc(CNAME, { coverage: names }).status).toBe("unknown");
  });

  it("is left out where the stack file says so", () => {
    const planned = planFor({ zone: CNAME, config: { dmarc: "off" } });
    expect(planned.parts.dmarc).toMatchObject({ status: "unchanged", findings: [] });
    expect(planned.asked.some((question) => question.startsWith("_dmarc"))).toBe(false);
  });
});
