import type { Clock } from "../../src/ports/clock.ts";

/** A clock that a test moves by hand. */
export interface HandClock extends Clock {
  /** Lets time pass: who waits for less goes on. */
  pass(ms: number): void;
}

export function createHandClock(): HandClock {
  const waiting = new Set<{ readonly until: number; readonly wake: () => void }>();
  let now = 0;
  return {
    now: () => now,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake: resolve };
        waiting.add(sleeper);
        signal.addEventListener("abort", () => {
          waiting.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    pass: (ms) => {
      now += ms;
      for (const sleeper of waiting) {
        if (sleeper.until > now) continue;
        waiting.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
