import { describe, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import type { LoadedStack } from "../../src/config/load.ts";
import type { Context } from "../../src/cli/context.ts";
import { forEachStack, type Fleet, type Turn } from "../../src/cli/fleet.ts";
import { createClock } from "../../src/local/clock.ts";
import { config, name } from "../engine/fake-world.ts";

const LOCAL = { stacks: "stacks", resolver: "127.0.0.1:53" };

interface Seen {
  readonly fleet: Fleet;
  readonly said: () => string;
  readonly stop: AbortController;
}

function fleetOf(count: number, more: Partial<Fleet> & { isTerminal?: boolean } = {}): Seen {
  const stacks = Array.from({ length: count }, (_, at): LoadedStack => {
    const domain = name(`d${at}.example`);
    const own = config({ domain, host: "manual" });
    return { config: own, locate: () => ({ file: own.file, line: 1, column: 1 }) };
  });
  const stop = new AbortController();
  let said = "";
  const write = (text: string): void => void (said += text);
  const { isTerminal = false } = more;
  const context: Context = {
    process: { stdout: { write }, stderr: { write } },
    env: {},
    cwd: "/",
    isTerminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal },
    ask: async () => "",
    choose: async () => undefined,
    signal: stop.signal,
    clock: createClock(),
    paint: (_, text) => text,
    hosts: async () => hosts,
    version: async () => "1",
  };
  const selection = { stacks, neighbours: stacks, projectFolder: "/" };
  return { fleet: { context, flags: LOCAL, selection, ...more }, said: () => said, stop };
}

/** Work that ends when it is told to, and says so. */
function heldWork() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = async ({ index, context }: Turn): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => {
      ends[index] = resolve;
    });
    context.process.stdout.write(`${index}\n`);
    running -= 1;
    return 0;
  };
  return { ends, work, most: () => most };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
};

describe("many domains", () => {
  it("run ten side by side, and a slow one holds only its own words back", async () => {
    const { fleet, said } = fleetOf(14);
    const { ends, work, most } = heldWork();
    const run = forEachStack(fleet, work);
    await expect.poll(() => ends.length).toBe(10);
    for (let at = 1; at < 14; at += 1) {
      await expect.poll(() => ends[at]).toBeDefined();
      ends[at]?.();
    }
    await settled();
    expect(said()).toBe("");
    ends[0]?.();
    expect(await run).toEqual([0]);
    expect(said().trim().split("\n").map(Number)).toEqual(
      Array.from({ length: 14 }, (_, at) => at),
    );
    expect(most()).toBe(10);
  });

  it("are told of one by one where somebody is to answer", async () => {
    const { fleet, said } = fleetOf(3, { isAttended: true });
    let running = 0;
    await forEachStack(fleet, async ({ context, index }) => {
      running += 1;
      expect(running).toBe(1);
      context.process.stderr.write(`${index}`);
      expect(said()).toMatch(new RegExp(`${index}$`));
      await settled();
      running -= 1;
      return 0;
    });
    expect(said()).toBe("012");
  });

  it("that fail keep no other from its turn, and are a line of JSON like the others", async () => {
    const { fleet, said } = fleetOf(3, { flags: { ...LOCAL, json: true } });
    const codes = await forEachStack(fleet, async ({ context, index }) => {
      if (index === 1) throw new Error("broken");
      context.process.stdout.write(`{"index":${index}}\n`);
      return 0;
    });
    expect(codes.toSorted()).toEqual([0, 1]);
    expect(said()).toContain(
      '{"domain":"d1.example","error":{"code":"internal","message":"Error: broken"}}\n',
    );
    expect(said()).toMatch(/\{"index":0\}[^]*"d1\.example"[^]*\{"index":2\}/);
  });

  it("are not begun any more after Ctrl-C", async () => {
    const { fleet, stop } = fleetOf(50);
    let begun = 0;
    const codes = await forEachStack(fleet, async ({ context }) => {
      begun += 1;
      stop.abort();
      context.signal.throwIfAborted();
      return 0;
    });
    expect(codes).toEqual([130]);
    expect(begun).toBeLessThanOrEqual(10);
  });

  it("show on a terminal how many are done, and leave no line of that behind", async () => {
    const { fleet, said } = fleetOf(2, { isTerminal: true });
    await forEachStack(fleet, async () => 0);
    expect(said()).toBe("1 of 2 domains\r\u001b[2K2 of 2 domains\r\u001b[2K");
    const quiet = fleetOf(2);
    await forEachStack(quiet.fleet, async () => 0);
    expect(quiet.said()).toBe("");
  });
});
