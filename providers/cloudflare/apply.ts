import type { RRset, Snapshot } from "../../src/core/dns/rrset.ts";
import { type ErrorCode, isMailDnsError, MailDnsError } from "../../src/core/errors.ts";
import { compare } from "../../src/core/plan/compare.ts";
import type { Call, CallResult } from "../../src/ports/dns-provider.ts";
import type { Changes, Client } from "./api.ts";
import { changesFor, changesOf, nativeOf, readChanges } from "./compile.ts";
import { inOneLine } from "./errors.ts";
import { recordOf, rrsetsOf, type ZoneRecord } from "./records.ts";
import type { ApiBatch } from "./schema.ts";

export interface Sending {
  readonly client: Client;
  readonly planned: Snapshot;
  readonly signal: AbortSignal;
  /** The zone as it is now. */
  readonly look: () => Promise<Snapshot>;
}

/** By these Cloudflare says that it did nothing of what a batch asked for. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  "conflict",
  "invalid-input",
  "limit-exceeded",
  "protected",
  "stale-write",
]);

/** All calls in one batch, on a zone that was read a moment ago. */
export async function sendFresh(
  calls: readonly Call[],
  sending: Sending,
): Promise<readonly CallResult[]> {
  try {
    return await sendTogether(calls, sending);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { left, results, current } = await lookAgain(calls, sending);
    return calls.length === 1 && left.length === 1
      ? [refused(error)]
      : sendApart(left, results, { ...sending, planned: current });
  }
}

/** The same, where the zone has to be looked at first. */
export async function sendLate(
  calls: readonly Call[],
  sending: Sending,
): Promise<readonly CallResult[]> {
  const { left, results, current } = await lookAgain(calls, sending);
  if (left.length === 0) return results;
  const sent = await sendFresh(
    left.map(({ call }) => call),
    { ...sending, planned: current },
  );
  return filled(results, left, sent);
}

interface Left {
  readonly call: Call;
  readonly index: number;
}

interface Looked {
  readonly left: readonly Left[];
  /** By index of the call; what is left to send has none yet. */
  readonly results: readonly CallResult[];
  readonly current: Snapshot;
}

/**
 * What is already so needs no write; the rest is written anew for the records as they are, whose
 * ids may be others. Throws `stale-write` where somebody changed what we are about to change.
 */
async function lookAgain(calls: readonly Call[], { planned, look }: Sending): Promise<Looked> {
  const current = await look();
  const results: CallResult[] = [];
  const left: Left[] = [];
  for (const [index, call] of calls.entries()) {
    const changes = readChanges(call, planned);
    const state = compare(changes, planned, current);
    if (state === "changed") throw stale(planned);
    if (state === "done") results[index] = { outcome: "already" };
    else left.push({ index, call: { ...call, body: changesFor(changes, nativeOf(current)) } });
  }
  return { left, results, current };
}

function filled(
  results: readonly CallResult[],
  left: readonly Left[],
  sent: readonly CallResult[],
): readonly CallResult[] {
  const all = [...results];
  for (const [at, result] of sent.entries()) all[left[at]?.index ?? 0] = result;
  return all;
}

async function sendTogether(
  calls: readonly Call[],
  sending: Sending,
): Promise<readonly CallResult[]> {
  const { client, planned, signal } = sending;
  const bodies = calls.map(changesOf);
  const together: Changes = {
    ...joined("deletes", bodies),
    ...joined("patches", bodies),
    ...joined("posts", bodies),
  };
  const batch = await client.batch(planned.zone.nativeId, together, signal);
  const after = afterwards(batch, planned);
  return calls.map((call) => resultOf(call, after, planned));
}

function joined<List extends keyof Changes>(list: List, bodies: readonly Changes[]): Changes {
  const all = bodies.flatMap((body): readonly unknown[] => body[list] ?? []);
  return all.length === 0 ? {} : { [list]: all };
}

/** One after another, so that what is refused does not hold the others back. */
async function sendApart(
  left: readonly Left[],
  results: readonly CallResult[],
  sending: Sending,
): Promise<readonly CallResult[]> {
  const sent: CallResult[] = [];
  for (const { call } of left) {
    if (sending.signal.aborted) break;
    try {
      sent.push(...(await sendTogether([call], sending)));
    } catch (error) {
      sent.push(isRefusal(error) ? refused(error) : unknown(error));
      if (!isRefusal(error)) break;
    }
  }
  return filled(results, left, sent);
}

function isRefusal(error: unknown): error is MailDnsError {
  return isMailDnsError(error) && REFUSALS.has(error.code);
}

function refused(error: MailDnsError): CallResult {
  return { outcome: "failed", detail: inOneLine(error) };
}

function unknown(error: unknown): CallResult {
  return { outcome: "unknown", detail: error instanceof Error ? error.message : String(error) };
}

/** The zone's records as the batch left them, by its own answer. */
function afterwards(
  { deletes, patches, posts }: ApiBatch,
  planned: Snapshot,
): readonly ZoneRecord[] {
  const changed = [...(patches ?? []), ...(posts ?? [])].map((one) => recordOf(one, planned.zone));
  const gone = new Set([...(deletes ?? []), ...changed].map(({ id }) => id));
  return [...nativeOf(planned).filter(({ id }) => !gone.has(id)), ...changed];
}

/** Done, where the answer shows what was asked for; else somebody has to look. */
function resultOf(call: Call, after: readonly ZoneRecord[], planned: Snapshot): CallResult {
  const changes = readChanges(call, planned);
  const names = new Set(changes.map(({ name }) => name));
  const stored: readonly RRset[] = rrsetsOf(after.filter(({ name }) => names.has(name)));
  const isSo = compare(changes, planned, { ...planned, rrsets: stored }) === "done";
  if (isSo) return { outcome: "done", stored };
  return { outcome: "unknown", detail: "Cloudflare's answer does not show what was asked for" };
}

function stale({ zone }: Snapshot): MailDnsError {
  return new MailDnsError(
    "stale-write",
    `The records of ${zone.apex} are no longer what the plan was made from; nothing was written.`,
    { help: "Run the command again: it plans anew from the zone as it is." },
  );
}
