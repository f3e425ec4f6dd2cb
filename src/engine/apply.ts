import { MailDnsError, isMailDnsError } from "../core/errors.ts";
import { planOps } from "../core/plan/assemble.ts";
import type { Receipt } from "../core/plan/schema.ts";
import type { ApplyOptions, Run } from "./apply-event.ts";
import { type Watched, instruct, writeAndConfirm } from "./carry-out.ts";
import { expectationsOf } from "./expectation.ts";
import { observe } from "./observe.ts";
import { type Planned, planAgain } from "./plan.ts";
import { createReceipt, draftReceipt } from "./receipt.ts";
import { type World, isoTime } from "./world.ts";

/** Older than this, a snapshot is read again before anything is written (design, "How fresh is fresh"). */
const FRESH_MS = 5000;

/**
 * Carries a plan out: compare with `before`, save the receipt, send once, read back, publish, ask
 * every name server. A host that refuses a stale write is asked once more, if our changes are still the
 * same. Facts are in the receipt, whatever happens: each step says what became of it, `verified` who
 * serves it. Throws MailDnsError where nothing was written: `stale-write` when the
 * zone is no longer what was planned on, `interrupted`, or what the host says.
 */
export async function applyPlan(
  planned: Planned,
  world: World,
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<Receipt> {
  const run: Run = { world, options, signal };
  stopIfAborted(signal);
  if (planOps(planned.plan).length === 0) {
    const now = world.clock.now();
    return { ...draftReceipt(planned, now), finishedAt: isoTime(now) };
  }
  const expected = expectationsOf(planOps(planned.plan), planned.snapshot.rrsets);
  const { authority } = world;
  const watched = options.verify
    ? await observe(planned.snapshot, expected, authority, signal)
    : undefined;
  const fresh = await refresh(planned, run);
  try {
    return await carryOut(fresh, watched, run);
  } catch (error) {
    if (!isMailDnsError(error) || error.code !== "stale-write") throw error;
    // Nothing was sent. What the host refused to overwrite may leave ours as it was.
    return carryOut(await readAgain(fresh, run), watched, run);
  }
}

async function carryOut(planned: Planned, watched: Watched, run: Run): Promise<Receipt> {
  const { world, options, signal } = run;
  stopIfAborted(signal);
  const receipt = await createReceipt(draftReceipt(planned, world.clock.now()), world);
  options.onEvent({ kind: "saved", where: world.receipts.describe(receipt), receipt });
  return world.provider.capabilities.writes
    ? writeAndConfirm(planned, receipt, watched, run)
    : instruct(planned, receipt, watched, run);
}

/** A plan that was made a moment ago from the host's own data is carried out as it is. */
async function refresh(planned: Planned, run: Run): Promise<Planned> {
  const { world } = run;
  const { source, takenAt } = planned.snapshot;
  const age = world.clock.now() - Date.parse(takenAt);
  const isOwn = source === "host" || !world.provider.capabilities.writes;
  return isOwn && age >= 0 && age <= FRESH_MS ? planned : readAgain(planned, run);
}

/** The same changes, on the zone as it is now. Throws `stale-write` where they are others. */
async function readAgain(planned: Planned, { world, options, signal }: Run): Promise<Planned> {
  const startedAt = world.clock.now();
  const again = await planAgain(planned, world, signal);
  if (again.plan.digest !== planned.plan.digest) {
    const { domain, zone } = planned.plan;
    throw new MailDnsError(
      "stale-write",
      `The records of ${domain} are no longer what this was planned on. Nothing was written.`,
      {
        domain,
        help: `Somebody has changed the zone ${zone} meanwhile. Plan again and look at what is new.`,
      },
    );
  }
  options.onEvent({ kind: "read-again", ms: world.clock.now() - startedAt });
  return again;
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new MailDnsError("interrupted", "Interrupted. Nothing was written.");
}
