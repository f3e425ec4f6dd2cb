import { setImmediate as settled } from "node:timers/promises";
import type { Clock } from "../../src/ports/clock.ts";

/** Time that goes on to the next who waits for it, whenever nothing else is left to do. */
export interface VirtualTime extends Clock {
  /** Lets time go on until this is done. Only for work that waits for nothing else than time. */
  run(work: Promise<unknown>): Promise<void>;
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export function createVirtualTime(): VirtualTime {
  const sleepers = new Set<Sleeper>();
  let now = 0;
  return {
    now: () => now,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const giveUp = (): void => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        };
        const wake = (): void => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        };
        const sleeper = { until: now + ms, wake };
        sleepers.add(sleeper);
        signal.addEventListener("abort", giveUp);
      }),
    async run(work) {
      const state = { isDone: false };
      void work.finally(() => (state.isDone = true)).catch(() => undefined);
      for (await settled(); !state.isDone; await settled()) {
        const [next] = [...sleepers].sort((a, b) => a.until - b.until);
        if (next === undefined) throw new Error("Everybody waits for ever.");
        now = next.until;
        sleepers.delete(next);
        next.wake();
      }
      await work;
    },
  };
}
