import { type Snapshot, findRRset } from "../core/dns/rrset.ts";
import { MailDnsError } from "../core/errors.ts";
import type { Authority, Delegation, ServerAnswer } from "../ports/resolver.ts";
import type { Expectation } from "./expectation.ts";
import { messageOf } from "./world.ts";

/** Where the zone is served, and what its servers said before the write. */
export interface Observed {
  readonly delegation: Delegation;
  /** How long resolvers may keep what they know now; undefined where that could not be found out. */
  readonly keepSeconds?: number;
}

/**
 * Looks at the zone's name servers before anything is written: who they are, and for how long
 * resolvers may remember what is served now. That is the TTL of an RRset that exists, and for a
 * new one min(SOA TTL, SOA MINIMUM) (RFC 2308 5). A failure holds no write back: it is told as the
 * reason why nothing can be verified.
 */
export async function observe(
  snapshot: Snapshot,
  expected: readonly Expectation[],
  authority: Authority,
  signal: AbortSignal,
): Promise<Observed | { readonly failure: string }> {
  const { apex, nameservers } = snapshot.zone;
  try {
    const delegation = await authority.find(apex, { nameservers }, signal);
    if (delegation.zone !== apex) {
      return { failure: `DNS knows no zone ${apex}: its names are served by ${delegation.zone}` };
    }
    const kept = await Promise.all(
      expected.map((one) => keepFor({ one, delegation, snapshot }, authority, signal)),
    );
    const known = kept.filter((seconds) => seconds !== undefined);
    const keepSeconds = known.length === kept.length ? Math.max(0, ...known) : undefined;
    return { delegation, ...(keepSeconds !== undefined && { keepSeconds }) };
  } catch (error) {
    if (signal.aborted) throw new MailDnsError("interrupted", "Interrupted; nothing was written.");
    return { failure: messageOf(error) };
  }
}

/** The first server that answers will do: this is no verification, and the write is waiting. */
async function keepFor(
  seen: {
    readonly one: Expectation;
    readonly delegation: Delegation;
    readonly snapshot: Snapshot;
  },
  authority: Authority,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { name, type } = seen.one;
  const over = new AbortController();
  const asks = seen.delegation.servers.map(async (server) => {
    const said = await authority.ask(
      server,
      { name, type },
      AbortSignal.any([signal, over.signal]),
    );
    return memoryOf(said) ?? Promise.reject(new Error("no answer"));
  });
  const first = await Promise.any(asks).catch(() => undefined);
  over.abort();
  signal.throwIfAborted();
  const held = findRRset(seen.snapshot, name, type)?.ttl;
  return first ?? (typeof held === "number" ? held : undefined);
}

function memoryOf({ answer, soa }: ServerAnswer): number | undefined {
  if ("records" in answer) return Math.max(...answer.records.map(({ ttl }) => ttl));
  if (answer.status !== "nodata" && answer.status !== "nxdomain") return undefined;
  return answer.negativeTtl ?? (soa && Math.min(soa.ttl, soa.minimum));
}
