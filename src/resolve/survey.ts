import type { DomainName } from "../core/dns/name.ts";
import type { Delegation, NameServer } from "../ports/resolver.ts";
import type { Addresses, Located } from "./addresses.ts";
import { rcodeName } from "./codes.ts";
import type { Exchange } from "./exchange.ts";
import { answersInstead } from "./failures.ts";
import { recordsAt } from "./message-reading.ts";
import type { Cut } from "./walk.ts";

const TIMEOUTS_MS = [1500, 2500];
/** Nobody has more; a hostile zone that lists hundreds is not asked at all of them. */
const MAX_NAMES = 32;

interface Surveying {
  readonly exchange: Exchange;
  readonly addresses: Addresses;
  readonly cut: Cut;
}

/** One name server, and what each of its addresses says of the zone. */
interface Surveyed extends Located {
  readonly visits: readonly Visit[];
}

interface Visit {
  readonly server: NameServer;
  /** The zone's own NS names, from a server that holds the zone. */
  readonly names?: readonly DomainName[];
  /** Why there are none; `isSilent`: the reason may be the way there. */
  readonly reason?: string;
  readonly isSilent: boolean;
}

/**
 * Asks every address of every name server, those of the parent and those of the zone itself, for
 * the zone's NS. Servers that don't serve it are lame (RFC 1912 2.8); an address that is silent
 * makes its name lame only when no other address answers, since not every network has IPv6.
 */
export async function survey(surveying: Surveying, signal: AbortSignal): Promise<Delegation> {
  const { cut, addresses } = surveying;
  const parents = await visitAll(surveying, cut.names.slice(0, MAX_NAMES), signal);
  const added = ownNames(parents).filter((name) => !cut.names.includes(name));
  const children = await visitAll(surveying, added.slice(0, MAX_NAMES), signal);
  const all = [...parents, ...children];
  const left = [...cut.names.slice(MAX_NAMES), ...added.slice(MAX_NAMES)];
  const reason = `not asked: a zone with more than ${MAX_NAMES} name servers is not asked at all of them`;
  return {
    zone: cut.zone,
    parent: cut.names,
    child: ownNames(all),
    servers: all.flatMap(({ servers }) => servers),
    lame: [...all.flatMap(lameness), ...left.map((name) => ({ name, reason }))],
    overridden: cut.overridden || addresses.mapped(all.map(({ name }) => name)).length > 0,
  };
}

function ownNames(surveyed: readonly Surveyed[]): readonly DomainName[] {
  return [...new Set(surveyed.flatMap(({ visits }) => visits.flatMap(({ names }) => names ?? [])))];
}

function visitAll(
  { exchange, addresses, cut }: Surveying,
  names: readonly DomainName[],
  signal: AbortSignal,
): Promise<readonly Surveyed[]> {
  return Promise.all(
    names.map(async (name) => {
      const located = await addresses.locate(name, cut, signal);
      const visits = located.servers.map((server) => visit(exchange, server, cut.zone, signal));
      return { ...located, visits: await Promise.all(visits) };
    }),
  );
}

async function visit(
  exchange: Exchange,
  server: NameServer,
  zone: DomainName,
  signal: AbortSignal,
): Promise<Visit> {
  const options = { recursion: false, timeouts: TIMEOUTS_MS };
  const reply = await exchange(server, { name: zone, type: "NS" }, options, signal);
  if (reply.kind !== "message") {
    return { server, reason: reply.detail, isSilent: reply.kind === "silent" };
  }
  const { message } = reply;
  const records = recordsAt(message.answer, zone, "NS");
  const isServing = message.isAuthoritative && rcodeName(message.rcode) === "NOERROR";
  return isServing && records.length > 0
    ? { server, names: records.map(({ data }) => data as DomainName), isSilent: false }
    : { server, reason: answersInstead(message), isSilent: false };
}

function lameness({ name, reason, visits }: Surveyed): Delegation["lame"] {
  if (reason !== undefined) return [{ name, reason }];
  const wrong = visits.filter((visit) => visit.reason !== undefined && !visit.isSilent);
  const isDead = visits.every(({ isSilent }) => isSilent);
  const told = isDead ? visits : wrong;
  if (told.length === 0) return [];
  return [{ name, reason: told.map((one) => `${one.server.address} ${one.reason}`).join("; ") }];
}
