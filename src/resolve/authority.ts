import { type DomainName, labelsOf, ROOT } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Authority, Resolver } from "../ports/resolver.ts";
import { createAddresses } from "./addresses.ts";
import { createExchange } from "./exchange.ts";
import { cutAt } from "./mapped-zone.ts";
import type { NameServerMap } from "./name-servers.ts";
import { survey } from "./survey.ts";
import { readServerAnswer } from "./server-answer.ts";
import { type Cut, createWalk } from "./walk.ts";

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
        ? await cutAt(exchange, addresses.mapped(nameservers), name, signal)
        : delegated(name, await cutOf(name, signal));
      return survey({ exchange, addresses, cut }, signal);
    },
    async ask(server, question, signal) {
      const limits = { recursion: false, timeouts: TIMEOUTS_MS };
      return readServerAnswer(await exchange(server, question, limits, signal), question);
    },
  };
}

/** A walk that ends at the root or a top-level domain has found no zone of the user's. */
function delegated(name: DomainName, cut: Cut): Cut {
  if (cut.zone === name || labelsOf(cut.zone).length > 1) return cut;
  const parent = cut.zone === ROOT ? "the root" : cut.zone;
  throw new MailDnsError(
    "zone-not-live",
    `${name} is not in DNS: ${parent} delegates no zone that could hold it.`,
    {
      domain: name,
      help: "Check the spelling, and that the domain is registered and has name servers.",
    },
  );
}
