import { describe, expect, it } from "vitest";
import type { Op } from "../../src/core/plan/schema.ts";
import { type Evidence, claimFor, judgeStep } from "../../src/engine/judge.ts";
import { DKIM, DOMAIN, GOOGLE_ONLY, MERGED } from "./fake-world.ts";

const replace: Op = {
  kind: "replace-value",
  name: DOMAIN,
  type: "TXT",
  before: GOOGLE_ONLY,
  after: MERGED,
  ttl: 600,
};
const add: Op = { ...replace, kind: "add-value", before: null };
const remove: Op = { ...replace, kind: "remove-value", before: MERGED, after: null };
const create: Op = {
  kind: "create-rrset",
  name: DKIM,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: 300,
};
const done = { outcome: "done" } as const;
const lost = { outcome: "unknown", detail: "status 502" } as const;

function outcome(op: Op, evidence: Omit<Evidence, "was"> & Partial<Evidence>): string {
  return judgeStep(op, { was: [], ...evidence }).outcome;
}

describe("what became of a step", () => {
  it.each<[string, Op, readonly string[], readonly string[]]>([
    ["a changed value", replace, [GOOGLE_ONLY, "x"], [MERGED, "x"]],
    ["an added value", add, ["x"], ["x", MERGED]],
    ["a new record", create, [], ["odoo._domainkey.odoo.com"]],
    ["a removed value", remove, [MERGED, "x"], ["x"]],
  ])("is seen by reading back: %s", (_, op, was, live) => {
    expect(outcome(op, { claim: done, was, live })).toBe("done");
    expect(outcome(op, { claim: lost, was, live })).toBe("done");
    expect(outcome(op, { failure: "reset", was, live })).toBe("done");
    expect(outcome(op, { claim: { outcome: "already" }, was, live })).toBe("already");
    expect(outcome(op, { was, live })).toBe("already");
    expect(outcome(op, { claim: done, was, live: was })).toBe("failed");
    expect(outcome(op, { claim: lost, was, live: was })).toBe("failed");
    expect(outcome(op, { failure: "reset", was, live: was })).toBe("failed");
    expect(outcome(op, { was, live: was })).toBe("pending");
  });

  it("is unknown when somebody else's record stands there instead", () => {
    const live = ["v=spf1 mx -all"];
    expect(outcome(replace, { claim: done, was: [GOOGLE_ONLY], live })).toBe("unknown");
    expect(outcome(add, { claim: lost, live })).toBe("unknown");
    expect(outcome(replace, { failure: "reset", was: [GOOGLE_ONLY], live })).toBe("unknown");
  });

  it("is failed or not begun, with a word on the others, where we know that we wrote nothing", () => {
    const live = ["v=spf1 mx -all"];
    const refused = { outcome: "failed", detail: "record not found" } as const;
    const step = judgeStep(replace, { claim: refused, was: [GOOGLE_ONLY], live });
    expect(step.outcome).toBe("failed");
    expect(step.detail).toContain("somebody else");
    expect(outcome(replace, { was: [GOOGLE_ONLY], live })).toBe("pending");
  });

  it("is the host's word where it can't be read back, and the receipt says so", () => {
    expect(judgeStep(replace, { was: [], claim: done, unread: "status 503" })).toMatchObject({
      outcome: "done",
      detail: "could not be read back: status 503",
    });
    expect(outcome(replace, { claim: lost, unread: "status 503" })).toBe("unknown");
    expect(outcome(replace, { failure: "reset", unread: "status 503" })).toBe("unknown");
    expect(outcome(replace, { unread: "status 503" })).toBe("pending");
  });
});

describe("the host's word on an op that takes several calls", () => {
  const calls = [{ ops: [0, 1] }, { ops: [1] }];

  it("is done only when every call is", () => {
    expect(claimFor(1, calls, [done, done])).toEqual(done);
    expect(claimFor(1, calls, [done, lost])).toEqual(lost);
    expect(claimFor(1, calls, [done])).toMatchObject({ outcome: "unknown" });
    expect(claimFor(0, calls, [done])).toEqual(done);
    expect(claimFor(1, calls, [])).toBeUndefined();
  });
});
