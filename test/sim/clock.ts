import type { Timer } from "../../src/http/exchange.ts";
import type { FakeClock } from "../engine/fake-clock.ts";

/** Limits on requests that come when somebody lets the time pass: a slow answer, or a pause. */
export function timerOf(clock: FakeClock): Timer {
  return (ms, act) => {
    let isOff = false;
    clock.at(clock.now() + ms, () => {
      if (!isOff) act();
    });
    return () => {
      isOff = true;
    };
  };
}
