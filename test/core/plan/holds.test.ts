import { describe, expect, it } from "vitest";
import type { Hold } from "../../../src/core/dns/rrset.ts";
import { DKIM_TARGET } from "../../../src/core/odoo.ts";
import { type Planned, type Situation, name, planFor } from "./planner.ts";

const DOMAIN = name("mycompany.example");
const DKIM = name("odoo._domainkey.mycompany.example");
const SPF = `mycompany.example TXT "v=spf1 include:_spf.google.com ~all"`;
const LOCK = { reason: "a resource lock forbids every change", help: "Take the lock off." };

function planHeld(hold: Pick<Hold, "name" | "against"> & Partial<Hold>, zone = SPF): Planned {
  const situation: Situation = { zone, holds: [{ ...LOCK, ...hold }] };
  return planFor(situation);
}

describe("a record that the host holds", () => {
  it("is not written, and says why and what to do; the other records still are", () => {
    const { parts } = planHeld({ name: DOMAIN, against: "writing" });
    expect(parts.spf).toMatchObject({
      status: "refused",
      because: [{ rule: "host/held", help: "Take the lock off." }],
    });
    expect(parts.dkim.status).toBe("changes");
  });

  it("by one value concerns only a change of that value", () => {
    const value = "v=spf1 include:_spf.google.com ~all";
    expect(planHeld({ name: DOMAIN, against: "writing", value }).parts.spf.status).toBe("refused");
    expect(planHeld({ name: DOMAIN, against: "writing", value: "other" }).parts.spf.status).toBe(
      "changes",
    );
  });

  it("by one type leaves the other types at its name alone", () => {
    const held = planHeld({ name: DOMAIN, against: "writing", type: "CNAME" });
    expect(held.parts.spf.status).toBe("changes");
  });

  it("but needs no change is only told where receivers don't get it", () => {
    const zone = `${SPF}\n${DKIM} CNAME ${DKIM_TARGET}`;
    const locked = planHeld({ name: DKIM, against: "writing" }, zone).parts.dkim;
    expect(locked).toMatchObject({ status: "unchanged", findings: [] });
    const hidden = planHeld({ name: DKIM, against: "serving" }, zone).parts.dkim;
    expect(hidden).toMatchObject({
      status: "unchanged",
      findings: [{ rule: "host/not-served", severity: "warning" }],
    });
  });
});
