import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import { MailDnsError } from "../../../src/core/errors.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { HostContext } from "../../../src/ports/dns-provider.ts";
import { noApi } from "../no-api.ts";
import type { Authority } from "../../../src/ports/resolver.ts";

export const NOON = Date.UTC(2026, 11, 1, 12);
export const SIGNAL: AbortSignal = new AbortController().signal;
export const DOMAIN = parseName("mycompany.example") as DomainName;
export const ZONE = `$ORIGIN mycompany.example.
$TTL 1h
@   IN SOA ns1 hostmaster ( 2026112401 ; serial
        7200 3600 1209600 300 )
    IN NS  ns1
    IN TXT "v=spf1 include:_spf.google.com ~all" ; Google
    IN TXT "google-site-verification=abc"
ns1 IN A   192.0.2.53
`;

export interface ContextChoices {
  readonly env?: HostContext["env"];
  readonly authority?: Partial<Authority>;
  readonly clock?: Clock;
}

/** A world in which nobody answers and time passes only for who waits. */
export function contextOf(projectFolder: string, choices: ContextChoices = {}): HostContext {
  const { env = {}, authority, clock = fakeClock() } = choices;
  return {
    env,
    projectFolder,
    clock,
    ...noApi,
    resolver: { resolve: async () => [] },
    authority: {
      find: async () => Promise.reject(new MailDnsError("transient", "nobody answers")),
      ask: async () => ({ answer: { status: "timeout" }, authoritative: false }),
      ...authority,
    },
  };
}

/** Stands still until somebody waits. */
function fakeClock(): Clock {
  let now = NOON;
  return {
    now: () => now,
    wait: async (ms) => {
      now += ms;
    },
  };
}

export const addInclude: Op = {
  kind: "replace-value",
  name: DOMAIN,
  type: "TXT",
  before: "v=spf1 include:_spf.google.com ~all",
  after: "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all",
  ttl: 3600,
};

export const addDkim: Op = {
  kind: "create-rrset",
  name: `odoo._domainkey.${DOMAIN}`,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: "default",
};

/** The ops that take these back. */
export function reversed(ops: readonly Op[]): readonly Op[] {
  return ops.toReversed().map(({ name, type, before, after, ttl }): Op => {
    if (before === null)
      return { kind: "remove-value", name, type, before: after ?? "", after: null, ttl };
    if (after === null) return { kind: "add-value", name, type, before: null, after: before, ttl };
    return { kind: "replace-value", name, type, before: after, after: before, ttl };
  });
}
