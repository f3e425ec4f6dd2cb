import type { Clock } from "../../src/ports/clock.ts";

/** Time that passes only while somebody waits for it, and then at once. */
export interface FakeClock extends Clock {
  /** Does this when the time has come. */
  at(ms: number, act: () => void): void;
  pass(ms: number): void;
}

export function createFakeClock(start = Date.parse("2026-11-24T18:40:12Z")): FakeClock {
  let now = start;
  let plans: { readonly ms: number; readonly act: () => void }[] = [];
  const pass = (ms: number): void => {
    const end = now + ms;
    const due = plans.filter((one) => one.ms <= end).toSorted((a, b) => a.ms - b.ms);
    plans = plans.filter((one) => one.ms > end);
    for (const one of due) {
      now = Math.max(now, one.ms);
      one.act();
    }
    now = end;
  };
  return {
    now: () => now,
    at: (ms, act) => void plans.push({ ms, act }),
    pass,
    async wait(ms, signal) {
      signal.throwIfAborted();
      pass(ms);
      signal.throwIfAborted();
    },
  };
}
