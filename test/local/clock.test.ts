import { describe, expect, it } from "vitest";
import { createClock } from "../../src/local/clock.ts";

describe("the machine's clock", () => {
  it("counts milliseconds since 1970", () => {
    expect(Math.abs(createClock().now() - Date.now())).toBeLessThan(1000);
  });

  it("waits", async () => {
    await createClock().wait(1, new AbortController().signal);
  });

  it("stops waiting with the reason of whoever aborts, before and during the wait", async () => {
    const reason = new Error("Ctrl-C");
    const clock = createClock();
    await expect(clock.wait(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const ctrlC = new AbortController();
    const waiting = clock.wait(60_000, ctrlC.signal);
    ctrlC.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});
