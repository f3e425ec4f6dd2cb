import { type DomainName, isWithin, parentOf, ROOT } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { NameServer } from "../ports/resolver.ts";
import { rcodeName } from "./codes.ts";
import type { Exchange } from "./exchange.ts";
import { type Failure, hasAnswered, printFailures } from "./failures.ts";
import { authorityNs, recordsAt } from "./message-reading.ts";
import { createOnce } from "./once.ts";
import { ROOT_SERVERS } from "./root-servers.ts";
import type { Message } from "./wire.ts";

/** A zone, and who serves it as its parent says. */
export interface Cut {
  readonly zone: DomainName;
  readonly names: readonly DomainName[];
  /** Addresses that came with the referral, only of names that the parent may speak of. */
  readonly glue: ReadonlyMap<DomainName, readonly string[]>;
  /** Whether the user's map decided an address on the way here. */
  readonly overridden: boolean;
}

/** Where to ask for what lies in a zone; the first that answers will do. */
export interface Way {
  readonly servers: readonly NameServer[];
  /** Whether the user's map decided any of the addresses. */
  readonly overridden: boolean;
}

const TIMEOUT_MS = 1500;
const PORT_53 =
  "Check that this machine may send to port 53 of any address, UDP and TCP, or name reachable servers in ODOO_MAIL_DNS_NAMESERVERS, then try again.";
/** For one label of a name, over all servers of its zone. */
const STEP_MS = 9000;

const rootCut: Cut = {
  zone: ROOT,
  names: ROOT_SERVERS.map(([name]) => name as DomainName),
  glue: new Map(ROOT_SERVERS.map(([name, ...addresses]) => [name as DomainName, addresses])),
  overridden: false,
};

/**
 * Finds the zone that holds a name, one label after the other from the root down, each name asked
 * for once in the life of the walk: many domains under one parent ask the root only once.
 * Throws `transient` when nobody answers, `zone-not-live` when those who do don't serve the zone.
 */
export function createWalk(deps: {
  readonly exchange: Exchange;
  readonly wayTo: (cut: Cut, signal: AbortSignal) => Promise<Way>;
  readonly clock: Clock;
}): (name: DomainName, signal: AbortSignal) => Promise<Cut> {
  const once = createOnce<Cut>(() => false);
  return async function cutOf(name, signal): Promise<Cut> {
    const parent = parentOf(name);
    if (parent === undefined) return rootCut;
    const step = async (): Promise<Cut> => descend(deps, await cutOf(parent, signal), name, signal);
    return once(name, step, signal);
  };
}

type Deps = Parameters<typeof createWalk>[0];

/**
 * Asks the servers of the zone above whether another zone begins at `name`. Only the name itself
 * is asked for, never what lies below it (RFC 9156), so a referral speaks of exactly this name.
 */
async function descend(
  deps: Deps,
  above: Cut,
  name: DomainName,
  signal: AbortSignal,
): Promise<Cut> {
  const question = { name, type: "SOA" };
  const failures: Failure[] = [];
  const end = deps.clock.now() + STEP_MS;
  const way = await deps.wayTo(above, signal);
  const overridden = above.overridden || way.overridden;
  // Where there are few to ask, a lost packet must not decide.
  const timeouts = way.servers.length < 3 ? [TIMEOUT_MS, 2 * TIMEOUT_MS] : [TIMEOUT_MS];
  for (const server of way.servers) {
    const options = { recursion: false, timeouts };
    const reply = await deps.exchange(server, question, options, signal);
    const step = reply.kind === "message" ? readStep(reply.message, above, name) : undefined;
    if (step === "same zone") return above;
    if (step === "own zone")
      return { ...(await askNames(deps, server, { above, name }, signal)), overridden };
    if (step !== undefined) return { ...step, overridden };
    failures.push({ server, reply });
    if (deps.clock.now() > end) break;
  }
  throw unanswered(above, name, failures);
}

type Delegated = Omit<Cut, "overridden">;

/** `own zone`: the server holds parent and child, so that no referral is seen. */
function readStep(
  message: Message,
  above: Cut,
  name: DomainName,
): Delegated | "same zone" | "own zone" | undefined {
  const referral = authorityNs(message);
  if (referral?.zone === name) {
    return { zone: name, names: referral.names, glue: glueFrom(message, referral.names, above) };
  }
  const rcode = rcodeName(message.rcode);
  if (!message.isAuthoritative || (rcode !== "NOERROR" && rcode !== "NXDOMAIN")) return undefined;
  return recordsAt(message.answer, name, "SOA").length > 0 ? "own zone" : "same zone";
}

/** Addresses of other names, or of names outside the parent's zone, are none of its business. */
function glueFrom({ additional }: Message, names: readonly DomainName[], above: Cut): Cut["glue"] {
  const trusted = names.filter((name) => isWithin(name, above.zone));
  const addresses = (name: DomainName): string[] =>
    ["A", "AAAA"].flatMap((type) => recordsAt(additional, name, type).map(({ data }) => data));
  return new Map(trusted.map((name) => [name, addresses(name)]));
}

async function askNames(
  { exchange }: Deps,
  server: NameServer,
  { above, name }: { readonly above: Cut; readonly name: DomainName },
  signal: AbortSignal,
): Promise<Delegated> {
  const options = { recursion: false, timeouts: [TIMEOUT_MS, 2 * TIMEOUT_MS] };
  const reply = await exchange(server, { name, type: "NS" }, options, signal);
  if (reply.kind !== "message") throw unanswered(above, name, [{ server, reply }]);
  const { answer } = reply.message;
  const names = recordsAt(answer, name, "NS").map(({ data }) => data as DomainName);
  return { zone: name, names, glue: glueFrom(reply.message, names, above) };
}

function unanswered(above: Cut, name: DomainName, failures: readonly Failure[]): MailDnsError {
  const zone = above.zone === ROOT ? "the root" : above.zone;
  const list = printFailures(failures);
  if (!hasAnswered(failures)) {
    const message = `None of the name servers of ${zone} answered when asked for ${name}: ${list}.`;
    return new MailDnsError("transient", message, { domain: name, help: PORT_53 });
  }
  if (above.zone === ROOT) {
    const message = `Something on this network answers in place of the root's name servers: ${list}.`;
    return new MailDnsError("transient", message, { domain: name, help: PORT_53 });
  }
  return new MailDnsError(
    "zone-not-live",
    `${name} can't be found in DNS: the name servers of ${zone} don't serve it. ${list}.`,
    { domain: name, help: `Check the name servers that the registrar has for ${zone}.` },
  );
}
