import { MailDnsError } from "../../core/errors.ts";
import type { Engines } from "./log.ts";
import type { Call } from "./record.ts";
import type { Surroundings } from "./world.ts";

/** The calls that run now. Each belongs to the engine that asked: one process may serve several. */
export interface Running {
  /** Runs one call. Cancelling lets a write that has begun finish. */
  within<A>(urn: string, peer: string, work: (call: Call) => Promise<A>): Promise<A>;
  cancel(peer: string): void;
  /** When no call runs any more. */
  settled(): Promise<void>;
}

/** So long an engine that has cancelled may still send what it had begun; its port is not reused. */
const LEAVING_MS = 10_000;

export function createRunning(around: () => Promise<Surroundings>, engines: Engines): Running {
  const running = new Map<AbortController, string>();
  const leaving = new Map<string, number>();
  const waiting: (() => void)[] = [];
  const reason = new MailDnsError("interrupted", "Cancelled. Nothing was written.");
  return {
    async within(urn, peer, work) {
      const controller = new AbortController();
      if (Date.now() - (leaving.get(peer) ?? 0) < LEAVING_MS) throw reason;
      running.set(controller, peer);
      const tell = engines.say(peer);
      const say: Call["say"] = (severity, text) => tell(urn, severity, text);
      try {
        return await work({ around: await around(), signal: controller.signal, say });
      } finally {
        running.delete(controller);
        if (running.size === 0) for (const wake of waiting.splice(0)) wake();
      }
    },
    settled: () => new Promise((wake) => (running.size === 0 ? wake() : waiting.push(wake))),
    cancel(peer) {
      leaving.set(peer, Date.now());
      for (const [controller, owner] of running) if (owner === peer) controller.abort(reason);
    },
  };
}
