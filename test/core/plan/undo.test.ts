import { describe, expect, it } from "vitest";
import { planOps } from "../../../src/core/plan/assemble.ts";
import type { Op, Plan, Receipt } from "../../../src/core/plan/schema.ts";
import {
  type Situation,
  applyOps,
  name,
  planFor,
  receiptFor,
  rrsetsFrom,
  rulesIn,
  undoFor,
  zoneText,
} from "./planner.ts";

const CNAME = "odoo._domainkey.mycompany.example";

/** Applies the plan for a zone; what others did afterwards is `now`. */
function undo(before: string, now: string, more: Omit<Situation, "zone"> = {}) {
  const receipt = written(before, more);
  const plan = undoFor({ zone: now, ...more }, receipt);
  return { plan, after: zoneText(applyOps(rrsetsFrom(now), planOps(plan))) };
}

function written(before: string, more: Omit<Situation, "zone"> = {}): Receipt {
  const plan: Plan = planFor({ zone: before, ...more });
  return receiptFor(plan, planOps(plan), rrsetsFrom(before));
}

function txt(...values: readonly string[]): string {
  return values.map((value) => `mycompany.example TXT ${JSON.stringify(value)}`).join("\n");
}

const dkim = `${CNAME} 3600 CNAME odoo._domainkey.odoo.com`;

describe("undo", () => {
  it("gives back the very same bytes where nobody else has changed anything", () => {
    const before = txt("v=spf1  mx ~all ", "MS=1");
    const now = `${txt("v=spf1 include:_spf.odoo.com  mx ~all ", "MS=1")}\n${dkim}`;
    expect(undo(before, now).after).toBe(zoneText(rrsetsFrom(before)));
  });

  it("takes only our term out of a record that others have changed, and says so", () => {
    const now = txt("v=spf1 include:_spf.odoo.com mx include:_spf.google.com -all");
    const { plan, after } = undo(txt("v=spf1 mx ~all"), `${now}\n${dkim}`);
    expect(after).toBe(zoneText(rrsetsFrom(txt("v=spf1 mx include:_spf.google.com -all"))));
    expect(rulesIn(plan.parts.spf)).toEqual(["plan/changed-since"]);
  });

  it("keeps a record that we created once others have put terms in it", () => {
    const now = txt("v=spf1 include:_spf.odoo.com include:_spf.google.com ~all");
    const { after } = undo("", `${now}\n${dkim}`);
    expect(after).toBe(zoneText(rrsetsFrom(txt("v=spf1 include:_spf.google.com ~all"))));
    expect(undo("", `${txt("v=spf1 include:_spf.odoo.com ~all")}\n${dkim}`).after).toBe("");
  });

  it("writes nothing where ours is gone already", () => {
    const gone = undo(txt("v=spf1 mx ~all"), txt("v=spf1 mx ~all"));
    expect(planOps(gone.plan)).toEqual([]);
    expect(rulesIn(gone.plan.parts.spf)).toEqual([]);
    const replaced = undo(
      txt("v=spf1 mx ~all"),
      `${txt("v=spf1 a -all")}\n${CNAME} CNAME x.example`,
    );
    expect(planOps(replaced.plan)).toEqual([]);
    expect(rulesIn(replaced.plan.parts.spf)).toEqual(["plan/nothing-of-ours"]);
    expect(rulesIn(replaced.plan.parts.dkim)).toEqual(["plan/nothing-of-ours"]);
  });

  it("puts another DKIM target back only over what we wrote", () => {
    const before = `${CNAME} 600 CNAME key.vendor.example`;
    const accept = { config: { accept: ["dkim/other-target"] } };
    const ours = `${CNAME} 600 CNAME odoo._domainkey.odoo.com`;
    const { plan } = undo(before, ours, accept);
    expect(planOps(plan)).toMatchObject([{ after: "key.vendor.example" }]);
    const { plan: changed } = undo(before, `${CNAME} 600 CNAME new.vendor.example`, accept);
    expect(planOps(changed)).toEqual([]);
  });

  it("brings joined records back, or, where the joined one was changed, only takes ours out", () => {
    const before = txt("v=spf1 mx ~all", "v=spf1 ip4:192.0.2.1 ~all");
    const joined = written(before).steps[0]?.op.after ?? "";
    expect(undo(before, `${txt(joined)}\n${dkim}`).after).toBe(zoneText(rrsetsFrom(before)));
    const { plan, after } = undo(before, `${txt(`${joined} `)}\n${dkim}`);
    expect(after).not.toContain("_spf.odoo.com");
    expect(after.split("\n")).toHaveLength(1);
    expect(rulesIn(plan.parts.spf)).toEqual(["plan/changed-since"]);
  });

  it("never makes two records out of one that somebody has put right", () => {
    const values = ["v=spf1 mx ~all", "v=spf1 ip4:192.0.2.1 ~all"] as const;
    const keeper = written(txt(...values)).steps[0]?.op.before ?? "";
    const { after } = undo(txt(...values), `${txt(keeper)}\n${dkim}`);
    expect(after).toBe(zoneText(rrsetsFrom(txt(keeper))));
  });

  it("leaves out what a receipt says has failed, and looks at what may have been written", () => {
    const receipt = written(txt("v=spf1 mx ~all"));
    const steps = receipt.steps.map((step, index) => ({
      ...step,
      outcome: index === 0 ? ("unknown" as const) : ("failed" as const),
    }));
    const now = `${txt("v=spf1 include:_spf.odoo.com mx ~all")}\n${dkim}`;
    const ops = planOps(undoFor({ zone: now }, { ...receipt, steps }));
    expect(ops).toMatchObject([{ type: "TXT", after: "v=spf1 mx ~all" }]);
    expect(planOps(undoFor({ zone: txt("v=spf1 mx ~all") }, { ...receipt, steps }))).toEqual([]);
  });

  it("undoes an undo", () => {
    const before = txt("v=spf1 mx ~all");
    const now = `${txt("v=spf1 include:_spf.odoo.com mx ~all")}\n${dkim}`;
    const first = undo(before, now).plan;
    const receipt = receiptFor(first, planOps(first), rrsetsFrom(now));
    const again: readonly Op[] = planOps(undoFor({ zone: before }, receipt));
    expect(zoneText(applyOps(rrsetsFrom(before), again))).toBe(zoneText(rrsetsFrom(now)));
  });

  it("does not put a CNAME back beside records that have come to stand there", () => {
    const first = undo("", `${txt("v=spf1 include:_spf.odoo.com ~all")}\n${dkim}`).plan;
    const receipt = receiptFor(first, planOps(first), []);
    const { dkim: part } = undoFor({ zone: `${CNAME} TXT "v=DKIM1; p=AAAA"` }, receipt).parts;
    expect(part.status).toBe("refused");
    expect(rulesIn(part)).toEqual(["dkim/other-records"]);
  });

  it("is unknown where the name could not be read", () => {
    const receipt = written("");
    const plan = undoFor({ zone: "", coverage: ["elsewhere.example"] }, receipt);
    expect([plan.parts.spf.status, plan.parts.dkim.status]).toEqual(["unknown", "unknown"]);
  });
});

