import { createHttp } from "../../src/http/client.ts";
import type { TraceEntry } from "../../src/http/trace.ts";
import type { Http } from "../../src/ports/http.ts";
import type { FakeClock } from "../engine/fake-clock.ts";
import { timerOf } from "./clock.ts";

export interface SimHttp {
  readonly http: Http;
  /** What `--trace` would write. */
  readonly traced: readonly TraceEntry[];
}

/** The client that the program has, on a clock whose time passes only while somebody waits. */
export function createSimHttp(clock: FakeClock): SimHttp {
  const traced: TraceEntry[] = [];
  const http = createHttp({
    clock,
    timer: timerOf(clock),
    random: () => 1,
    trace: (entry) => traced.push(entry),
  });
  return { http, traced };
}
