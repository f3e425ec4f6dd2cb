import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { planOps } from "../../../src/core/plan/assemble.ts";
import { planDigest } from "../../../src/core/plan/digest.ts";
import { Plan } from "../../../src/core/plan/schema.ts";
import { type Situation, name, planFor, rulesIn } from "./planner.ts";

const GOOGLE = 'mycompany.example TXT "v=spf1 include:_spf.google.com ~all"';
const NAMES = [
  "mycompany.example",
  "odoo._domainkey.mycompany.example",
  "_domainkey.mycompany.example",
  "_dmarc.mycompany.example",
];

describe("a plan", () => {
  it("is the page's own example, with its digest over exactly its ops", () => {
    const { asked, answers: _, ...plan } = planFor({ zone: GOOGLE });
    expect(planOps(plan).map(({ kind, after }) => [kind, after])).toEqual([
      ["replace-value", "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all"],
      ["create-rrset", "odoo._domainkey.odoo.com"],
    ]);
    expect(plan.digest).toBe(planDigest("mycompany.example", planOps(plan)));
    expect(asked.length).toBeGreaterThan(0);
    expect(v.parse(Plan, JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it("has the same digest from public DNS and from the host", () => {
    const fromDns: Situation = { zone: GOOGLE, source: "dns", coverage: NAMES };
    const seenWithAnotherTtl = GOOGLE.replace("TXT", "17 TXT");
    expect(planFor(fromDns).digest).toBe(planFor({ zone: GOOGLE }).digest);
    expect(planFor({ ...fromDns, zone: seenWithAnotherTtl }).digest).toBe(
      planFor({ zone: GOOGLE }).digest,
    );
  });

  it("carries what the host says of guard, exposure and TTL", () => {
    const exposure = ["between reading and writing another change may be overwritten"];
    const plan = planFor({
      zone: "",
      host: { guard: "reread", exposure, ttl: { min: 60, max: 600, byDefault: "default" } },
    });
    expect(plan.parts.spf).toMatchObject({ guard: "reread", exposure });
    expect(planOps(plan).map(({ ttl }) => ttl)).toEqual(["default", "default"]);
  });

  it("refuses one part and lets the others through", () => {
    const plan = planFor({ zone: 'mycompany.example TXT "v=spf1; mx ~all"' });
    expect(plan.parts).toMatchObject({
      spf: { status: "refused" },
      dkim: { status: "changes" },
      dmarc: { status: "unchanged" },
    });
  });

  it("asks nothing of DNS for a finished domain with a policy", () => {
    const zone = `
      mycompany.example TXT "v=spf1 include:_spf.odoo.com include:slow.example ~all"
      odoo._domainkey.mycompany.example CNAME odoo._domainkey.odoo.com
      _dmarc.mycompany.example TXT "v=DMARC1; p=reject"
    `;
    const plan = planFor({ zone });
    expect(plan.asked).toEqual([]);
    expect(Object.values(plan.parts).map(({ status }) => status)).toEqual([
      "unchanged",
      "unchanged",
      "unchanged",
    ]);
  });

  it("reports an accepted rule that nothing needs, unless a part is unknown", () => {
    const accept = { config: { accept: ["spf/parked"] } };
    expect(planFor({ zone: GOOGLE, ...accept }).findings).toMatchObject([
      { rule: "plan/accept-not-needed", severity: "note" },
    ]);
    expect(planFor({ zone: GOOGLE, coverage: ["mycompany.example"], ...accept }).findings).toEqual(
      [],
    );
  });

  it("warns where Odoo's own servers do not send", () => {
    const plan = planFor({ zone: GOOGLE, config: { odoo: { hosting: "onpremise" } } });
    expect(plan.findings).toMatchObject([{ rule: "spf/on-premise" }]);
  });

  it("writes SPF only inside its own zone, and not at all where it is switched off", () => {
    const outside = planFor({ zone: "", spf: { domain: name("elsewhere.example") } });
    expect(outside.parts.spf.status).toBe("unchanged");
    expect(rulesIn(outside.parts.spf)).toEqual(["spf/outside-zone"]);
  });

  it("refuses to write SPF below a delegation", () => {
    const plan = planFor({
      zone: "mail.mycompany.example NS ns1.vendor.example",
      spf: { domain: name("bounce.mail.mycompany.example") },
    });
    expect(plan.parts.spf.status).toBe("refused");
    expect(rulesIn(plan.parts.spf)).toEqual(["dns/delegated"]);
  });

  it("puts our term before all where the owner wants that, and proves it there too", () => {
    const plan = planFor({ zone: GOOGLE, spf: { placement: "before-all" } });
    expect(planOps(plan)[0]?.after).toBe(
      "v=spf1 include:_spf.google.com include:_spf.odoo.com ~all",
    );
    expect(plan.parts.spf.spf?.proof?.holds).toBe(true);
  });

  it("takes further terms of the stack file along", () => {
    const terms = ["include:_spf.odoo.com", "ip4:198.51.100.7"];
    const plan = planFor({ zone: GOOGLE, spf: { terms } });
    expect(planOps(plan)[0]?.after).toBe(
      "v=spf1 include:_spf.odoo.com ip4:198.51.100.7 include:_spf.google.com ~all",
    );
  });
});
