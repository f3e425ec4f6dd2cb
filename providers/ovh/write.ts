import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset, Snapshot, ZoneRef } from "../../src/core/dns/rrset.ts";
import { MailDnsError, isMailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Call, CallResult, HostContext } from "../../src/ports/dns-provider.ts";
import { type Book, compareAt, readBook, textsOf } from "./compare.ts";
import { opOf } from "./compile.ts";
import { confirm } from "./confirm.ts";
import { type Desk, edit } from "./edit.ts";
import { wordsOf } from "./faults.ts";
import { publish } from "./publish.ts";
import { type Place, storedRRsets } from "./records.ts";
import { type Eyes, unpublishedAt } from "./served.ts";

export interface Writing extends Place {
  readonly context: HostContext;
  readonly planned: Snapshot;
}

interface Outcome {
  readonly results: readonly CallResult[];
  /** Why what is stored is not on its way to the name servers. */
  readonly unpublished?: string;
}

export interface Written extends Outcome {
  /** What stands at the names of the ops in the end. */
  readonly book: Book;
}

/**
 * Writes, then publishes. OVH knows no transaction, so a name whose change failed half-way is put
 * back as it was before the rest is published; and where that fails too, nothing is, because a
 * refresh would serve the half. Throws `stale-write` before anything is sent.
 */
export async function writeCalls(
  writing: Writing,
  calls: readonly Call[],
  signal: AbortSignal,
): Promise<Written> {
  const ops = calls.flatMap((call) => opOf(call) ?? []);
  if (ops.length === 0) return { results: [], book: new Map() };
  const { client, apex, context, planned } = writing;
  const book = await readBook(writing, ops, textsOf(planned), signal);
  const states = new Map<string, "done" | "same">();
  for (const { name } of ops) {
    const state = compareAt(name as DomainName, ops, { book, planned });
    if (state === "changed") throw stale(name);
    states.set(name, state);
  }
  const { signal: own } = new AbortController();
  const desk: Desk = { client, apex, book, clock: context.clock, signal: own, made: [], undo: [] };
  const isDone = ops.every(({ name }) => states.get(name) === "done");
  const outcome = isDone
    ? await alreadyThere(writing, desk, ops)
    : await writeAll(desk, ops, { states, signal, zone: planned.zone, eyes: context });
  return { ...outcome, book };
}

/** All is stored already. It may still have to be published: a run may have been cut off before. */
async function alreadyThere(
  { context, planned: { zone } }: Writing,
  desk: Desk,
  ops: readonly Op[],
): Promise<Outcome> {
  const names = [...desk.book.keys()];
  const stored = storedRRsets([...desk.book.values()].flat());
  const found = await unpublishedAt(names, { zone, stored }, context, desk.signal);
  const results: CallResult[] = ops.map(() => ({ outcome: "already" }));
  if (found?.size === 0) return { results };
  const error = await publish(desk);
  if (error === undefined) return { results: [...results, { outcome: "done", stored: [] }] };
  const unpublished = `It was stored at OVH before, and is not published: ${wordsOf(error)}`;
  return { results: ops.map(() => ({ outcome: "failed", detail: unpublished })), unpublished };
}

interface Progress {
  readonly states: ReadonlyMap<string, "done" | "same">;
  readonly signal: AbortSignal;
  readonly zone: ZoneRef;
  readonly eyes: Eyes;
}

async function writeAll(desk: Desk, ops: readonly Op[], progress: Progress): Promise<Outcome> {
  const results: CallResult[] = [];
  for (const op of ops) {
    const result = await writeOne(desk, op, progress);
    if (result instanceof Error) {
      return stopAt(desk, ops, { ...progress, results, failed: op, error: result });
    }
    results.push(result);
  }
  return publishAll(desk, ops, { ...progress, results, isWhole: true });
}

async function writeOne(
  desk: Desk,
  op: Op,
  { states, signal }: Progress,
): Promise<CallResult | MailDnsError> {
  if (states.get(op.name) === "done") return { outcome: "already" };
  if (signal.aborted) return new MailDnsError("interrupted", "Interrupted.");
  try {
    await edit(desk, op);
    return { outcome: "done" };
  } catch (error) {
    if (isMailDnsError(error)) return error;
    throw error;
  }
}

