import type { Clock } from "../ports/clock.ts";
import type { Http, HttpAnswer, HttpRequest, Sender } from "../ports/http.ts";
import { checkRequest, failure, tooLong } from "./errors.ts";
import { exchange, type Reply, type Timer } from "./exchange.ts";
import { readLimits, type Told } from "./limits.ts";
import { createPace, type Pace } from "./pace.ts";
import { createRedact } from "./redact.ts";
import { decide, type Decision, MAX_PAUSE_MS } from "./retry.ts";
import { type Trace, traceEntry } from "./trace.ts";

export interface HttpOptions {
  readonly clock: Clock;
  readonly trace?: Trace | undefined;
  /** For limits on a request; pauses come from the clock. */
  readonly timer?: Timer;
  /** From 0 to 1: spreads what many would send at one moment. */
  readonly random?: () => number;
}

const READ_LIMIT_MS = 30_000;
/** Longer: of a write that is given up on, nobody knows what became of it. */
const WRITE_LIMIT_MS = 60_000;
/** Room for the largest page that we ask for: 5,000 records with long values. */
const MAX_OCTETS = 32 * 1024 * 1024;

/** HTTP for one run. */
export function createHttp(options: HttpOptions): Http {
  const { clock, timer = realTimer, random = Math.random, trace } = options;
  const paces = new Map<string, Pace>();
  const paceOf = ({ key, pace }: Sender): Pace => {
    const known = paces.get(key) ?? createPace(clock, pace);
    paces.set(key, known);
    return known;
  };
  return {
    send(request, sender, signal) {
      return send({ request, sender, signal, clock, timer, random, trace, pace: paceOf(sender) });
    },
  };
}

interface Sending {
  readonly request: HttpRequest;
  readonly sender: Sender;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: () => number;
  readonly trace: Trace | undefined;
  readonly pace: Pace;
}

async function send(sending: Sending): Promise<HttpAnswer> {
  const { request, sender, signal, clock } = sending;
  checkRequest(request, sender);
  for (let attempt = 1; ; attempt += 1) {
    const { reply, decision } = await tryOnce(sending, attempt);
    if (decision.kind === "give" && reply.kind === "answer") return shown(reply.answer, sender);
    if (decision.kind !== "again") throw failure({ request, sender, reply, attempt });
    if (decision.pauseMs > MAX_PAUSE_MS)
      throw tooLong(sender, reply, clock.now() + decision.pauseMs);
    // Where all are asked to wait, the pace does so.
    if (!decision.isForAll) await clock.wait(decision.pauseMs, signal);
  }
}

/** What a vendor says about an error is told to people, and it may repeat what it was sent. */
function shown(answer: HttpAnswer, { secrets }: Sender): HttpAnswer {
  if (answer.status < 400) return answer;
  return { ...answer, body: createRedact(secrets)(answer.body) };
}

async function tryOnce(
  { request, sender, signal, clock, timer, random, trace, pace }: Sending,
  attempt: number,
): Promise<{ readonly reply: Reply; readonly decision: Decision }> {
  const askedAt = clock.now();
  const leave = await pace.enter(signal);
  const sentAt = clock.now();
  let told: Told | undefined;
  try {
    const isRead = request.method === "GET";
    const reply = await exchange(request, {
      timer,
      limitMs: isRead ? READ_LIMIT_MS : WRITE_LIMIT_MS,
      maxOctets: MAX_OCTETS,
      // A write that has begun is finished.
      signal: isRead ? signal : undefined,
    });
    const now = clock.now();
    const limits = reply.kind === "answer" ? readLimits(reply.answer, now) : undefined;
    const decision = decide({ reply, isRead, attempt, told: limits, random });
    told =
      decision.kind === "again" && decision.isForAll
        ? { ...limits, pauseMs: Math.min(decision.pauseMs, MAX_PAUSE_MS) }
        : limits;
    const again = decision.kind === "again" ? decision.because : undefined;
    trace?.(traceEntry({ request, sender, reply, attempt, askedAt, sentAt, now, again }));
    return { reply, decision };
  } finally {
    leave(told);
  }
}

function realTimer(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
