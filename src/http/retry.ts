import type { Reply } from "./exchange.ts";
import type { Told } from "./limits.ts";

/** Whether a reply is given to whoever asked, or the request sent again, or neither helps. */
export type Decision =
  | { readonly kind: "give" | "fail" }
  | {
      readonly kind: "again";
      readonly pauseMs: number;
      /** Nobody else with this credential should ask meanwhile. */
      readonly isForAll: boolean;
      readonly because: string;
    };

export interface Tried {
  readonly reply: Reply;
  readonly isRead: boolean;
  /** 1 for the first. */
  readonly attempt: number;
  readonly told: Told | undefined;
  readonly random: () => number;
}

/** Nobody waits longer than this without being told. */
export const MAX_PAUSE_MS = 10 * 60 * 1000;

const MAX_ATTEMPTS = 5;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;
/** Of a pause that was asked for, at most so much more: not all at the same moment. */
const SPREAD_MS = 250;

/**
 * A read is sent again whatever was wrong on the way. Of a write, only 429 and a connection that
 * was never made say that nothing was done.
 */
export function decide(tried: Tried): Decision {
  const { reply, isRead } = tried;
  if (reply.kind === "untrusted") return { kind: "fail" };
  if (reply.kind !== "answer") {
    if (!isRead && reply.kind !== "unsent") return { kind: "fail" };
    return again(tried, reply.reason);
  }
  const { status } = reply.answer;
  const isOverloaded = status === 429;
  if (isOverloaded || (isRead && isPassing(status))) return again(tried, `answered ${status}`);
  return { kind: "give" };
}

/** Server errors that may be gone the next time: all but "not implemented" and "no such version". */
function isPassing(status: number): boolean {
  return status >= 500 && status !== 501 && status !== 505;
}

function again({ attempt, told, random, reply }: Tried, reason: string): Decision {
  if (attempt === MAX_ATTEMPTS) return { kind: "fail" };
  const isForAll =
    told?.pauseMs !== undefined || (reply.kind === "answer" && reply.answer.status === 429);
  // Nobody said how long: between half and all of a delay that doubles (RFC 9110 15.6.4 leaves it open).
  const growing = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  const pauseMs =
    told?.pauseMs === undefined
      ? Math.round(growing * (0.5 + random() / 2))
      : Math.round(told.pauseMs + random() * SPREAD_MS);
  const asked = told?.pauseMs === undefined ? "" : " and asked for this pause";
  return { kind: "again", pauseMs, isForAll, because: `${reason}${asked}: again in ${pauseMs} ms` };
}
