import { describe, expect, it } from "vitest";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op, Receipt } from "../../src/core/plan/schema.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import { planStack, planUndoStack } from "../../src/engine/plan.ts";
import { isUnfinished } from "../../src/engine/receipt.ts";
import { lastApplied } from "../../src/engine/undo.ts";
import type { FakeHost } from "./fake-host.ts";
import {
  DKIM,
  DOMAIN,
  type FakeWorld,
  type FakeWorldOptions,
  GOOGLE_ONLY,
  MERGED,
  ZONE,
  config,
  fakeWorld,
  listener,
  never,
  rrsets,
  valuesAt,
} from "./fake-world.ts";

const host = { source: "host" } as const;

async function applied(
  options: FakeWorldOptions = {},
  verify = true,
): Promise<{ receipt: Receipt; world: FakeWorld; events: ReturnType<typeof listener>["events"] }> {
  const world = fakeWorld(options);
  const { events, onEvent } = listener();
  const planned = await planStack(config(), world, host, never);
  const receipt = await applyPlan(planned, world, { verify, onEvent }, never);
  return { receipt, world, events };
}

async function undo(world: FakeWorld, receipt: Receipt): Promise<Receipt> {
  const planned = await planUndoStack({ config: config(), receipt }, world, host, never);
  return applyPlan(planned, world, { verify: true, onEvent: () => undefined }, never);
}

describe("apply", () => {
  it("writes the merged SPF record and the CNAME, and leaves all else alone", async () => {
    const { receipt, world } = await applied();
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(valuesAt(world.provider, DOMAIN, "TXT")).toEqual([
      MERGED,
      "google-site-verification=rXOx",
    ]);
    expect(valuesAt(world.provider, DKIM, "CNAME")).toEqual(["odoo._domainkey.odoo.com"]);
    const others = world.provider
      .rrsets()
      .filter(({ name, type }) => name !== DKIM && type !== "TXT");
    expect(others).toEqual(ZONE.filter(({ type }) => type !== "TXT"));
  });

  it("costs the host one read for the plan and one read back when it follows at once", async () => {
    const { world } = await applied();
    expect(world.provider.reads).toBe(2);
    expect(world.provider.sent).toHaveLength(2);
  });

  it("costs one read in all where the host's answer shows the stored records", async () => {
    const { world, receipt } = await applied({ shows: true });
    expect(world.provider.reads).toBe(1);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  });

  it("saves the receipt with every step pending before the first call is sent", async () => {
    const sentAtSave: number[] = [];
    const world = fakeWorld();
    const receipts = {
      ...world.receipts,
      create: async (receipt: Receipt) => {
        sentAtSave.push(world.provider.sent.length);
        await world.receipts.create(receipt);
      },
    };
    const planned = await planStack(config(), world, host, never);
    await applyPlan(planned, { ...world, receipts }, { verify: true, ...listener() }, never);
    expect(sentAtSave).toEqual([0]);
    const [first, ...later] = world.receipts.saves;
    expect(first?.steps.map(({ outcome }) => outcome)).toEqual(["pending", "pending"]);
    expect(first && isUnfinished(first)).toBe(true);
    expect(first?.before).toEqual(
      ZONE.filter(({ name, type }) => name === DOMAIN && type === "TXT"),
    );
    expect(later.at(-1)?.finishedAt).toBeDefined();
  });

  it("tells what happens, in the order in which it happens", async () => {
    const { events } = await applied();
    expect(events.map(({ kind }) => kind)).toEqual([
      "saved",
      "write",
      "write",
      "settled",
      "server",
      "server",
      "visible-by",
    ]);
  });

  it("reads again when the plan is older than five seconds", async () => {
    const world = fakeWorld();
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, host, never);
    world.clock.pass(5001);
    await applyPlan(planned, world, { verify: false, onEvent }, never);
    expect(events[0]?.kind).toBe("read-again");
    expect(world.provider.reads).toBe(3);
  });

  it("reads the host when the plan was made from public DNS", async () => {
    const world = fakeWorld();
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, { source: "dns" }, never);
    expect(planned.calls).toEqual([]);
    const receipt = await applyPlan(planned, world, { verify: false, onEvent }, never);
    expect(events[0]?.kind).toBe("read-again");
    expect(receipt.plan).toBe(planned.plan.digest);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  });

  it("asks DNS nothing twice when it reads again", async () => {
    const world = fakeWorld();
    const planned = await planStack(config(), world, host, never);
    const before = world.resolved.length;
    world.clock.pass(60_000);
    await applyPlan(planned, world, { verify: false, ...listener() }, never);
    expect(world.resolved).toHaveLength(before);
  });

  it("stops when the records have changed since the plan, and writes nothing", async () => {
    const world = fakeWorld();
    const planned = await planStack(config(), world, host, never);
    world.clock.pass(60_000);
    world.provider.edit((zone) =>
      zone.map((rrset) =>
        rrset.type === "TXT" && rrset.name === DOMAIN
          ? { ...rrset, values: ["v=spf1 include:_spf.google.com -all"] }
          : rrset,
      ),
    );
    const run = applyPlan(planned, world, { verify: true, ...listener() }, never);
    await expect(run).rejects.toMatchObject({ code: "stale-write" });
    expect(world.provider.sent).toEqual([]);
    expect(world.receipts.saves).toEqual([]);
  });

  it("goes on when only others' values have changed since the plan", async () => {
    const world = fakeWorld();
    const planned = await planStack(config(), world, host, never);
    world.clock.pass(60_000);
    world.provider.edit((zone) =>
      zone.map((rrset) =>
        rrset.type === "TXT" && rrset.name === DOMAIN
          ? { ...rrset, values: [GOOGLE_ONLY, "MS=ms1"] }
          : rrset,
      ),
    );
    const receipt = await applyPlan(planned, world, { verify: true, ...listener() }, never);
    expect(valuesAt(world.provider, DOMAIN, "TXT")).toEqual([MERGED, "MS=ms1"]);
    expect(receipt.verified).toBe("yes");
  });

  it("finds nothing to do the second time, and sends nothing", async () => {
    const { world } = await applied();
    const again = await planStack(config(), world, host, never);
    expect(again.plan.parts.spf.status).toBe("unchanged");
    expect(again.calls).toEqual([]);
    const sent = world.provider.sent.length;
    const saves = world.receipts.saves.length;
    const receipt = await applyPlan(again, world, { verify: true, ...listener() }, never);
    expect(receipt.steps).toEqual([]);
    expect(world.provider.sent).toHaveLength(sent);
    expect(world.receipts.saves).toHaveLength(saves);
  });

  it("writes the part that may be written when another one is refused", async () => {
    const two = rrsets("@ 600 TXT v=spf1 -all", "@ 600 TXT v=spf1 a mx ~all");
    const { receipt, world } = await applied({ rrsets: two });
    expect(receipt.steps.map(({ op }) => op.type)).toEqual(["CNAME"]);
    expect(valuesAt(world.provider, DOMAIN, "TXT")).toEqual(["v=spf1 -all", "v=spf1 a mx ~all"]);
  });
});

