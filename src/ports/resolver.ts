import type { Answer, Question } from "../core/dns/answer.ts";
import type { DomainName } from "../core/dns/name.ts";

/**
 * Recursive look-ups. Follows CNAMEs, never throws for what DNS says. Must not be asked for a name
 * that a plan is about to create: resolvers would remember that it does not exist (RFC 2308).
 */
export interface Resolver {
  /** One answer a question, in order; asks side by side. */
  resolve(questions: readonly Question[], signal: AbortSignal): Promise<readonly Answer[]>;
}

/** One address of one authoritative server. */
export interface NameServer {
  readonly name: DomainName;
  readonly address: string;
  readonly port: number;
}

/** Where a zone is served, as parent and child say it. */
export interface Delegation {
  readonly zone: DomainName;
  readonly parent: readonly DomainName[];
  readonly child: readonly DomainName[];
  /** Every address of every name that either side lists. */
  readonly servers: readonly NameServer[];
  /** Name servers that could not be resolved, or whose addresses do not answer for the zone. */
  readonly lame: readonly { readonly name: DomainName; readonly reason: string }[];
  /** Whether ODOO_MAIL_DNS_NAMESERVERS decided any address. */
  readonly overridden: boolean;
}

/**
 * A server's own answer. An alias is not followed: asked for, it is a record like any other; met on
 * the way to another type, it makes `nodata` with that one target in `aliases`.
 */
export interface ServerAnswer {
  readonly answer: Answer;
  /** AA bit: the server holds the zone itself. */
  readonly authoritative: boolean;
  /** Of the SOA in answer or authority, where one was sent. */
  readonly soa?: { readonly serial: number; readonly ttl: number; readonly minimum: number };
}

/** Authoritative look-ups. */
export interface Authority {
  /**
   * Finds the zone that holds `name`, walking down from the root, with parent and child NS and all
   * addresses. `nameservers`: the zone's own NS names where the host has told them.
   * Throws `zone-not-live` where no delegation is found, `transient` where nobody answered.
   */
  find(
    name: DomainName,
    options: { readonly nameservers?: readonly DomainName[] },
    signal: AbortSignal,
  ): Promise<Delegation>;
  /** Asks one address, RD=0; an answer with `aliases` unfollowed, CNAME records as data. */
  ask(server: NameServer, question: Question, signal: AbortSignal): Promise<ServerAnswer>;
}
