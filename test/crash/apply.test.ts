import { spawn } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Receipt } from "../../src/core/plan/schema.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import { planStack, planUndoStack } from "../../src/engine/plan.ts";
import { isUnfinished } from "../../src/engine/receipt.ts";
import { lastApplied } from "../../src/engine/undo.ts";
import { DOMAIN, MERGED, config, never } from "../engine/fake-world.ts";
import { type RealWorld, startRealWorld } from "../engine/real-world.ts";

// The program itself, started as a user starts it, killed by SIGKILL before every single change
// that it makes to the disk, from the first receipt to the last, and in the middle of each write.

const host = { source: "host" } as const;
const quiet = { verify: true, onEvent: () => undefined } as const;
const PARALLEL = 4;

interface Death {
  readonly signal: string | null;
  readonly steps: readonly string[];
  readonly said: string;
}

function applyUntil(dieAt: number, world: RealWorld): Promise<Death> {
  const log = join(world.project, "steps.log");
  const program = [resolve("src/cli/main.ts"), "apply", DOMAIN, "--yes"];
  const child = spawn(
    process.execPath,
    ["--import", resolve("test/crash/dying.ts"), ...program, "--resolver", world.resolverAddress],
    {
      cwd: world.project,
      env: { ...process.env, ...world.env, DIE_AT: String(dieAt), DIE_LOG: log },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr.on("data", (data) => (said += String(data)));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (_, signal) => {
      const steps = signal === null ? readFile(log, "utf8") : Promise.resolve("");
      steps.then((text) => done({ signal, said, steps: text.split("\n") }), fail);
    });
  });
}

/** Gives how often an apply changes the disk, and what the file is before and after. */
async function undisturbed(): Promise<{ before: string; after: string; steps: readonly string[] }> {
  const world = await startRealWorld();
  try {
    const before = await world.readWithoutSerial();
    const { steps, said } = await applyUntil(0, world);
    const after = await world.readWithoutSerial();
    expect(after, said).toContain(MERGED);
    return { before, after, steps };
  } finally {
    await world.close();
  }
}

async function receiptsOf(world: RealWorld): Promise<readonly Receipt[]> {
  const { receipts } = world.createWorld();
  const ids = await receipts.ids(DOMAIN);
  return Promise.all(ids.map(async (id) => (await receipts.load(DOMAIN, id)) as Receipt));
}

async function leftovers({ project }: RealWorld): Promise<readonly string[]> {
  const names = await readdir(project, { recursive: true });
  return names.filter((name) => name.includes(".lock") || name.startsWith("zones/."));
}

describe("apply, killed at any moment", () => {
  let whole: Awaited<ReturnType<typeof undisturbed>>;
  beforeAll(async () => {
    whole = await undisturbed();
  }, 60_000);

  async function kill(dieAt: number): Promise<"old" | "new"> {
    const real = await startRealWorld();
    try {
      expect(await applyUntil(dieAt, real)).toMatchObject({ signal: "SIGKILL" });
      const found = await real.readWithoutSerial();
      expect([whole.before, whole.after]).toContain(found);
      const isNew = found === whole.after;

      // What is on disk can be read; whatever was written, a receipt from before it is there.
      const left = await receiptsOf(real);
      if (isNew) expect(left).toHaveLength(1);

      // Plan and apply need no help.
      const planned = await planStack(config(), real.createWorld(), host, never);
      expect(planned.calls.length > 0).toBe(!isNew);
      const receipt = await applyPlan(planned, real.createWorld(), quiet, never);
      if (!isNew) expect(receipt.verified).toBe("yes");
      expect(await real.readWithoutSerial()).toBe(whole.after);

      // And undo brings back the bytes of before, from whichever receipt knows them.
      const last = (await lastApplied(DOMAIN, real.createWorld().receipts)) as Receipt;
      if (isNew && left.some(isUnfinished)) expect(isUnfinished(last)).toBe(true);
      const undo = { config: config(), receipt: last };
      const back = await planUndoStack(undo, real.createWorld(), host, never);
      await applyPlan(back, real.createWorld(), quiet, never);
      expect(await real.readWithoutSerial()).toBe(whole.before);
      expect(await leftovers(real)).toEqual([]);
      return isNew ? "new" : "old";
    } finally {
      await real.close();
    }
  }

  it("leaves the file old or new, never half; plan, apply and undo go on without help", async () => {
    expect(whole.steps.length).toBeGreaterThan(20);
    expect(whole.steps.filter((step) => step === "handle.writeFile, half").length).toBeGreaterThan(
      3,
    );
    const points = whole.steps.map((_, index) => index + 1);
    const seen: ("old" | "new")[] = [];
    for (let at = 0; at < points.length; at += PARALLEL) {
      seen.push(...(await Promise.all(points.slice(at, at + PARALLEL).map(kill))));
    }
    const first = seen.indexOf("new");
    expect(first).toBeGreaterThan(0);
    expect(new Set(seen.slice(first))).toEqual(new Set(["new"]));
  }, 120_000);
});