describe("apply, when something goes wrong", () => {
  it("reads back when the host's answer was lost, and sends nothing twice", async () => {
    const { receipt, world } = await applied({ fault: new Map([[0, "lost"]]) });
    expect(receipt.steps[0]).toMatchObject({ outcome: "done" });
    expect(receipt.steps[0]?.detail).toContain("status 502");
    expect(receipt.steps[1]).toMatchObject({ outcome: "pending" });
    expect(world.provider.sent).toHaveLength(1);
  });

  it("waits for a write that arrives late before it calls it failed", async () => {
    const { receipt, world } = await applied({ fault: new Map([[0, "late"]]) });
    expect(receipt.steps[0]?.outcome).toBe("done");
    expect(valuesAt(world.provider, DOMAIN, "TXT")[0]).toBe(MERGED);
  });

  it("says that the write did not happen when reading back shows the old record", async () => {
    const run = applied({ fault: new Map([[0, "dropped"]]) });
    await expect(run).rejects.toMatchObject({ code: "transient" });
  });

  it("keeps a receipt of a run that could write nothing, and throws what the host said", async () => {
    const world = fakeWorld({ fault: new Map([[0, "denied"]]) });
    const planned = await planStack(config(), world, host, never);
    const run = applyPlan(planned, world, { verify: true, ...listener() }, never);
    await expect(run).rejects.toMatchObject({ code: "auth" });
    const last = world.receipts.saves.at(-1);
    expect(last?.finishedAt).toBeDefined();
    expect(last?.steps.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    expect(await lastApplied(DOMAIN, world.receipts)).toBeUndefined();
  });

  it("returns a receipt that says what was written and what was not", async () => {
    const { receipt } = await applied({ fault: new Map([[1, "refused"]]) });
    expect(receipt.steps[0]).toMatchObject({ outcome: "done" });
    expect(receipt.steps[1]).toMatchObject({ outcome: "failed", detail: "zone is locked" });
    expect(receipt.verified).toBe("yes");
  });

  it("does not believe a host that says done and does nothing", async () => {
    const { receipt } = await applied({ fault: new Map([[1, "empty"]]) });
    expect(receipt.steps[1]?.outcome).toBe("failed");
    expect(receipt.steps[1]?.detail).toContain("the record is as before");
  });

  it("says unknown where neither the host's answer nor reading back can tell", async () => {
    const unreadable = new Set([1, 2, 3, 4]);
    const { receipt } = await applied({ fault: new Map([[0, "lost"]]), unreadable }, false);
    expect(receipt.steps[0]?.outcome).toBe("unknown");
    expect(receipt.steps[0]?.detail).toContain("could not be read back");
  });

  it("is refused by a host that guards its writes, and the receipt says that nothing was sent", async () => {
    const world = fakeWorld({
      guard: "server",
      meanwhile: new Map([
        [0, (fake) => fake.edit((zone) => zone.filter(({ type }) => type !== "TXT"))],
      ]),
    });
    const planned = await planStack(config(), world, host, never);
    const run = applyPlan(planned, world, { verify: true, ...listener() }, never);
    await expect(run).rejects.toMatchObject({ code: "stale-write" });
    expect(world.provider.sent).toEqual([]);
    expect(world.receipts.saves.at(-1)?.steps[0]?.outcome).toBe("failed");
    expect(await lastApplied(DOMAIN, world.receipts)).toBeUndefined();
  });

  it("plans once more where a host refuses a stale write, and writes what is still the same change", async () => {
    const theirs = (fake: FakeHost): void =>
      fake.edit((zone) =>
        zone.map((rrset) =>
          rrset.type === "TXT" && rrset.name === DOMAIN
            ? { ...rrset, values: [...new Set([...rrset.values, "made meanwhile"])] }
            : rrset,
        ),
      );
    const world = fakeWorld({ guard: "server", meanwhile: new Map([[0, theirs]]) });
    const planned = await planStack(config(), world, host, never);
    const { events, onEvent } = listener();
    const receipt = await applyPlan(planned, world, { verify: false, onEvent }, never);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(valuesAt(world.provider, DOMAIN, "TXT")).toContain("made meanwhile");
    expect(receipt.before[0]?.values).toContain("made meanwhile");
    expect(events.filter(({ kind }) => kind === "read-again")).toHaveLength(1);
    expect((await lastApplied(DOMAIN, world.receipts))?.id).toBe(receipt.id);
  });

  it("gives up after the second refusal, with nothing sent", async () => {
    let edits = 0;
    const world = fakeWorld({ guard: "server" });
    const refusing: FakeHost = {
      ...world.provider,
      apply: async () => {
        edits += 1;
        throw new MailDnsError("stale-write", "somebody else is faster");
      },
    };
    const planned = await planStack(config(), world, host, never);
    const again = { ...world, provider: refusing };
    const run = applyPlan(planned, again, { verify: false, ...listener() }, never);
    await expect(run).rejects.toMatchObject({ code: "stale-write" });
    expect(edits).toBe(2);
  });

  it("publishes and says what was written when the disk is full, and the first receipt still undoes it", async () => {
    const world = fakeWorld();
    const full = async () => {
      throw new Error("no space left on device");
    };
    const receipts = { ...world.receipts, save: full };
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, host, never);
    const run = applyPlan(planned, { ...world, receipts }, { verify: true, onEvent }, never);
    await expect(run).rejects.toThrow("The records were written, but the receipt");
    expect(events.map(({ kind }) => kind)).toContain("settled");
    const left = (await lastApplied(DOMAIN, world.receipts)) as Receipt;
    expect(isUnfinished(left)).toBe(true);
    await undo(world, left);
    expect(world.provider.rrsets()).toEqual(ZONE);
  });

  it("says so when publishing fails and nobody was asked whether it is served", async () => {
    const settled = { state: "failed", detail: "rndc: connection refused" } as const;
    const { receipt, events } = await applied({ settled }, false);
    expect(receipt.verified).toBe("no");
    expect(events.at(-1)).toMatchObject({ kind: "settled", settled });
  });

  it("looks once, and does not wait, for what could not be published", async () => {
    const settled = { state: "failed", detail: "rndc: connection refused" } as const;
    const serving = { "192.0.2.1": { zone: ZONE }, "192.0.2.2": { zone: ZONE } };
    const { receipt, world } = await applied({ settled, serving });
    expect(receipt.verified).toBe("pending");
    const onceBeforeAndOnceAfter = 2 * new Set(world.asked).size;
    expect(world.asked).toHaveLength(onceBeforeAndOnceAfter);
  });
});

