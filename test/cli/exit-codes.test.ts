import { describe, expect, it } from "vitest";
import { receiptExit } from "../../src/cli/carry-out.ts";
import { describeError, exitFor } from "../../src/cli/errors.ts";
import { gravest } from "../../src/cli/exit-codes.ts";
import { planExit } from "../../src/cli/plan-exit.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Part, Receipt } from "../../src/core/plan/schema.ts";
import * as fixture from "../render/fixtures.ts";

const unread = { ...fixture.twoRecords, status: "unknown" } as Part;
const quiet = { spf: fixture.spfInPlace, dkim: fixture.inPlace };

function outcomes(...list: Receipt["steps"][number]["outcome"][]): Partial<Receipt> {
  const { steps } = fixture.receipt();
  return { steps: steps.map((step, at) => ({ op: step.op, outcome: list[at] ?? "done" })) };
}

describe("what a plan ends with", () => {
  it.each([
    ["changes pending", fixture.plan(), false, 0],
    ["changes where none are expected", fixture.plan(), true, 7],
    ["nothing to do", fixture.plan(quiet), true, 0],
    ["a part refused", fixture.plan({ spf: fixture.twoRecords }), true, 3],
    [
      "a part that can't be read",
      fixture.plan({ spf: fixture.twoRecords, dkim: unread }),
      false,
      1,
    ],
  ])("%s", (_, plan, expectNoChanges, code) => {
    expect(planExit(plan, expectNoChanges)).toBe(code);
  });
});

describe("what an apply ends with", () => {
  it.each([
    ["written and verified", {}, 0],
    ["written, verification not wanted", { verified: "not-asked" as const }, 0],
    ["written, not seen everywhere in time", { verified: "pending" as const }, 5],
    ["written, seen nowhere", { verified: "no" as const }, 5],
    ["all was so already", outcomes("already", "already"), 0],
    ["one failed", outcomes("done", "failed"), 6],
    ["one may have happened", outcomes("unknown", "pending"), 6],
    ["all failed", outcomes("failed", "pending"), 1],
  ])("%s", (_, rest, code) => {
    expect(receiptExit(fixture.plan(), fixture.receipt(rest))).toBe(code);
  });

  it("a person has not done all of it yet: 5", () => {
    const open = fixture.receipt(outcomes("done", "pending"));
    expect(receiptExit(fixture.plan(), open, true)).toBe(5);
  });

  it("a part was held back: 6 when something was written, else 3", () => {
    const plan = fixture.plan({ spf: fixture.twoRecords });
    expect(receiptExit(plan, fixture.receipt())).toBe(6);
    expect(receiptExit(plan, fixture.receipt(outcomes("already", "already")))).toBe(3);
  });
});

describe("many domains", () => {
  it.each([
    [[], 0],
    [[0, 0], 0],
    [[0, 7, 0], 7],
    [[7, 3], 3],
    [[3, 5], 5],
    [[5, 1], 1],
    [[1, 4], 4],
    [[4, 6, 0], 6],
    [[6, 130], 130],
  ])("%j end with %i, the gravest", (codes, code) => {
    expect(gravest(codes)).toBe(code);
  });
});

describe("an error", () => {
  it.each([
    ["auth", 4],
    ["permission", 4],
    ["usage", 2],
    ["config", 2],
    ["transient", 1],
    ["stale-write", 3],
    ["interrupted", 130],
    ["internal", 1],
  ] as const)("%s ends with %i", (code, number) => {
    expect(exitFor(new MailDnsError(code, "x"))).toBe(number);
  });

  it("says what happened, on which domain, what the host said, and what to do", () => {
    const error = new MailDnsError("auth", "The token is not accepted.", {
      domain: "mycompany.example",
      host: "Cloudflare",
      help: "Set CLOUDFLARE_API_TOKEN.",
      native: { status: 403, message: "no\u001b[2J", requestId: "r-1" },
    });
    expect(describeError(error)).toBe(
      "error: mycompany.example, Cloudflare: The token is not accepted.\n       It said: 403 no\\u{1b}[2J (request r-1)\n       Set CLOUDFLARE_API_TOKEN.",
    );
  });

  it("shows a stack only for a bug of ours", () => {
    expect(describeError(new MailDnsError("busy", "Later."))).toBe("error: Later.");
    expect(describeError(new TypeError("x is undefined"))).toMatch(
      /^error: this is a bug in odoo-mail-dns\.[^]*TypeError: x is undefined\n[^]* at /,
    );
    expect(describeError("thrown")).toContain("thrown");
  });
});
