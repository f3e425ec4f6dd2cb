import { MailDnsError, isMailDnsError } from "../core/errors.ts";
import { planOps } from "../core/plan/assemble.ts";
import type { Op, Receipt } from "../core/plan/schema.ts";
import type { Settled } from "../ports/dns-provider.ts";
import type { Run } from "./apply-event.ts";
import { type Expectation, expectationsOf } from "./expectation.ts";
import type { Observed } from "./observe.ts";
import type { Planned } from "./plan.ts";
import { type Step, hasWritten } from "./receipt.ts";
import { type Verification, verify } from "./verify.ts";
import { isoTime, messageOf } from "./world.ts";
import { type Written, writePlan } from "./write.ts";

/** Where the zone is served, why that is not known, or undefined: nobody wants to know. */
export type Watched = Observed | { readonly failure: string } | undefined;

const SECOND = 1000;
/** Most hosts serve a change within seconds; anycast networks and hidden primaries take a minute. */
const MACHINE = { deadlineMs: 120 * SECOND, pausesMs: [1, 2, 4, 8, 15].map((s) => s * SECOND) };
/** A person needs a while for a control panel. */
const PERSON = { deadlineMs: 1800 * SECOND, pausesMs: [30 * SECOND] };

/** The host writes. Returns the receipt as it was saved last. */
export async function writeAndConfirm(
  planned: Planned,
  receipt: Receipt,
  watched: Watched,
  run: Run,
): Promise<Receipt> {
  const { world, options, signal } = run;
  const startedAt = world.clock.now();
  const { steps, error } = await write(planned, receipt, run);
  const ms = world.clock.now() - startedAt;
  tell(planned, steps, ms, run);
  const written = { ...receipt, steps: [...steps] };
  if (error !== undefined && !hasWritten(written)) {
    await finish(written, run);
    throw error;
  }
  // Should this fail, so will the last save, which tells it; publishing must not wait for that.
  await world.receipts.save(written).catch(() => undefined);
  const settled = hasWritten(written) ? await settle(planned, run) : undefined;
  if (signal.aborted) {
    options.onEvent({ kind: "interrupted" });
    return finish({ ...written, verified: options.verify ? "pending" : "not-asked" }, run);
  }
  const expected = expectationsOf(landed(steps), receipt.before);
  const isFailed = settled?.state === "failed";
  // What was not published comes no sooner for waiting: one look is enough.
  const looking = isFailed ? { ...run, options: { ...options, deadlineMs: 0 } } : run;
  const { met: _, ...result } = await confirm({ expected, watched, ...MACHINE }, looking);
  const isUnpublished = isFailed && result.verified === "not-asked";
  return finish({ ...written, ...result, ...(isUnpublished && { verified: "no" }) }, run);
}

function tell({ calls }: Planned, steps: readonly Step[], ms: number, { options }: Run): void {
  for (const [index, { op, outcome, detail }] of steps.entries()) {
    const call = calls.find(({ ops }) => ops.includes(index));
    const further = {
      ...(call !== undefined && { call }),
      ...(detail !== undefined && { detail }),
    };
    options.onEvent({ kind: "write", op, outcome, ...further, ms });
  }
}

/** A person writes: says what to do, and waits until every name server has it. */
export async function instruct(
  planned: Planned,
  receipt: Receipt,
  watched: Watched,
  run: Run,
): Promise<Receipt> {
  const ops = planOps(planned.plan);
  run.options.onEvent({ kind: "instructions", calls: planned.calls, ops });
  const expected = expectationsOf(ops, receipt.before);
  const { met, ...verification } = await confirm({ expected, watched, ...PERSON }, run);
  const isMet = (op: Op): boolean =>
    met.some(({ name, type }) => name === op.name && type === op.type);
  const steps = ops.map((op): Step => ({ op, outcome: isMet(op) ? "done" : "pending" }));
  return finish({ ...receipt, ...verification, steps }, run);
}

/** Nothing was sent when the zone has changed: then the receipt says so before the error goes on. */
async function write(planned: Planned, receipt: Receipt, run: Run): Promise<Written> {
  try {
    return await writePlan(planned, run.world, run.signal);
  } catch (error) {
    if (!isMailDnsError(error) || error.code !== "stale-write") throw error;
    const detail = `nothing was sent: ${error.message}`;
    const steps = receipt.steps.map(({ op }): Step => ({ op, outcome: "failed", detail }));
    await finish({ ...receipt, steps }, run);
    throw error;
  }
}

/** Publishing belongs to the write, so Ctrl-C does not keep it from being done. */
async function settle({ snapshot }: Planned, { world, options }: Run): Promise<Settled> {
  const startedAt = world.clock.now();
  const settled = await world.provider
    .settle(snapshot.zone, new AbortController().signal)
    .catch((error: unknown): Settled => ({ state: "failed", detail: messageOf(error) }));
  options.onEvent({ kind: "settled", settled, ms: world.clock.now() - startedAt });
  return settled;
}

interface Confirming {
  readonly expected: readonly Expectation[];
  readonly watched: Watched;
  readonly deadlineMs: number;
  readonly pausesMs: readonly number[];
}

type Confirmed = Pick<Receipt, "verified" | "servers" | "visibleBy"> & Pick<Verification, "met">;

async function confirm(
  { expected, watched, deadlineMs, pausesMs }: Confirming,
  { world, options, signal }: Run,
): Promise<Confirmed> {
  if (watched === undefined || expected.length === 0) {
    return { verified: "not-asked", servers: [], met: [] };
  }
  if ("failure" in watched) {
    options.onEvent({ kind: "not-verified", reason: watched.failure });
    return { verified: "no", servers: [], met: [] };
  }
  const { authority, clock } = world;
  const { servers, verified, met, at } = await verify(
    { expected, delegation: watched.delegation },
    {
      authority,
      clock,
      deadlineMs: options.deadlineMs ?? deadlineMs,
      pausesMs,
      onReport: (report, ms) => options.onEvent({ kind: "server", report, ms }),
    },
    signal,
  );
  if (signal.aborted) options.onEvent({ kind: "interrupted" });
  const result = { verified, servers: [...servers], met };
  const seconds = watched.keepSeconds;
  if (at === undefined || seconds === undefined) return result;
  const visibleBy = isoTime(at + seconds * SECOND);
  options.onEvent({ kind: "visible-by", at: visibleBy, seconds });
  return { ...result, visibleBy };
}

function landed(steps: readonly Step[]): readonly Op[] {
  return steps
    .filter(({ outcome }) => outcome === "done" || outcome === "already")
    .map(({ op }) => op);
}

/** A full disk does not unwrite what was written; the receipt of before the write still serves. */
async function finish(receipt: Receipt, { world }: Run): Promise<Receipt> {
  const finished = { ...receipt, finishedAt: isoTime(world.clock.now()) };
  try {
    await world.receipts.save(finished);
    return finished;
  } catch (cause) {
    const { domain, id } = receipt;
    const done = hasWritten(receipt) ? "The records were written, but" : "Nothing was written, and";
    throw new MailDnsError(
      "transient",
      `${done} the receipt ${id} could not be brought up to date: ${messageOf(cause)}`,
      {
        domain,
        cause,
        help: "Plan again to see what is live. `undo` works from the receipt as it is.",
      },
    );
  }
}
