import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Told } from "../../src/http/limits.ts";
import { createPace } from "../../src/http/pace.ts";
import { law } from "../law.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";

const QUOTA = { requests: 240, seconds: 60 };
const WINDOW_MS = 60_000;
const never = new AbortController().signal;

/** A vendor's way to count: says of each request, when it arrives, whether it is one too many. */
interface Counting {
  readonly title: string;
  readonly create: () => (now: number) => { isTooMany: boolean; left: number; resetMs: number };
  /** When the last of so many requests can arrive at the soonest, the first arriving at 0. */
  readonly floor: (requests: number) => number;
}

function fixed(offset: number): Counting {
  return {
    title: `windows that begin at ${offset} ms`,
    create: () => {
      let window = NaN;
      let count = 0;
      return (now) => {
        const current = Math.floor((now - offset) / WINDOW_MS);
        if (current !== window) [window, count] = [current, 0];
        count += 1;
        const resetMs = (current + 1) * WINDOW_MS + offset - now;
        return { isTooMany: count > 240, left: Math.max(0, 240 - count), resetMs };
      };
    },
    floor: (requests) => {
      const first = (offset + WINDOW_MS) % WINDOW_MS || WINDOW_MS;
      const windows = Math.ceil(requests / 240) - 1;
      return windows === 0 ? 0 : first + (windows - 1) * WINDOW_MS;
    },
  };
}

const sliding: Counting = {
  title: "a window that slides",
  create: () => {
    let arrived: number[] = [];
    return (now) => {
      arrived = [...arrived.filter((at) => at > now - WINDOW_MS), now];
      const resetMs = (arrived[0] ?? now) + WINDOW_MS - now;
      return { isTooMany: arrived.length > 240, left: Math.max(0, 240 - arrived.length), resetMs };
    };
  },
  floor: (requests) => Math.floor((requests - 1) / 240) * WINDOW_MS,
};

const bucket: Counting = {
  title: "a bucket that fills four times a second",
  create: () => {
    let [tokens, at] = [240, 0];
    return (now) => {
      [tokens, at] = [Math.min(240, tokens + ((now - at) * 240) / WINDOW_MS), now];
      const isTooMany = tokens < 1;
      if (!isTooMany) tokens -= 1;
      return { isTooMany, left: Math.floor(tokens), resetMs: tokens < 1 ? (1 - tokens) * 250 : 0 };
    };
  },
  floor: (requests) => Math.max(0, requests - 240) * 250,
};

const COUNTINGS = [fixed(0), fixed(17_300), fixed(-50), sliding, bucket];

interface Sent {
  readonly refused: number;
  readonly tookMs: number;
}

interface Work {
  readonly requests: number;
  /** Milliseconds that a request is on its way; there and back. */
  readonly latency: () => number;
  readonly documented?: typeof QUOTA | undefined;
  readonly tell: (state: { left: number; resetMs: number }) => Told;
}

/** Ten at a time, as a fleet does. */
async function work(time: VirtualTime, counting: Counting, work: Work): Promise<Sent> {
  const pace = createPace(time, work.documented);
  const count = counting.create();
  let [begun, refused, last] = [0, 0, 0];
  const worker = async (): Promise<void> => {
    while (begun < work.requests) {
      begun += 1;
      const leave = await pace.enter(never);
      await time.wait(work.latency(), never);
      const { isTooMany, ...state } = count(time.now());
      if (isTooMany) refused += 1;
      last = time.now();
      await time.wait(work.latency(), never);
      leave(work.tell(state));
    }
  };
  await time.run(Promise.all(Array.from({ length: 10 }, worker)));
  return { refused, tookMs: last };
}

function inSeconds({ left, resetMs }: { left: number; resetMs: number }): Told {
  return { left: { requests: left, resetMs: Math.floor(resetMs / 1000) * 1000 } };
}

describe.each(COUNTINGS)("a vendor with $title", (counting) => {
  it.each([
    ["documented", QUOTA, () => ({})],
    ["told with every answer", undefined, inSeconds],
    ["documented as more than it is, and told", { requests: 1200, seconds: 300 }, inSeconds],
  ])("sees no request too many, and a quick end: quota %s", async (_, documented, tell) => {
    const sent = await work(createVirtualTime(), counting, {
      requests: 1500,
      latency: () => 25,
      documented,
      tell,
    });
    expect(sent.refused).toBe(0);
    // Where nothing is told, we can't know that its window has begun anew.
    const floor = documented === QUOTA ? sliding.floor(1500) : counting.floor(1500);
    expect(sent.tookMs).toBeLessThan(floor * 1.1);
  });

  it("sees no request too many however long the way is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.integer({ min: 1, max: 3000 })),
        fc.boolean(),
        async (latencies, isTold) => {
          const sent = await work(createVirtualTime(), counting, {
            requests: 600,
            latency: () => latencies.next().value,
            documented: QUOTA,
            tell: isTold ? inSeconds : () => ({}),
          });
          expect(sent.refused).toBe(0);
        },
      ),
      law(100),
    );
  });
});

describe("a pause that was asked for", () => {
  it("is one for everybody, and ends with one request that finds out", async () => {
    const time = createVirtualTime();
    const pace = createPace(time, undefined);
    const sentAt: number[] = [];
    const first = await pace.enter(never);
    first({ pauseMs: 30_000 });
    const worker = async (): Promise<void> => {
      const leave = await pace.enter(never);
      sentAt.push(time.now());
      await time.wait(100, never);
      leave({});
    };
    await time.run(Promise.all([worker(), worker(), worker()]));
    expect(sentAt).toEqual([30_000, 30_100, 30_100]);
  });

  it("ends with the reason of whoever has no more patience, and holds nobody else up", async () => {
    const time = createVirtualTime();
    const pace = createPace(time, undefined);
    (await pace.enter(never))({ pauseMs: 30_000 });
    const ctrlC = new AbortController();
    const [impatient, patient] = [pace.enter(ctrlC.signal), pace.enter(never)];
    ctrlC.abort(new Error("Ctrl-C"));
    await expect(impatient).rejects.toThrow("Ctrl-C");
    await time.run(patient);
    expect(time.now()).toBe(30_000);
  });
});

it("a request whose answer never came counts as one", async () => {
  const time = createVirtualTime();
  const pace = createPace(time, undefined);
  (await pace.enter(never))({ left: { requests: 1, resetMs: 5000 } });
  (await pace.enter(never))(undefined);
  await time.run(pace.enter(never));
  expect(time.now()).toBe(6000);
});

it("a vendor that wants nothing for a day is asked again after ten minutes", async () => {
  const time = createVirtualTime();
  const pace = createPace(time, undefined);
  (await pace.enter(never))({ left: { requests: 0, resetMs: 86_400_000 } });
  await time.run(pace.enter(never));
  expect(time.now()).toBe(601_000);
});