describe("apply, interrupted", () => {
  it("writes nothing when it is interrupted before", async () => {
    const world = fakeWorld();
    const planned = await planStack(config(), world, host, never);
    const run = applyPlan(planned, world, { verify: true, ...listener() }, AbortSignal.abort());
    await expect(run).rejects.toMatchObject({ code: "interrupted" });
    expect(world.provider.sent).toEqual([]);
    expect(world.receipts.saves).toEqual([]);
  });

  it("finishes the running write, begins no other, and says what was done", async () => {
    const ctrlC = new AbortController();
    const world = fakeWorld({ meanwhile: new Map([[0, () => ctrlC.abort()]]) });
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, host, never);
    const receipt = await applyPlan(planned, world, { verify: true, onEvent }, ctrlC.signal);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "pending"]);
    expect(receipt).toMatchObject({ verified: "pending" });
    expect(receipt.finishedAt).toBeDefined();
    expect(world.receipts.saves.at(-1)).toEqual(receipt);
    expect(events.map(({ kind }) => kind)).toEqual([
      "saved",
      "write",
      "write",
      "settled",
      "interrupted",
    ]);
    const again = await planStack(config(), world, host, never);
    expect(again.calls).toHaveLength(1);
  });
});

describe("receipts of one domain", () => {
  it("have ids that grow, even when two runs share a second or the clock was set back", async () => {
    const { world, receipt } = await applied();
    const second = await undo(world, receipt);
    expect(receipt.id).toBe("20261124T184012Z");
    expect(second.id > receipt.id).toBe(true);
    expect(await world.receipts.ids(DOMAIN)).toEqual([second.id, receipt.id]);
  });
});

