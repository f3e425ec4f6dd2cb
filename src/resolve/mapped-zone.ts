import { type DomainName, parentOf } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";
import type { NameServer } from "../ports/resolver.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { type Failure, hasAnswered, printFailures } from "./failures.ts";
import { recordsAt, soaFor } from "./message-reading.ts";
import type { Cut } from "./walk.ts";

const TIMEOUTS_MS = [1500, 2500];

/**
 * The zone of a name as these servers know it, without a walk: its apex is where their SOA stands.
 * Throws `transient` when none answers, `zone-not-live` when those who do don't hold such a zone.
 */
export async function cutAt(
  exchange: Exchange,
  servers: readonly NameServer[],
  name: DomainName,
  signal: AbortSignal,
): Promise<Cut> {
  const names = [...new Set(servers.map((server) => server.name))];
  const failures: Failure[] = [];
  for (const server of servers) {
    const found = await apexAt(exchange, server, name, signal);
    if (typeof found === "string") {
      return { zone: found, names, glue: new Map(), overridden: true };
    }
    failures.push({ server, reply: found });
  }
  throw unanswered(name, failures);
}

async function apexAt(
  exchange: Exchange,
  server: NameServer,
  name: DomainName,
  signal: AbortSignal,
): Promise<DomainName | Reply> {
  const options = { recursion: false, timeouts: TIMEOUTS_MS };
  const reply = await exchange(server, { name, type: "SOA" }, options, signal);
  if (reply.kind !== "message" || !reply.message.isAuthoritative) return reply;
  const parent = parentOf(name);
  // At an alias the SOA is that of its target's zone; an alias is no apex, so go up.
  const isAlias = recordsAt(reply.message.answer, name, "CNAME").length > 0;
  if (isAlias && parent !== undefined) return apexAt(exchange, server, parent, signal);
  return soaFor(reply.message, name)?.apex ?? reply;
}

function unanswered(name: DomainName, failures: readonly Failure[]): MailDnsError {
  return new MailDnsError(
    hasAnswered(failures) ? "zone-not-live" : "transient",
    `None of the servers named in ODOO_MAIL_DNS_NAMESERVERS answers for ${name}: ${printFailures(failures)}.`,
    {
      domain: name,
      help: "Check the addresses and ports there, and that those servers are running.",
    },
  );
}
