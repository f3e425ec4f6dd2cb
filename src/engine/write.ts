import type { DomainName } from "../core/dns/name.ts";
import type { RRset, Snapshot } from "../core/dns/rrset.ts";
import { isMailDnsError } from "../core/errors.ts";
import { planOps } from "../core/plan/assemble.ts";
import { isInPlace } from "../core/plan/inverse.ts";
import type { Op } from "../core/plan/schema.ts";
import type { Call, CallResult } from "../ports/dns-provider.ts";
import { claimFor, judgeStep } from "./judge.ts";
import type { Planned } from "./plan.ts";
import type { Step } from "./receipt.ts";
import { type World, messageOf } from "./world.ts";

export interface Written {
  readonly steps: readonly Step[];
  /** What the host's client threw, where it did. */
  readonly error?: unknown;
}

/** A write whose answer got lost may still arrive: we look again after so many milliseconds. */
const LATE_MS = [1000, 2000, 4000];

/**
 * Sends the plan's calls once, and finds out what became of each op: by the host's answer where it
 * shows the stored records, else by reading back. Nothing is ever sent a second time. The running
 * write is finished when the signal is aborted. Throws `stale-write`, with nothing sent.
 */
export async function writePlan(
  planned: Planned,
  world: World,
  signal: AbortSignal,
): Promise<Written> {
  const { calls, snapshot } = planned;
  const ops = planOps(planned.plan);
  const { results, error } = await send(planned, world, signal);
  const failure = error === undefined ? undefined : messageOf(error);
  const claims = ops.map((_, index) => claimFor(index, calls, results));
  const isLost = claims.map((claim) => (claim ? claim.outcome === "unknown" : isInDoubt(error)));
  const seen =
    storedIn(results, calls, ops) ?? (await readBack({ ops, isLost, snapshot }, world, signal));
  const steps = ops.map((op, index) => {
    const claim = claims[index];
    const live = seen.rrsets && (rrsetFor(op, seen.rrsets)?.values ?? []);
    return judgeStep(op, {
      was: rrsetFor(op, snapshot.rrsets)?.values ?? [],
      ...(claim !== undefined && { claim }),
      ...(claim === undefined && failure !== undefined && { failure }),
      ...(live !== undefined && { live }),
      ...(seen.unread !== undefined && { unread: seen.unread }),
    });
  });
  return { steps, ...(error !== undefined && { error }) };
}

async function send(
  { calls, snapshot }: Planned,
  { provider }: World,
  signal: AbortSignal,
): Promise<{ readonly results: readonly CallResult[]; readonly error?: unknown }> {
  try {
    return { results: await provider.apply(calls, snapshot, signal) };
  } catch (error) {
    if (isMailDnsError(error) && error.code === "stale-write") throw error;
    return { results: [], error };
  }
}

interface Seen {
  readonly rrsets?: readonly RRset[];
  readonly unread?: string;
}

/** The last answer about each RRset, where every call's answer shows what is stored. */
function storedIn(
  results: readonly CallResult[],
  calls: readonly Call[],
  ops: readonly Op[],
): Seen | undefined {
  const latest = new Map<string, readonly RRset[]>();
  for (const [index, call] of calls.entries()) {
    const { outcome, stored } = results[index] ?? {};
    if (outcome !== "done" || stored === undefined) return undefined;
    for (const op of ops.filter((_, at) => call.ops.includes(at))) {
      const rrset = rrsetFor(op, stored);
      latest.set(`${op.name} ${op.type}`, rrset === undefined ? [] : [rrset]);
    }
  }
  return { rrsets: [...latest.values()].flat() };
}

interface Reading {
  readonly ops: readonly Op[];
  /** By op: whether its write may still be on its way. */
  readonly isLost: readonly boolean[];
  readonly snapshot: Snapshot;
}

async function readBack(reading: Reading, world: World, signal: AbortSignal): Promise<Seen> {
  let seen = await readOnce(reading, world);
  for (const ms of LATE_MS) {
    const { rrsets } = seen;
    const isOpen = reading.ops.some(
      (op, index) =>
        reading.isLost[index] === true &&
        (rrsets === undefined || !isInPlace(op, rrsetFor(op, rrsets)?.values ?? [])),
    );
    if (!isOpen || signal.aborted) return seen;
    try {
      await world.clock.wait(ms, signal);
    } catch {
      return seen;
    }
    seen = await readOnce(reading, world);
  }
  return seen;
}

/** Not broken off by Ctrl-C: what was written has to be known. */
async function readOnce({ ops, snapshot }: Reading, { provider }: World): Promise<Seen> {
  const names = [...new Set(ops.map((op) => op.name as DomainName))];
  try {
    const { rrsets } = await provider.read(snapshot.zone, names, new AbortController().signal);
    return { rrsets };
  } catch (error) {
    return { unread: messageOf(error) };
  }
}

function rrsetFor(op: Op, rrsets: readonly RRset[]): RRset | undefined {
  return rrsets.find(({ name, type }) => name === op.name && type === op.type);
}

/** Whether a write may still arrive after this: the network failed, and not the host or we. */
function isInDoubt(error: unknown): boolean {
  return isMailDnsError(error) && (error.code === "transient" || error.code === "unknown-outcome");
}
