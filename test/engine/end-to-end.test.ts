import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Receipt } from "../../src/core/plan/schema.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import { checkStack } from "../../src/engine/check.ts";
import { planStack, planUndoStack } from "../../src/engine/plan.ts";
import { lastApplied } from "../../src/engine/undo.ts";
import type { World } from "../../src/engine/world.ts";
import { DKIM, DOMAIN, MERGED, config, listener, never, rrsets } from "./fake-world.ts";
import { type RealWorld, startRealWorld } from "./real-world.ts";

const host = { source: "host" } as const;
const quiet = { verify: true, onEvent: () => undefined } as const;

let real: RealWorld;
let world: World;

beforeEach(async () => {
  real = await startRealWorld();
  world = real.createWorld();
});
afterEach(() => real.close());

async function applied(): Promise<Receipt> {
  return applyPlan(await planStack(config(), world, host, never), world, quiet, never);
}

describe("one domain, end to end", () => {
  it("is merged, verified at both name servers over the wire, and finds nothing to do afterwards", async () => {
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, host, never);
    expect(planned.plan.parts.spf.status).toBe("changes");
    const receipt = await applyPlan(planned, world, { verify: true, onEvent }, never);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(receipt.verified).toBe("yes");
    expect(receipt.servers.map(({ name, state }) => `${name} ${state}`)).toEqual([
      "ns1.mycompany.example answers",
      "ns2.mycompany.example answers",
    ]);
    expect(await real.read()).toContain(MERGED);
    expect(events.at(-1)).toMatchObject({ kind: "visible-by" });
    const again = await planStack(config(), real.createWorld(), host, never);
    expect([again.plan.parts.spf.status, again.plan.parts.dkim.status]).toEqual([
      "unchanged",
      "unchanged",
    ]);
  });

  it("is undone to the very same bytes, but for the serial", async () => {
    const before = await real.readWithoutSerial();
    await applied();
    expect(await real.readWithoutSerial()).not.toBe(before);
    const receipt = (await lastApplied(DOMAIN, world.receipts)) as Receipt;
    const back = await planUndoStack({ config: config(), receipt }, world, host, never);
    const undone = await applyPlan(back, world, quiet, never);
    expect(undone.verified).toBe("yes");
    expect(await real.readWithoutSerial()).toBe(before);
  });

  it("never asks the resolver for a name that the plan is about to create", async () => {
    await applied();
    await checkStack(config(), world, { source: "dns" }, never);
    expect(real.resolved.filter((question) => question.includes("mycompany.example"))).toEqual([]);
    expect(real.resolved.length).toBeGreaterThan(0);
  });

  it("has the same plan from public DNS as from the file", async () => {
    const publicly = await planStack(config(), world, { source: "dns" }, never);
    const hosted = await planStack(config(), world, host, never);
    expect(publicly.plan.digest).toBe(hosted.plan.digest);
    expect(publicly.delegation?.servers).toHaveLength(2);
  });

  it("is found ready after the apply, by asking its own name servers", async () => {
    const before = await checkStack(config(), world, { source: "dns" }, never);
    expect(before.report.ready).toBe(false);
    await applied();
    const after = await checkStack(config(), real.createWorld(), { source: "dns" }, never);
    expect(after.report.reasons).toEqual([]);
    expect(after.report.ready).toBe(true);
  });

  it("keeps what an editor saves between plan and apply, or stops", async () => {
    const planned = await planStack(config(), world, host, never);
    await real.write(`${await real.read()}\nnews IN TXT "made meanwhile"\n`);
    const receipt = await applyPlan(planned, world, quiet, never).catch((error: unknown) => error);
    expect(await real.read()).toContain("made meanwhile");
    expect(receipt).toMatchObject({ verified: "yes" });
  });

  it("stops when an editor saves another SPF record between plan and apply", async () => {
    const planned = await planStack(config(), world, host, never);
    const edited = (await real.read()).replace("include:_spf.google.com ~all", "mx -all");
    await real.write(edited);
    const run = applyPlan(planned, world, quiet, never);
    await expect(run).rejects.toMatchObject({ code: "stale-write" });
    expect(await real.read()).toBe(edited);
    expect((await world.receipts.load(DOMAIN))?.steps[0]?.outcome).toBe("failed");
  });

  it("is retired to the very same bytes, but for the serial", async () => {
    const before = await real.readWithoutSerial();
    await applied();
    const retired = config({ retire: true });
    await applyPlan(await planStack(retired, world, host, never), world, quiet, never);
    expect(await real.readWithoutSerial()).toBe(before);
    const left = await planStack(retired, world, host, never);
    expect(left.calls).toEqual([]);
  });

  it("applied twice at the same moment is written once, and leaves two receipts", async () => {
    const worlds = [world, real.createWorld()];
    const plans = await Promise.all(worlds.map((one) => planStack(config(), one, host, never)));
    const receipts = await Promise.all(
      plans.map((planned, index) => applyPlan(planned, worlds[index] as World, quiet, never)),
    );
    expect((await real.read()).split(MERGED)).toHaveLength(2);
    expect((await real.read()).split("odoo._domainkey.odoo.com.")).toHaveLength(2);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(2);
    expect(receipts.map(({ verified }) => verified)).toEqual(["yes", "yes"]);
    const outcomes = receipts.map(({ steps }) => steps.map(({ outcome }) => outcome).join(" "));
    expect(outcomes.toSorted()).toEqual(["already already", "done done"]);
  });

  it("with a wrong CNAME is corrected, and undo puts the old one back", async () => {
    await real.write(`${await real.read()}\nodoo._domainkey 300 IN CNAME odoo.com.\n`);
    const before = await real.readWithoutSerial();
    const receipt = await applied();
    expect(receipt.steps[1]?.op).toMatchObject({ name: DKIM, before: "odoo.com" });
    const back = await planUndoStack({ config: config(), receipt }, world, host, never);
    await applyPlan(back, world, quiet, never);
    expect(await real.readWithoutSerial()).toBe(before);
  });
});

describe("one domain, with a name server that does not follow", () => {
  it("is written, and the receipt names the server that serves the old record", async () => {
    real.serveAtSecond({
      apex: DOMAIN,
      rrsets: rrsets(
        "@ 3600 SOA a b 1 2 3 4 5",
        "@ 60 NS ns1.mycompany.example",
        "@ 300 TXT v=spf1 -all",
      ),
    });
    const planned = await planStack(config(), world, host, never);
    const receipt = await applyPlan(planned, world, { ...quiet, deadlineMs: 50 }, never);
    expect(receipt.verified).toBe("pending");
    expect(receipt.servers.find(({ name }) => name.startsWith("ns2"))).toMatchObject({
      state: "waiting",
    });
    expect(receipt.servers.find(({ name }) => name.startsWith("ns1"))).toMatchObject({
      state: "answers",
    });
  });
});