describe("retire: true", () => {
  const retire = { config: { retire: true } };

  it("takes our term and our CNAME out, and nothing else", () => {
    const plan = planFor({
      zone: `${txt("v=spf1 include:_spf.odoo.com mx ~all", "MS=1")}\n${dkim}`,
      ...retire,
    });
    expect(planOps(plan)).toMatchObject([
      { kind: "replace-value", after: "v=spf1 mx ~all" },
      { kind: "remove-value", before: "odoo._domainkey.odoo.com" },
    ]);
    expect(plan.parts.spf.spf?.proof?.claim).toBe("effects");
  });

  it("keeps a record that it does not know to be ours, with a note", () => {
    const zone = txt("v=spf1 include:_spf.odoo.com ~all");
    const kept = planFor({ zone, ...retire });
    expect(planOps(kept)).toMatchObject([{ kind: "replace-value", after: "v=spf1 ~all" }]);
    expect(kept.parts.spf.findings).toMatchObject([{ rule: "spf/left-empty", severity: "note" }]);
    const known = planFor({ zone, ...retire, history: written("") });
    expect(planOps(known)).toMatchObject([{ kind: "remove-value" }]);
  });

  it("has nothing to do below a delegation, where nothing of ours can be", () => {
    const zone = "mail.mycompany.example NS ns1.vendor.example";
    const spf = { domain: name("mail.mycompany.example") };
    expect(planFor({ zone, ...retire, spf }).parts.spf.status).toBe("unchanged");
    expect(planFor({ zone, spf }).parts.spf.status).toBe("refused");
  });

  it("puts the former DKIM target back where a receipt knows it", () => {
    const before = `${CNAME} 600 CNAME key.vendor.example`;
    const history = written(before, { config: { accept: ["dkim/other-target"] } });
    const plan = planFor({
      zone: `${CNAME} 600 CNAME odoo._domainkey.odoo.com`,
      ...retire,
      history,
    });
    expect(plan.parts.dkim).toMatchObject({ ops: [{ after: "key.vendor.example" }] });
  });

  it("leaves a CNAME alone that is not Odoo's, and has nothing to do afterwards", () => {
    const zone = `${CNAME} CNAME key.vendor.example\n${txt("v=spf1 mx ~all")}`;
    const plan = planFor({ zone, ...retire });
    expect(planOps(plan)).toEqual([]);
    expect([plan.parts.spf.status, plan.parts.dkim.status]).toEqual(["unchanged", "unchanged"]);
  });
});
