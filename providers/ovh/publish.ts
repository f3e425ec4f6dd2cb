import type { DomainName } from "../../src/core/dns/name.ts";
import type { RRset, ZoneRef } from "../../src/core/dns/rrset.ts";
import { type MailDnsError, isMailDnsError } from "../../src/core/errors.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Settled } from "../../src/ports/dns-provider.ts";
import { isInDoubt, patiently } from "./edit.ts";
import { wordsOf } from "./faults.ts";
import { type Place, zonePath } from "./records.ts";
import { Nothing, Status } from "./schema.ts";
import { type Eyes, unpublishedAt } from "./served.ts";

interface Publishing extends Place {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Most zones are served within seconds; after a minute the verification goes on looking. */
const STATUS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

/**
 * Makes what is stored served. A refresh says nothing but "now", so that it may be sent again where
 * its answer got lost. Gives the error where OVH did not take it.
 */
export async function publish(place: Publishing): Promise<MailDnsError | undefined> {
  const { client, apex, clock, signal } = place;
  const call = { method: "POST", path: `${zonePath(apex)}/refresh` } as const;
  const send = (): Promise<unknown> => client.write(call, Nothing, signal);
  try {
    await patiently(send, clock, signal).catch((error: unknown) => {
      if (!isInDoubt(error)) throw error;
      return patiently(send, clock, signal);
    });
    return undefined;
  } catch (error) {
    if (isMailDnsError(error)) return error;
    throw error;
  }
}

/** What is to be seen at the name servers. */
export interface Awaited {
  readonly zone: ZoneRef;
  readonly names: readonly DomainName[];
  readonly stored: readonly RRset[];
}

/**
 * Whether the name servers serve what is stored, looked at for about a minute. They are asked
 * first, since they are the proof and cost no call; OVH's own status tells what is wrong with a
 * zone, and decides where no name server can be asked.
 */
export async function waitUntilServed(
  place: Publishing & { readonly eyes: Eyes },
  awaited: Awaited,
): Promise<Settled> {
  const { apex, clock, eyes, signal } = place;
  let unasked = "";
  for (const ms of [...STATUS_MS, undefined]) {
    const missing = await unpublishedAt(awaited.names, awaited, eyes, signal);
    if (missing?.size === 0) return { state: "published" };
    const status = await askStatus(place);
    if ("unasked" in status) unasked = status.unasked;
    else if (status.errors.length > 0)
      return { state: "failed", detail: told(apex, status.errors) };
    else if (status.isDeployed && missing === undefined) return { state: "published" };
    if (ms !== undefined) await clock.wait(ms, signal);
  }
  const detail = `OVH's name servers do not serve the change yet${unasked}`;
  return { state: "pending", detail };
}

type AskedStatus =
  | { readonly isDeployed: boolean; readonly errors: readonly string[] }
  /** Why OVH did not say, to be put behind a sentence. */
  | { readonly unasked: string };

/** A status that can't be had is no reason to stop looking at the name servers. */
async function askStatus({ client, apex, signal }: Publishing): Promise<AskedStatus> {
  try {
    const { isDeployed, errors } = await client.get(`${zonePath(apex)}/status`, Status, signal);
    return { isDeployed, errors: errors ?? [] };
  } catch (error) {
    if (!isMailDnsError(error)) throw error;
    return { unasked: `, and its own status could not be asked for: ${wordsOf(error)}` };
  }
}

function told(apex: DomainName, errors: readonly string[]): string {
  return `OVH does not deploy the zone ${apex}: ${errors.join("; ").slice(0, 300)}`;
}