describe("undo", () => {
  it("brings back the very same records", async () => {
    const { world, receipt } = await applied();
    const undone = await undo(world, receipt);
    expect(world.provider.rrsets()).toEqual(ZONE);
    expect(undone.undoes).toBe(receipt.id);
    expect(undone.verified).toBe("yes");
  });

  it("has nothing to do the second time", async () => {
    const { world, receipt } = await applied();
    await undo(world, receipt);
    const newest = await lastApplied(DOMAIN, world.receipts);
    expect(newest?.id).toBe(receipt.id);
    const again = await undo(world, newest as Receipt);
    expect(again.steps).toEqual([]);
    expect(world.provider.rrsets()).toEqual(ZONE);
  });

  it("can itself be undone, by naming its receipt", async () => {
    const { world, receipt } = await applied();
    const after = world.provider.rrsets();
    const undone = await undo(world, receipt);
    await undo(world, undone);
    expect(valuesAt(world.provider, DOMAIN, "TXT")).toEqual([
      MERGED,
      "google-site-verification=rXOx",
    ]);
    expect(new Set(world.provider.rrsets().map((rrset) => JSON.stringify(rrset)))).toEqual(
      new Set(after.map((rrset) => JSON.stringify(rrset))),
    );
  });

  it("works from the receipt of a run that was killed after its writes", async () => {
    const { world } = await applied();
    const pending = world.receipts.saves[0] as Receipt;
    await undo(world, pending);
    expect(world.provider.rrsets()).toEqual(ZONE);
  });

  it("works from the receipt of a run that was killed before its writes", async () => {
    const { world } = await applied();
    const pending = world.receipts.saves[0] as Receipt;
    const fresh = fakeWorld();
    const undone = await undo(fresh, pending);
    expect(undone.steps).toEqual([]);
    expect(fresh.provider.rrsets()).toEqual(ZONE);
  });

  it("refuses the receipt of another domain", async () => {
    const { receipt } = await applied();
    const other = config({ domain: "other.example" as typeof DOMAIN });
    const run = planUndoStack({ config: other, receipt }, fakeWorld(), host, never);
    await expect(run).rejects.toMatchObject({ code: "invalid-input" });
  });

  it.each([
    ["another name", { name: "www.mycompany.example", type: "CNAME" as const }],
    ["a value that is no SPF record", { before: "google-site-verification=rXOx" }],
  ])("refuses a receipt that was made up, with %s in it", async (_, change) => {
    const { receipt, world } = await applied();
    const [first] = receipt.steps;
    const op = { ...first?.op, ...change } as Op;
    const forged = { ...receipt, steps: [{ op, outcome: "done" as const }] };
    await expect(undo(world, forged)).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("looks where the receipt says, whatever the stack file says now", async () => {
    const { world, receipt } = await applied();
    const now = config({ spf: { off: true }, dkim: false });
    const planned = await planUndoStack({ config: now, receipt }, world, host, never);
    await applyPlan(planned, world, { verify: true, ...listener() }, never);
    expect(world.provider.rrsets()).toEqual(ZONE);
  });
});
