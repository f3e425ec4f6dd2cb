import type { GenericSchema } from "valibot";
import type { DomainName } from "../core/dns/name.ts";
import type { Hold, RRset, Snapshot, ZoneRef } from "../core/dns/rrset.ts";
import type { HostFacts } from "../core/plan/desired.ts";
import type { Op } from "../core/plan/schema.ts";
import type { Authority, Resolver } from "./resolver.ts";
import type { Clock } from "./clock.ts";
import type { Http } from "./http.ts";
import type { Run } from "./run.ts";

/**
 * What a DNS host can do. Each field says its default and what follows from it; an adapter that
 * claims more than its host gives will fail the conformance suite.
 */
export interface Capabilities extends HostFacts {
  /** False: a person writes (`manual`); `apply` prints instructions and waits. Default true. */
  readonly writes: boolean;
  /** What one write replaces. `zone`: everything is resent, so everything is compared afterwards. */
  readonly unit: "value" | "rrset" | "zone";
  /** How much becomes visible at one moment; only `zone` and `batch` can change SPF and DKIM together. */
  readonly atomic: "value" | "rrset" | "batch" | "zone";
}

/** One request exactly as it will be sent; `summary` is what a person reads. Made by `compile`. */
export interface Call {
  /** Index of each op that this call carries out. */
  readonly ops: readonly number[];
  readonly summary: string;
  /** `PATCH`, `edit file`, ... */
  readonly method: string;
  readonly target: string;
  readonly body?: unknown;
}

export interface CallResult {
  readonly outcome: "done" | "already" | "failed" | "unknown";
  readonly detail?: string;
  /** The RRsets as the host stored them, where its answer says so; this counts as reading back. */
  readonly stored?: readonly RRset[];
}

/** `published`: what was written is what the primary serves. `pending`: not yet. */
export interface Settled {
  readonly state: "published" | "pending" | "failed" | "not-asked";
  readonly detail?: string;
}

/**
 * A DNS host, bound to one stack's options. All methods may throw MailDnsError; none retries a
 * write. Nothing is promised that the weakest host can't give.
 */
export interface DnsProvider {
  readonly capabilities: Capabilities;
  /** The zone that holds `domain`: the longest that fits. Throws zone-not-found, zone-ambiguous. */
  findZone(domain: DomainName, signal: AbortSignal): Promise<ZoneRef>;
  /** Every RRset at these names, or more. Throws where it can't say with certainty what is there. */
  read(zone: ZoneRef, names: readonly DomainName[], signal: AbortSignal): Promise<Snapshot>;
  /**
   * What stands in the way of just these ops and is not in the snapshot, because it costs a call
   * that only a write is worth. Absent: nothing more can be known.
   */
  holds?(ops: readonly Op[], snapshot: Snapshot, signal: AbortSignal): Promise<readonly Hold[]>;
  /** Pure: ops to calls. Throws `invalid-input` or `protected` for what the host would refuse. */
  compile(ops: readonly Op[], snapshot: Snapshot): readonly Call[];
  /**
   * Sends the calls in order and stops at the first that is not done. Throws `stale-write` before
   * anything is sent when the host's data is no longer what `snapshot` says at the ops' names.
   * One result a call that was tried. When the signal is aborted, the running call is finished and
   * no other begun. Whatever else is thrown says nothing of what was written: we look.
   */
  apply(
    calls: readonly Call[],
    snapshot: Snapshot,
    signal: AbortSignal,
  ): Promise<readonly CallResult[]>;
  /** Publishes where the host has such a step, and says whether the primary serves it. */
  settle(zone: ZoneRef, signal: AbortSignal): Promise<Settled>;
}

/** What an adapter may use of the world besides its own client. */
export interface HostContext {
  /** Credentials and endpoints come from here, never from a stack file. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whose credentials these are, where the stack file says so: nobody else's may be used. */
  readonly account?: string;
  /**
   * A credential by its vendor's usual name, `CLOUDFLARE_API_TOKEN`; of the stack's account where
   * it names one, `CLOUDFLARE_API_TOKEN_ACME`. Throws `auth` naming what is to be set.
   */
  credential(name: string): string;
  /** The same, undefined where it is not set. */
  optionalCredential(name: string): string | undefined;
  readonly http: Http;
  readonly run: Run;
  /** Absolute path of the folder that holds the stacks folder. */
  readonly projectFolder: string;
  readonly clock: Clock;
  readonly resolver: Resolver;
  readonly authority: Authority;
}

/** What a credential can see and do, before anything is written. */
export interface Access {
  readonly zones: readonly {
    readonly apex: DomainName;
    readonly nameservers: readonly DomainName[];
    /** Rights that are missing for this zone, as the vendor names them; empty: none is known to be. */
    readonly missing: readonly string[];
  }[];
  /** What could not be found out, a sentence each: `The token's rights are not shown to itself.` */
  readonly unknown: readonly string[];
}

/** The default export of a host's adapter.ts. */
export interface Adapter {
  create(options: unknown, context: HostContext): DnsProvider;
  /** Only reads. Absent: the host takes no credential. Throws `auth` for one that is refused. */
  access?(context: HostContext, signal: AbortSignal): Promise<Access>;
}

/** A host's index.ts: small and eager; the adapter and its SDK come only through `load`. */
export interface Host {
  readonly about: {
    /** As people know it: `Cloudflare`. */
    readonly title: string;
    /** One line for `odoo-mail-dns hosts`. */
    readonly summary: string;
    /** Its page below docs/hosts. */
    readonly docs: string;
    /** Name servers that give the host away, `*` for any labels: `*.ns.cloudflare.com`. */
    readonly nameservers: readonly string[];
    /** Whether a person carries out what is planned. */
    readonly byHand?: true;
    /** Environment variables with its credentials and endpoints, for help and documents. */
    readonly variables: readonly { readonly name: string; readonly purpose: string }[];
  };
  /** Schema of `odoo-mail-dns:<host>:` in the stack file. */
  readonly options: GenericSchema;
  load(): Promise<Adapter>;
}
