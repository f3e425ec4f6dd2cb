import { describe, expect, it } from "vitest";
import type { Op, Part } from "../../../src/core/plan/schema.ts";
import { type Situation, name, planFor, rulesIn } from "./planner.ts";

const NAME = "odoo._domainkey.mycompany.example";
const TARGET = "odoo._domainkey.odoo.com";

function dkim(zone: string, more: Omit<Situation, "zone"> = {}): Part {
  return planFor({ zone, ...more }).parts.dkim;
}

function ops(part: Part): readonly Op[] {
  return part.status === "changes" ? part.ops : [];
}

function refusals(part: Part): readonly string[] {
  expect(part.status).toBe("refused");
  return "because" in part ? part.because.map(({ rule }) => rule) : [];
}

describe("the DKIM CNAME, row by row", () => {
  it("K1: nothing there: it is created with the host's TTL", () => {
    const part = dkim("");
    expect(part.status).toBe("changes");
    expect(ops(part)).toEqual([
      { kind: "create-rrset", name: NAME, type: "CNAME", before: null, after: TARGET, ttl: 3600 },
    ]);
  });

  it("K2: the right target in any spelling is left alone, and nobody is asked", () => {
    const planned = planFor({ zone: `${NAME} CNAME Odoo._DomainKey.ODOO.com.` });
    expect(planned.parts.dkim).toMatchObject({ status: "unchanged", live: [TARGET], findings: [] });
    expect(planned.asked).not.toContain(`${TARGET} TXT`);
  });

  it.each([
    ["a forgotten dot", `${TARGET}.mycompany.example`],
    ["half a name", "odoo.com"],
    ["a loop", NAME],
  ])("K3: %s is corrected as a shown change that keeps the TTL", (_, target) => {
    const part = dkim(`${NAME} 900 CNAME ${target}`);
    expect(ops(part)).toEqual([
      { kind: "replace-value", name: NAME, type: "CNAME", before: target, after: TARGET, ttl: 900 },
    ]);
    expect(part.findings).toMatchObject([{ rule: "dkim/misspelt", severity: "warning" }]);
  });

  it("K3: another target is refused until its owner accepts it", () => {
    const zone = `${NAME} CNAME key.vendor.example`;
    const part = dkim(zone);
    expect(refusals(part)).toEqual(["dkim/other-target"]);
    expect("because" in part && part.because[0]?.help).toContain(
      "odoo-mail-dns:accept: [dkim/other-target]",
    );
    const accepted = dkim(zone, { config: { accept: ["dkim/other-target"] } });
    expect(ops(accepted)).toMatchObject([{ before: "key.vendor.example", after: TARGET }]);
  });

  it("K4: other records at the name are refused and shown", () => {
    const part = dkim(`${NAME} TXT "v=DKIM1; p=AAAA"`);
    expect(refusals(part)).toEqual(["dkim/other-records"]);
    expect("because" in part && part.because[0]?.evidence).toEqual(["TXT v=DKIM1; p=AAAA"]);
  });

  it("K5: two CNAMEs are refused", () => {
    expect(refusals(dkim(`${NAME} CNAME ${TARGET}\n${NAME} CNAME other.example`))).toEqual([
      "dkim/two-cnames",
    ]);
  });

  it("K6: addresses where public DNS should show a CNAME look like a proxy", () => {
    expect(refusals(dkim(`${NAME} A 104.16.0.1`, { source: "dns" }))).toEqual(["dkim/proxied"]);
    expect(refusals(dkim(`${NAME} A 104.16.0.1`))).toEqual(["dkim/other-records"]);
  });

  it("K7: a host that answers with Odoo's key itself works, with a warning", () => {
    const copy = `${NAME} TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEF"`;
    const part = dkim(copy, { source: "dns" });
    expect(part.status).toBe("unchanged");
    expect(rulesIn(part)).toEqual(["dkim/flattened"]);
    const other = dkim(`${NAME} TXT "v=DKIM1; p=BBBB"`, { source: "dns" });
    expect(refusals(other)).toEqual(["dkim/other-records"]);
  });

  it("K8: a record with the domain twice in its name is pointed out", () => {
    expect(rulesIn(dkim(`${NAME}.mycompany.example CNAME ${TARGET}`))).toEqual([
      "dkim/doubled-name",
    ]);
  });

  it("K9: a delegated or redirected _domainkey is refused, naming where the record belongs", () => {
    const delegated = dkim("_domainkey.mycompany.example NS ns1.vendor.example");
    expect(refusals(delegated)).toEqual(["dns/delegated"]);
    expect("because" in delegated && delegated.because[0]?.message).toContain("ns1.vendor.example");
    expect(refusals(dkim("_domainkey.mycompany.example DNAME keys.vendor.example"))).toEqual([
      "dns/dname",
    ]);
  });

  it("K9: what public DNS shows below a delegation is in place, a host's own copy is not", () => {
    const zone = `_domainkey.mycompany.example NS ns1.vendor.example\n${NAME} CNAME ${TARGET}`;
    expect(dkim(zone, { source: "dns" }).status).toBe("unchanged");
    expect(refusals(dkim(zone))).toEqual(["dns/delegated"]);
  });

  it("K11: a wildcard CNAME does not stand at the name, and stops speaking for it", () => {
    const part = dkim("*._domainkey.mycompany.example CNAME key.vendor.example");
    expect(ops(part)).toMatchObject([{ kind: "create-rrset" }]);
    expect(rulesIn(part)).toEqual(["dkim/hides-wildcard"]);
  });

  it.each([
    ["dkim/key-unusable", `${TARGET} EXISTS\n${TARGET} TXT "v=DKIM1; p="`],
    ["dkim/key-unreachable", `${TARGET} TXT TIMEOUT`],
  ])("K12 to K15: a dead key at Odoo comes with the change as a warning (%s)", (rule, world) => {
    const part = dkim("", { world });
    expect(part.status).toBe("changes");
    expect(part.findings).toMatchObject([{ rule, severity: "warning" }]);
  });

  it("is unknown, never created, where the name was not read", () => {
    expect(dkim("", { coverage: ["mycompany.example"] }).status).toBe("unknown");
  });

  it("is left out where the stack file says so, and refused where the name is too long", () => {
    expect(dkim("", { config: { dkim: false } })).toMatchObject({ status: "unchanged", live: [] });
    const domain = name(`${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(58)}`);
    const long = planFor({ zone: "", apex: domain, config: { domain, dmarc: "off" } });
    expect(refusals(long.parts.dkim)).toEqual(["dkim/name-too-long"]);
  });
});
