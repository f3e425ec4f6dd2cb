import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";

/** The machine's own clock. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    async wait(ms, signal) {
      try {
        await pause(ms, undefined, { signal });
      } catch (error) {
        // Timers reject with an error of their own; whoever aborted has said why.
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}
