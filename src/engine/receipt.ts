import type { RRset } from "../core/dns/rrset.ts";
import { MailDnsError, isMailDnsError } from "../core/errors.ts";
import { planOps } from "../core/plan/assemble.ts";
import type { Receipt } from "../core/plan/schema.ts";
import type { Receipts } from "../ports/receipts.ts";
import type { Planned } from "./plan.ts";
import { type World, isoTime } from "./world.ts";

export type Step = Receipt["steps"][number];

const SECOND = 1000;
const MAX_TRIES = 20;

/**
 * The receipt of a plan of which nothing has been written yet: every step is `pending`. If we are
 * killed now, it is all that the next run needs.
 */
export function draftReceipt(planned: Planned, startedAt: number): Receipt {
  const { plan, snapshot, undoes } = planned;
  const ops = planOps(plan);
  const isTouched = ({ name, type }: RRset): boolean =>
    ops.some((op) => op.name === name && op.type === type);
  return {
    formatVersion: 1,
    id: receiptId(startedAt),
    domain: plan.domain,
    zone: plan.zone,
    host: plan.host,
    plan: plan.digest,
    ...(undoes !== undefined && { undoes: undoes.id }),
    startedAt: isoTime(startedAt),
    before: snapshot.rrsets
      .filter(isTouched)
      .map(({ name, type, ttl, values }) => ({ name, type, ttl, values: [...values] })),
    steps: ops.map((op) => ({ op, outcome: "pending" })),
    verified: "not-asked",
    servers: [],
  };
}

/**
 * Keeps a new receipt under an id of its own: ids grow even where two runs share a second or the
 * clock was set back, so that the newest is always the last one written.
 */
export async function createReceipt(draft: Receipt, { receipts }: World): Promise<Receipt> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const receipt = { ...draft, id: await nextId(draft, receipts) };
    try {
      await receipts.create(receipt);
      return receipt;
    } catch (error) {
      if (!isMailDnsError(error) || error.code !== "conflict") throw error;
    }
  }
  throw new MailDnsError("busy", `Another run keeps writing receipts of ${draft.domain}.`, {
    domain: draft.domain,
    help: "Wait until it has ended, then plan again.",
  });
}

async function nextId(draft: Receipt, receipts: Receipts): Promise<string> {
  const newest = timeOf((await receipts.ids(draft.domain))[0] ?? "");
  const wanted = Date.parse(draft.startedAt);
  return receiptId(newest === undefined ? wanted : Math.max(wanted, newest + SECOND));
}

/** `20261124T184012Z` */
function receiptId(ms: number): string {
  return isoTime(ms).replace(/[-:]|\.\d+/g, "");
}

function timeOf(id: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(id)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, ...rest] = parts;
  return Date.UTC(year, month - 1, ...rest);
}

/** Whether the run that wrote this receipt was cut off. The next plan shows what is left to do. */
export function isUnfinished(receipt: Receipt): boolean {
  return receipt.finishedAt === undefined;
}

/** Whether anything may have been written. */
export function hasWritten({ steps }: Pick<Receipt, "steps">): boolean {
  return steps.some(({ outcome }) => outcome === "done" || outcome === "unknown");
}
