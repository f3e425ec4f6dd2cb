import { type DomainName, isWithin } from "../../src/core/dns/name.ts";
import type { RRset, Ttl, ZoneRef } from "../../src/core/dns/rrset.ts";
import { isMailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import type { NameServer, ServerAnswer } from "../../src/ports/resolver.ts";
import { bareOf } from "./codec.ts";

export type Eyes = Pick<HostContext, "authority">;

/** TXT and CNAME of a name, as a name server gives them. */
export type Seen = readonly RRset[];

/** Compared, and put in place of each other: nothing else at a name is ever ours. */
const OURS: ReadonlySet<string> = new Set(["TXT", "CNAME"]);

/**
 * OVH stores changes and serves them only after a `refresh`. Where no name server serves what is
 * stored at these names, this says what they serve instead: that is what is live, and a plan made
 * from it shows all that our own refresh would publish. Undefined where no name server can be asked.
 */
export async function unpublishedAt(
  names: readonly DomainName[],
  { zone, stored }: { readonly zone: ZoneRef; readonly stored: readonly RRset[] },
  eyes: Eyes,
  signal: AbortSignal,
): Promise<ReadonlyMap<DomainName, Seen> | undefined> {
  const servers = await serversOf(zone, eyes, signal);
  if (servers.length === 0) return undefined;
  const asked = names.filter((name) => isComparable(name, zone.apex, stored));
  const seen = await Promise.all(
    asked.map(async (name) => {
      const own = stored.filter((one) => one.name === name && OURS.has(one.type));
      return [name, await servedInstead({ name, own, servers }, eyes, signal)] as const;
    }),
  );
  return new Map(seen.flatMap(([name, found]) => (found ? [[name, found] as const] : [])));
}

async function serversOf(
  { apex, nameservers }: ZoneRef,
  { authority }: Eyes,
  signal: AbortSignal,
): Promise<readonly NameServer[]> {
  try {
    const { zone, servers } = await authority.find(apex, { nameservers }, signal);
    // A zone that is served elsewhere may be prepared here: what others serve says nothing of OVH.
    return zone === apex ? servers.filter(({ name }) => nameservers.includes(name)) : [];
  } catch (error) {
    signal.throwIfAborted();
    if (isMailDnsError(error)) return [];
    throw error;
  }
}

/** A name that lives on a wildcard, or behind a delegation, is served from elsewhere. */
function isComparable(name: DomainName, apex: DomainName, stored: readonly RRset[]): boolean {
  const exists = stored.some((one) => one.name === name);
  const isElsewhere = stored.some(({ name: other, type }) => {
    const isCut = (type === "NS" || type === "DNAME") && other !== apex && isWithin(name, other);
    return (
      isCut || (!exists && other.startsWith("*.") && isWithin(name, other.slice(2) as DomainName))
    );
  });
  return !name.startsWith("*.") && !isElsewhere;
}

interface Comparison {
  readonly name: DomainName;
  readonly own: readonly RRset[];
  readonly servers: readonly NameServer[];
}

/** One server that serves what is stored is enough: the others are on their way. */
async function servedInstead(
  { name, own, servers }: Comparison,
  { authority }: Eyes,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  const ask = async (server: NameServer): Promise<Seen | undefined> =>
    seenIn(name, await authority.ask(server, { name, type: "TXT" }, signal), own);
  const [first, ...others] = servers;
  const seen = first === undefined ? undefined : await ask(first);
  if (seen !== undefined && contentOf(seen) === contentOf(own)) return undefined;
  const more = await Promise.all(others.map(ask));
  const known = [seen, ...more].filter((one) => one !== undefined);
  return known.some((one) => contentOf(one) === contentOf(own)) ? undefined : known[0];
}

function seenIn(
  name: DomainName,
  { answer, authoritative }: ServerAnswer,
  own: readonly RRset[],
): Seen | undefined {
  if (!authoritative) return undefined;
  const make = (type: string, values: readonly string[], ttl: Ttl): RRset => ({
    name,
    type,
    ttl: own.find((one) => one.type === type)?.ttl ?? ttl,
    values,
  });
  if (answer.status === "records") {
    const ttl = Math.max(...answer.records.map((one) => one.ttl));
    return [
      make(
        "TXT",
        answer.records.map(({ data }) => data),
        ttl,
      ),
    ];
  }
  if (answer.status === "nxdomain") return [];
  if (answer.status !== "nodata") return undefined;
  const [alias] = answer.aliases ?? [];
  return alias === undefined ? [] : [make("CNAME", [alias], "default")];
}

function contentOf(rrsets: Seen): string {
  const contents = rrsets.map(({ type, values }) => [type, values.map(bareOf).sort()]);
  return JSON.stringify(contents.sort());
}

/** What is live: as stored, but for the names where something else is served. */
export function live(
  stored: readonly RRset[],
  instead: ReadonlyMap<DomainName, Seen>,
): readonly RRset[] {
  const kept = stored.filter(({ name, type }) => !instead.has(name) || !OURS.has(type));
  return [...kept, ...[...instead.values()].flat()];
}
