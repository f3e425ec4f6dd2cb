import type { Answer, Question } from "../core/dns/answer.ts";
import { type DomainName, labelsOf, ROOT } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Authority, NameServer, Resolver, ServerAnswer } from "../ports/resolver.ts";
import { rcodeName } from "./codes.ts";
import { createExchange, type Exchange, type Reply } from "./exchange.ts";
import { createAddresses } from "./addresses.ts";
import { negativeTtl, recordsAt, referralOf, soaFor } from "./message-reading.ts";
import type { NameServerMap } from "./name-servers.ts";
import { survey } from "./survey.ts";
import { answersInstead, type Cut, createWalk } from "./walk.ts";
import type { Message } from "./wire.ts";

const TIMEOUTS_MS = [1500, 2500, 4000];

/**
 * Finds and asks authoritative servers. `overrides` say where name servers really are: they win
 * over any address that DNS gives. With an entry for the root the walk begins there; without one,
 * and with every name server of the host mapped, there is no walk. One instance is meant for one
 * run: it remembers the way from the root.
 */
export function createAuthority(options: {
  readonly resolver: Resolver;
  readonly overrides: NameServerMap;
  readonly clock: Clock;
}): Authority {
  const { overrides, clock } = options;
  const exchange = createExchange(clock);
  const addresses = createAddresses(options);
  const cutOf = createWalk({ exchange, wayTo: addresses.wayTo, clock });

  return {
    async find(name, { nameservers = [] }, signal) {
      const isMapped =
        !overrides.has(ROOT) &&
        nameservers.length > 0 &&
        nameservers.every((server) => overrides.has(server));
      const cut = isMapped
        ? await cutAt(
            exchange,
            { name, nameservers, servers: addresses.mapped(nameservers) },
            signal,
          )
        : await cutOf(name, signal);
      if (cut.zone !== name && labelsOf(cut.zone).length < 2) throw notDelegated(name, cut.zone);
      return survey({ exchange, addresses, cut }, signal);
    },
    async ask(server, question, signal) {
      const limits = { recursion: false, timeouts: TIMEOUTS_MS };
      return readServerAnswer(await exchange(server, question, limits, signal), question);
    },
  };
}

function notDelegated(name: DomainName, zone: DomainName): MailDnsError {
  const parent = zone === ROOT ? "the root" : zone;
  return new MailDnsError(
    "zone-not-live",
    `${name} is not in DNS: ${parent} delegates no zone that could hold it.`,
    {
      domain: name,
      help: "Check the spelling, and that the domain is registered and has name servers.",
    },
  );
}

/** The zone as the mapped servers know it: its apex is where their SOA stands. */
async function cutAt(
  exchange: Exchange,
  {
    name,
    nameservers,
    servers,
  }: {
    readonly name: DomainName;
    readonly nameservers: readonly DomainName[];
    readonly servers: readonly NameServer[];
  },
  signal: AbortSignal,
): Promise<Cut> {
  const reasons: string[] = [];
  let hasAnswered = false;
  for (const server of servers) {
    const limits = { recursion: false, timeouts: [1500] };
    const reply = await exchange(server, { name, type: "SOA" }, limits, signal);
    const soa = reply.kind === "message" ? soaFor(reply.message, name) : undefined;
    const isOurs = reply.kind === "message" && reply.message.isAuthoritative;
    if (soa && isOurs)
      return { zone: soa.apex, names: nameservers, glue: new Map(), overridden: true };
    hasAnswered ||= reply.kind === "message";
    const said = reply.kind === "message" ? answersInstead(reply.message) : reply.detail;
    reasons.push(`${server.name} (${server.address}) ${said}`);
  }
  throw new MailDnsError(
    hasAnswered ? "zone-not-live" : "transient",
    `None of the servers named in ODOO_MAIL_DNS_NAMESERVERS answers for ${name}: ${reasons.join("; ")}.`,
    {
      domain: name,
      help: "Check the addresses and ports there, and that those servers are running.",
    },
  );
}

function readServerAnswer(reply: Reply, question: Question): ServerAnswer {
  if (reply.kind !== "message") {
    const status = reply.kind === "silent" ? "timeout" : "servfail";
    return { answer: { status, detail: reply.detail }, authoritative: false };
  }
  const { message } = reply;
  const soa = soaFor(message, question.name);
  return {
    answer: readAnswer(message, question),
    authoritative: message.isAuthoritative,
    ...(soa && { soa: { serial: soa.serial, ttl: soa.ttl, minimum: soa.minimum } }),
  };
}

/** What the server says of the name itself. An alias there is told, not followed. */
function readAnswer(message: Message, { name, type }: Question): Answer {
  const rcode = rcodeName(message.rcode);
  const isUsable = rcode === "NOERROR" || rcode === "NXDOMAIN";
  if (!isUsable || referralOf(message)) {
    return { status: "servfail", detail: answersInstead(message) };
  }
  const records = recordsAt(message.answer, name, type);
  if (records.length > 0) return { status: "records", records };
  const target = recordsAt(message.answer, name, "CNAME")[0]?.data as DomainName | undefined;
  // The code and the SOA of such an answer speak of the alias' target (RFC 6604).
  if (target !== undefined) return { status: "nodata", aliases: [target] };
  const status = rcode === "NXDOMAIN" ? "nxdomain" : "nodata";
  return { status, ...negativeTtl(soaFor(message, name)) };
}
