import type { Clock } from "../ports/clock.ts";
import type { Sender } from "../ports/http.ts";
import { following } from "./follow.ts";
import type { Told } from "./limits.ts";

/** Told when the answer is there; undefined where none came. */
export type Leave = (told: Told | undefined) => void;

/** The pace of everything that is sent with one credential. */
export interface Pace {
  /** Waits for a turn. Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<Leave>;
}

/** Whole seconds may be rounded down. */
const ROUNDING_MS = 1000;
/** Whatever an answer says, we look again after so long. */
const MAX_RESET_MS = 10 * 60 * 1000;

interface State {
  inFlight: number;
  /** When the answers of the current window came: what was sent arrived before. */
  answered: number[];
  quota: Sender["pace"];
  left: { requests: number; readonly until: number } | undefined;
  pausedUntil: number;
  /** Nothing is known: one request goes, alone, to find out how things stand. */
  probe: "needed" | "sent" | undefined;
}

/**
 * So many requests in any window of the documented length, counted from their answers: then no
 * window of the vendor's own sees more, wherever it begins and however long the way is. As soon as
 * answers tell what is left, only that counts.
 */
export function createPace(clock: Clock, documented: Sender["pace"]): Pace {
  const state: State = {
    inFlight: 0,
    answered: [],
    quota: documented,
    left: undefined,
    pausedUntil: 0,
    probe: undefined,
  };
  let changed = Promise.withResolvers<void>();
  let last: Promise<unknown> = Promise.resolve();
  const leave = (told: Told | undefined, sentAt: number): void => {
    note(state, told, { sentAt, now: clock.now() });
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const turn = async (signal: AbortSignal): Promise<Leave> => {
    for (;;) {
      signal.throwIfAborted();
      const delay = delayOf(state, clock.now());
      if (delay === 0) break;
      await waitFor({ clock, delay, changed: changed.promise, signal });
    }
    const sentAt = clock.now();
    state.inFlight += 1;
    if (state.probe === "needed") state.probe = "sent";
    return (told) => leave(told, sentAt);
  };
  return {
    enter(signal) {
      const mine = last.then(() => turn(signal));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Milliseconds until the next request may go; infinite where only an answer can tell. */
function delayOf(state: State, now: number): number {
  if (state.pausedUntil > now) return state.pausedUntil - now;
  if (state.left !== undefined && state.left.until <= now) {
    // Where there was room to the end, nobody needs to feel the way.
    if (state.left.requests <= state.inFlight) state.probe = "needed";
    state.left = undefined;
  }
  if (state.probe !== undefined) return state.inFlight > 0 ? Infinity : 0;
  const { left } = state;
  if (left === undefined) return delayByQuota(state, now);
  return left.requests > state.inFlight ? 0 : left.until - now;
}

function delayByQuota(state: State, now: number): number {
  forget(state, now);
  const { quota, answered, inFlight } = state;
  if (quota === undefined || answered.length + inFlight < quota.requests) return 0;
  const [oldest] = answered;
  return oldest === undefined ? Infinity : oldest + quota.seconds * 1000 - now;
}

/** Drops what lies before the window. */
function forget({ quota, answered }: State, now: number): void {
  const since = now - (quota?.seconds ?? 0) * 1000;
  const first = answered.findIndex((at) => at > since);
  answered.splice(0, first < 0 ? answered.length : first);
}

interface Times {
  readonly sentAt: number;
  readonly now: number;
}

function note(state: State, told: Told | undefined, times: Times): void {
  const { now } = times;
  state.inFlight -= 1;
  state.answered.push(now);
  forget(state, now);
  if (told?.quota !== undefined) state.quota = told.quota;
  // What was sent before a probe tells of a window that is over.
  if (state.probe !== "needed") noteLeft(state, told, times);
  if (told?.pauseMs !== undefined) {
    state.pausedUntil = Math.max(state.pausedUntil, now + told.pauseMs);
    state.probe = "needed";
  } else if (state.probe === "sent") {
    state.probe = told === undefined ? "needed" : undefined;
  }
}

/**
 * Within one window what is left only sinks, so the lowest number is the newest, in whatever order
 * the answers come. Another window is one that can't end before the known one does.
 */
function noteLeft(state: State, told: Told | undefined, { sentAt, now }: Times): void {
  const { left: known } = state;
  const left = told?.left;
  if (left === undefined) {
    if (known !== undefined) known.requests -= 1;
    return;
  }
  const resetMs = Math.min(left.resetMs, MAX_RESET_MS);
  if (known !== undefined && sentAt + resetMs <= known.until)
    known.requests = Math.min(known.requests, left.requests);
  else state.left = { requests: left.requests, until: now + resetMs + ROUNDING_MS };
}

interface Waiting {
  readonly clock: Clock;
  readonly delay: number;
  readonly changed: Promise<void>;
  readonly signal: AbortSignal;
}

function waitFor({ clock, delay, changed, signal }: Waiting): Promise<void> {
  return following(signal, ({ signal }) =>
    Promise.race([changed, Number.isFinite(delay) ? clock.wait(delay, signal) : aborted(signal)]),
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
