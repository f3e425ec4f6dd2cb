import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { CheckReport, checkDomain } from "../../src/core/check.ts";
import type { NameServerFacts } from "../../src/core/plan/delegation.ts";
import { type Situation, inputFor, name } from "./plan/planner.ts";
import { drive } from "./spf/world.ts";

const SPF = 'mycompany.example TXT "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all"';
const DKIM = "odoo._domainkey.mycompany.example CNAME odoo._domainkey.odoo.com";
const DMARC =
  '_dmarc.mycompany.example TXT "v=DMARC1; p=quarantine; rua=mailto:d@mycompany.example"';
const READY = [SPF, DKIM, DMARC].join("\n");

function check(zone: string, more: Omit<Situation, "zone"> = {}): CheckReport {
  const { input, world } = inputFor({ zone, ...more });
  const report = drive((answers) => checkDomain({ ...input, answers }), world).value;
  expect(v.parse(CheckReport, JSON.parse(JSON.stringify(report)))).toEqual(report);
  return report;
}

function reasons(zone: string, more: Omit<Situation, "zone"> = {}): readonly string[] {
  const report = check(zone, more);
  expect(report.ready).toBe(report.reasons.length === 0);
  return report.reasons.map(({ rule }) => rule);
}

describe("the verdict of check", () => {
  it("is ready when key, include, limits and policy are right", () => {
    expect(check(READY)).toMatchObject({
      formatVersion: 1,
      domain: "mycompany.example",
      ready: true,
      reasons: [],
      findings: [{ rule: "spf/lookups-left", message: expect.stringContaining("6 of 10") }],
      spf: {
        name: "mycompany.example",
        budget: { lookups: 4, exact: true, voids: { ip4: 0, ip6: 0 } },
        octets: 57,
        strings: 1,
      },
      dkim: { target: "odoo._domainkey.odoo.com", state: "right", key: { type: "rsa" } },
      dmarc: { name: "_dmarc.mycompany.example", policy: "quarantine" },
    });
  });

  it("shows the tree of lookups", () => {
    expect(check(READY).spf.budget?.terms).toMatchObject([
      {
        term: "include:_spf.odoo.com",
        cost: 3,
        children: [
          { term: "include:_spf.mailsaas10.odoo.com" },
          { term: "include:_spf.mo1.odoo.com" },
        ],
      },
      { term: "include:_spf.google.com", running: 4 },
    ]);
  });

  it("is not ready before anything was written, and says each reason once", () => {
    expect(reasons("")).toEqual(["spf/missing", "dkim/missing"]);
    expect(reasons('mycompany.example TXT "v=spf1 mx ~all"')).toEqual([
      "spf/missing",
      "dkim/missing",
    ]);
    expect(check("").dkim.state).toBe("missing");
    const joinable =
      'mycompany.example TXT "v=spf1 -all mx"\nmycompany.example TXT "v=spf1 mx -all"';
    expect(reasons(`${joinable}\n${DKIM}`)).toEqual(["spf/missing"]);
  });

  it("is not ready without a DKIM record, even if SPF is right", () => {
    expect(reasons(SPF)).toEqual(["dkim/missing"]);
    expect(reasons(`${SPF}\n${DMARC}`)).toEqual(["dkim/missing", "dmarc/enforcement-without-dkim"]);
  });

  it.each([
    ["dkim/misspelt", "odoo.com"],
    ["dkim/other-target", "key.vendor.example"],
  ])("is not ready with a wrong target (%s)", (rule, target) => {
    const zone = `${SPF}\nodoo._domainkey.mycompany.example CNAME ${target}`;
    expect(reasons(zone)).toEqual([rule]);
    expect(check(zone).dkim.state).toBe("wrong");
    expect(reasons(zone, { config: { accept: ["dkim/other-target"] } })).toEqual([rule]);
  });

  it.each([
    ["dkim/key-unusable", 'odoo._domainkey.odoo.com TXT "v=DKIM1; p="'],
    ["dkim/key-unreachable", "odoo._domainkey.odoo.com TXT TIMEOUT"],
  ])("is not ready when no key answers (%s)", (rule, world) => {
    expect(reasons(READY, { world })).toEqual([rule]);
  });

  it("is not ready above 10 lookups, whoever costs them", () => {
    const record = SPF.replace(
      "include:_spf.google.com",
      "include:mailgun.org include:six.lookups.example",
    );
    expect(reasons(`${record}\n${DKIM}`)).toEqual(["spf/lookups"]);
  });

  it("is not ready when the include has no effect where it stands", () => {
    const record = 'mycompany.example TXT "v=spf1 -ip4:51.15.0.0/16 include:_spf.odoo.com ~all"';
    const report = check(`${record}\n${DKIM}`);
    expect(report.reasons).toMatchObject([
      { rule: "spf/not-effective", message: expect.stringContaining("51.15.253.0: fail") },
    ]);
  });

  it("is not ready when Odoo's own record is broken", () => {
    const world = '_spf.mo1.odoo.com TXT "v=spf1 ipv4:192.0.2.1 -all"';
    expect(reasons(READY, { world })).toEqual(["spf/target"]);
  });

  it("is ready although another sender's include is dead behind ours, with a warning", () => {
    const record = SPF.replace("_spf.google.com", "gone.example");
    const report = check(`${record}\n${DKIM}`);
    expect(report.ready).toBe(true);
    expect(report.findings.map(({ rule, severity }) => `${rule} ${severity}`)).toContain(
      "spf/dead-include warning",
    );
  });

  it("passes on what refuses the plan", () => {
    const two = 'mycompany.example TXT "v=spf1 mx ~all"\nmycompany.example TXT "v=spf1 a -all"';
    expect(reasons(`${two}\n${DKIM}`)).toEqual(["spf/two-records"]);
    expect(reasons(`mycompany.example TXT "v=spf1; mx ~all"\n${DKIM}`)).toEqual(["spf/near-miss"]);
  });

  it("is not ready where the zone could not be read", () => {
    const coverage = ["odoo._domainkey.mycompany.example", "_dmarc.mycompany.example"];
    expect(reasons(DKIM, { coverage })).toEqual(["dns/not-read"]);
    expect(check("", { coverage: ["mycompany.example"] }).dkim.state).toBe("unknown");
  });

  it("reads a bounce domain of another zone from DNS, and only checks it", () => {
    const spf = { domain: name("bounce.elsewhere.example") };
    const world = 'bounce.elsewhere.example TXT "v=spf1 include:_spf.odoo.com -all"';
    expect(reasons(`${DKIM}\n${DMARC}`, { spf, world })).toEqual([]);
    const without = 'bounce.elsewhere.example TXT "v=spf1 mx -all"';
    expect(reasons(`${DKIM}\n${DMARC}`, { spf, world: without })).toEqual(["spf/missing"]);
  });

  it("leaves DKIM out where its owner switched it off", () => {
    const report = check(SPF, { config: { dkim: false } });
    expect(report).toMatchObject({ ready: true, dkim: { state: "off" } });
  });

  it("never asks a resolver for the domain's own DKIM and DMARC names", () => {
    const { input, world } = inputFor({ zone: "" });
    const { asked } = drive((answers) => checkDomain({ ...input, answers }), world);
    expect(
      asked.filter((question) => /^(odoo\._domainkey|_dmarc)\.mycompany/.test(question)),
    ).toEqual([]);
  });
});

