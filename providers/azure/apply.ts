import type { RRset, Snapshot, ZoneRef } from "../../src/core/dns/rrset.ts";
import { isMailDnsError, MailDnsError } from "../../src/core/errors.ts";
import { isInPlace } from "../../src/core/plan/inverse.ts";
import type { Call, CallResult } from "../../src/ports/dns-provider.ts";
import type { HttpAnswer } from "../../src/ports/http.ts";
import { type Api, DNS_VERSION, isFine, parsed, shortened } from "./api.ts";
import type { Body } from "./compile.ts";
import { type Asked, errorOf, notUnderstood } from "./errors.ts";
import { recordSetOf, rrsetOf } from "./records.ts";
import { ApiSet } from "./schema.ts";

/** Sends the calls in order, each with the etag that was read, and stops at the first that fails. */
export async function sendCalls(
  calls: readonly Call[],
  {
    api,
    planned,
    signal,
  }: { readonly api: Api; readonly planned: Snapshot; readonly signal: AbortSignal },
): Promise<readonly CallResult[]> {
  const results: CallResult[] = [];
  for (const call of calls) {
    if (signal.aborted) break;
    try {
      results.push(await sendCall(call, planned.zone, api));
    } catch (error) {
      const isUntouched = results.every(({ outcome }) => outcome === "already");
      results.push(failedBy(error, isUntouched));
      break;
    }
  }
  return results;
}

/** Where nothing was written yet, what stands in the way of the first write is told as it is. */
function failedBy(error: unknown, isUntouched: boolean): CallResult {
  const isOpen = !isMailDnsError(error) || error.code === "unknown-outcome";
  if (isUntouched && !isOpen) throw error;
  const detail = error instanceof Error ? error.message : String(error);
  return { outcome: isOpen ? "unknown" : "failed", detail };
}

async function sendCall(call: Call, zone: ZoneRef, api: Api): Promise<CallResult> {
  try {
    return await sendOnce(call, zone, api);
  } catch (error) {
    if (!isMailDnsError(error) || error.code !== "unknown-outcome") throw error;
    // What can be seen to have arrived holds the next call back no longer.
    const stored = await lookAt(call.target, zone, api).catch(() => undefined);
    if (stored === undefined || !isSo(call, stored)) throw error;
    return { outcome: "done", stored };
  }
}

async function sendOnce(call: Call, zone: ZoneRef, api: Api): Promise<CallResult> {
  const { headers, json } = call.body as Body;
  const method = call.method === "DELETE" ? "DELETE" : "PUT";
  const answer = await api.write(call.target, {
    method,
    headers,
    ...(json !== undefined && { body: json }),
  });
  const asked = { call: `${method} ${shortened(call.target)}`, isWrite: true };
  if (answer.status === 412) return compared(call, zone, api);
  if (!isFine(answer)) throw errorOf(answer, asked);
  if (method === "DELETE") {
    return answer.status === 204
      ? { outcome: "already", stored: [] }
      : { outcome: "done", stored: [] };
  }
  const stored = storedIn(answer, zone, asked);
  if (isSo(call, stored)) return { outcome: "done", stored };
  throw notUnderstood(asked, "it does not show what was asked for", answer);
}

function storedIn(answer: HttpAnswer, zone: ZoneRef, asked: Asked) {
  const set = recordSetOf(parsed(answer, ApiSet, asked), zone);
  return set === undefined ? [] : [rrsetOf(set)];
}

function isSo({ body }: Call, stored: readonly RRset[]): boolean {
  return (body as Body).ops.every((op) => {
    const found = stored.find(({ name, type }) => name === op.name && type === op.type);
    return isInPlace(op, found?.values ?? []);
  });
}

/**
 * The set is not as it was read. That may be our own write, whose answer got lost on the way and
 * which was sent again; then all is well.
 */
async function compared(call: Call, zone: ZoneRef, api: Api): Promise<CallResult> {
  const stored = await lookAt(call.target, zone, api);
  if (isSo(call, stored)) return { outcome: "already", stored };
  const [op] = (call.body as Body).ops;
  throw new MailDnsError(
    "stale-write",
    `The ${op?.type} of ${op?.name} is no longer as it was read: somebody changed it meanwhile, and Azure refused to overwrite that.`,
    { host: "Azure DNS", help: "Run the command again: it plans anew from the zone as it is." },
  );
}

/** Azure says `NotFound` of a set, `ParentResourceNotFound` of its zone. */
async function lookAt(target: string, zone: ZoneRef, api: Api): Promise<readonly RRset[]> {
  const never = new AbortController().signal;
  try {
    const found = await api.get(target, { schema: ApiSet, version: DNS_VERSION }, never);
    const set = recordSetOf(found, zone);
    return set === undefined ? [] : [rrsetOf(set)];
  } catch (error) {
    if (isMailDnsError(error) && error.details.native?.code === "NotFound") return [];
    throw error;
  }
}