interface Stop extends Progress {
  readonly results: readonly CallResult[];
  readonly failed: Op;
  readonly error: MailDnsError;
}

async function stopAt(desk: Desk, ops: readonly Op[], stop: Stop): Promise<Outcome> {
  const { failed, error } = stop;
  const isUnknown = error.code === "unknown-outcome";
  const half = isUnknown ? `may be stored: ${wordsOf(error)}` : await takeBack(desk, failed.name);
  const own: CallResult = isUnknown
    ? { outcome: "unknown", detail: wordsOf(error) }
    : { outcome: "failed", detail: wordsOf(error) };
  const results = stop.results.map((result, at) => {
    if (ops[at]?.name !== failed.name || result.outcome !== "done") return result;
    const detail = half ?? `taken back, because a later step failed: ${wordsOf(error)}`;
    return { outcome: half === undefined ? ("failed" as const) : ("done" as const), detail };
  });
  const all = error.code === "interrupted" ? results : [...results, own];
  if (half !== undefined) return keepStaged(all, failed, half);
  if (desk.undo.length > 0) {
    return publishAll(desk, ops, { ...stop, results: all, isWhole: false });
  }
  // Nothing of ours is left, so the error may say itself what is to be done.
  throw error;
}

/** No refresh: somebody's next one publishes it, and until then the world sees the old records. */
function keepStaged(results: readonly CallResult[], { name, type }: Op, half: string): Outcome {
  const unpublished = `The ${type} record at ${name} ${half} Nothing was published. The next refresh of the zone, also by somebody else, would publish it: look at it in OVH's control panel first.`;
  return { results, unpublished };
}

/** Undefined: what was done at this name is undone. Otherwise why it is not. */
async function takeBack(desk: Desk, name?: string): Promise<string | undefined> {
  const steps = desk.undo.filter((step) => name === undefined || step.name === name);
  try {
    for (const step of steps) await step.back();
  } catch (error) {
    const why = wordsOf(error);
    return `is stored half changed and could not be put back: ${why}`;
  }
  const others = desk.undo.filter((step) => name !== undefined && step.name !== name);
  desk.undo.splice(0, desk.undo.length, ...others);
  return undefined;
}

interface Publication extends Progress {
  readonly results: readonly CallResult[];
  /** Whether every op was tried, so that the call that publishes is the next one. */
  readonly isWhole: boolean;
}

async function publishAll(
  desk: Desk,
  ops: readonly Op[],
  { results, isWhole, zone, eyes }: Publication,
): Promise<Outcome> {
  const error = await publish(desk);
  if (error === undefined) {
    const isSeen = await confirm({ desk, zone, eyes }, ops);
    const seen = isSeen ? withStored(desk, ops, results) : results;
    return { results: isWhole ? [...seen, { outcome: "done", stored: [] }] : seen };
  }
  const mayBeDone = ["busy", "transient", "unknown-outcome", "rate-limited"].includes(error.code);
  const half = mayBeDone ? undefined : await takeBack(desk);
  if (!mayBeDone && half === undefined) throw error;
  const last = ops.at(-1) as Op;
  if (half !== undefined) return keepStaged(results, last, half);
  return {
    results,
    unpublished: `Stored at OVH, but not published yet: ${wordsOf(error)} Run the same command again: it publishes what is stored.`,
  };
}

/** What stands at each written name and type at the end. */
function withStored(
  { book }: Desk,
  ops: readonly Op[],
  results: readonly CallResult[],
): readonly CallResult[] {
  return results.map((result, at) => {
    const op = ops[at];
    if (op === undefined || result.outcome !== "done") return result;
    const stored: readonly RRset[] = storedRRsets(book.get(op.name as DomainName) ?? []);
    return { ...result, stored: stored.filter(({ type }) => type === op.type) };
  });
}

function stale(name: string): MailDnsError {
  return new MailDnsError(
    "stale-write",
    `OVH stores other records at ${name} than this was planned on. Nothing was written.`,
    {
      help: "Somebody changed them just now, or a change of theirs is not published yet. Publish it or take it back in OVH's control panel, then plan again.",
    },
  );
}