describe("the name servers of the zone", () => {
  const servers = {
    zone: name("mycompany.example"),
    parent: [name("ns1.host.example"), name("ns2.host.example")],
    child: [name("ns1.host.example"), name("ns2.host.example")],
    lame: [],
    overridden: false,
  };
  const found = (more: Partial<NameServerFacts>): readonly string[] => {
    const { input, world } = inputFor({ zone: READY });
    const nameServers = { ...servers, ...more };
    const report = drive((answers) => checkDomain({ ...input, answers, nameServers }), world).value;
    expect(report.ready).toBe(true);
    return report.findings.map(({ message }) => message).filter((text) => text.includes("server"));
  };

  it("are not mentioned where parent and zone agree", () => {
    expect(found({ child: servers.parent.toReversed() })).toEqual([]);
  });

  it("that only one side lists are named, and which side", () => {
    expect(found({ child: [name("ns1.host.example"), name("ns9.host.example")] })).toEqual([
      "The name servers of mycompany.example are not the same at the registry and in the zone: only the registry has ns2.host.example; only the zone has ns9.host.example",
    ]);
  });

  it("that do not answer for the zone are named with the reason", () => {
    const lame = [{ name: name("ns2.host.example"), reason: "it refuses questions for the zone" }];
    expect(found({ lame })[0]).toContain("ns2.host.example is listed");
  });

  it("are not judged where the owner said whom to ask", () => {
    expect(found({ child: [], overridden: true })).toEqual([]);
  });
});
