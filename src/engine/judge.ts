import { isInPlace } from "../core/plan/inverse.ts";
import type { Op } from "../core/plan/schema.ts";
import type { CallResult } from "../ports/dns-provider.ts";
import type { Step } from "./receipt.ts";

/** All that is known of one op after the write: what was said of it, and what is there now. */
export interface Evidence {
  /** What the host said of the calls that carry it out; undefined: none of them was tried. */
  readonly claim?: CallResult;
  /** Why the write broke off without a word on this op. */
  readonly failure?: string;
  /** The values at its name and type before the write. */
  readonly was: readonly string[];
  /** The same, read back. Undefined: they could not be read. */
  readonly live?: readonly string[];
  /** Why they could not. */
  readonly unread?: string;
}

/**
 * What became of one op. What is there now decides; the host's word only where it could not be
 * read. `unknown` is said whenever neither is certain.
 */
export function judgeStep(op: Op, evidence: Evidence): Step {
  const { live, claim, failure } = evidence;
  if (live === undefined) return unseen(op, evidence);
  const wasTried = claim !== undefined || failure !== undefined;
  if (isInPlace(op, live)) {
    const doubt =
      failure ??
      (claim?.outcome === "failed" || claim?.outcome === "unknown" ? claim.detail : undefined);
    if (doubt !== undefined) return step(op, "done", `seen when read back, although: ${doubt}`);
    return step(op, claim?.outcome === "already" || !wasTried ? "already" : "done", claim?.detail);
  }
  if (isAsBefore(op, evidence.was, live)) return unwritten(op, evidence);
  if (!wasTried) return step(op, "pending", "somebody else has changed the record meanwhile");
  const word = claim?.detail ?? failure;
  const others =
    "somebody else changed the record at the same moment; plan again to see it as it is";
  return step(
    op,
    claim?.outcome === "failed" ? "failed" : "unknown",
    word === undefined ? others : `${others} (${word})`,
  );
}

/** A new value that is missing was never written only if nothing else has come in its place. */
function isAsBefore(op: Op, was: readonly string[], live: readonly string[]): boolean {
  if (op.after !== null && live.includes(op.after)) return false;
  return op.before === null ? live.every((value) => was.includes(value)) : live.includes(op.before);
}

/** Everything is as before. */
function unwritten(op: Op, { claim, failure }: Evidence): Step {
  if (failure !== undefined) return step(op, "failed", `not written: ${failure}`);
  if (claim === undefined) return step(op, "pending");
  if (claim.outcome === "failed") return step(op, "failed", claim.detail);
  if (claim.outcome === "unknown") {
    return step(op, "failed", `not written: ${claim.detail ?? "the host's answer was lost"}`);
  }
  return step(op, "failed", "the host said that it was done, but the record is as before");
}

function unseen(op: Op, { claim, failure, unread }: Evidence): Step {
  const why = `could not be read back: ${unread ?? "no reason was given"}`;
  if (failure !== undefined) return step(op, "unknown", `${failure}; ${why}`);
  if (claim === undefined) return step(op, "pending");
  const detail = claim.detail === undefined ? why : `${claim.detail}; ${why}`;
  return step(op, claim.outcome, detail);
}

function step(op: Op, outcome: Step["outcome"], detail?: string): Step {
  return { op, outcome, ...(detail !== undefined && { detail }) };
}

/** The word on one op, where several calls carry it out: done only if each of them is. */
export function claimFor(
  index: number,
  calls: readonly { readonly ops: readonly number[] }[],
  results: readonly CallResult[],
): CallResult | undefined {
  const own = calls.flatMap((call, at) => (call.ops.includes(index) ? [results[at]] : []));
  const told = own.filter((result) => result !== undefined);
  const bad = told.find(({ outcome }) => outcome === "failed" || outcome === "unknown");
  if (bad !== undefined) return bad;
  if (told.length === 0) return undefined;
  if (told.length < own.length) return { outcome: "unknown", detail: "only begun" };
  return told.find(({ outcome }) => outcome === "done") ?? told[0];
}
