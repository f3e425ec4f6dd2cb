import type { Answers } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import type { Snapshot } from "../dns/rrset.ts";
import type { Receipt } from "./schema.ts";

/** A stack file after validation, with every default filled in (design, section 6). */
export interface DomainConfig {
  readonly domain: DomainName;
  /** As the person wrote it, where that differs from `domain` (a U-label). */
  readonly writtenDomain?: string;
  readonly host: string;
  /** Options of that host, already checked against its own schema. */
  readonly hostOptions: unknown;
  /** Whose credentials are used, where the host has several accounts of ours. */
  readonly account?: string;
  readonly zone?: DomainName;
  readonly spf: SpfConfig;
  readonly dkim: boolean;
  readonly dmarc: "check" | "off";
  /** With Pulumi, whose resource writes the DKIM CNAME: ours, or the host's own. */
  readonly records: "own" | "native";
  readonly odoo: {
    readonly hosting: "online" | "sh" | "onpremise" | "unknown";
    readonly version?: number;
  };
  /** Rule ids whose refusal the owner has answered. */
  readonly accept: readonly string[];
  readonly retire: boolean;
  /** Where the stack file says what, for findings that point at a line. */
  readonly file: string;
}

export type SpfConfig =
  | { readonly off: true }
  | {
      readonly off: false;
      /** The bounce/alias domain; the domain itself unless set. */
      readonly domain: DomainName;
      readonly terms: readonly string[];
      /** Terms that we once put in and nobody wants any more; known to who remembers (Pulumi). */
      readonly dropped?: readonly string[];
      readonly placement: "first" | "before-all";
      /** The owner's word on two records: join them, and end with this. */
      readonly join?: { readonly all: string };
    };

/** What the planner must know of a host; every adapter's Capabilities say it. */
export interface HostFacts {
  /** Who refuses a write over a change we have not seen. `reread`: we look again just before. */
  readonly guard: "server" | "reread";
  /** Seconds; a TTL outside is refused by the host. `byDefault` is used for a new RRset. */
  readonly ttl: {
    readonly min: number;
    readonly max: number;
    readonly byDefault: number | "default";
  };
  /** Octets of one TXT value the host stores; null: only DNS's own limit, 65535. */
  readonly maxTxtOctets: number | null;
  /** Sentences for the plan: what may be seen by others while a change is written. */
  readonly exposure: readonly string[];
}

/** Where the world looks for a domain's records. */
export type Delegated =
  | { readonly zone: DomainName; readonly nameservers: readonly DomainName[] }
  /** The domain is not in DNS; the reason is a sentence. */
  | { readonly reason: string };

/** All that a plan depends on. The same input gives the same plan, always. */
export interface PlanInput {
  readonly config: DomainConfig;
  readonly snapshot: Snapshot;
  readonly answers: Answers;
  /** What the parent zone says of the zone; absent where nobody was asked or has answered. */
  readonly delegated?: Delegated;
  readonly host: HostFacts;
  /** The host as people know it, for the plan's sentences. */
  readonly hostTitle?: string;
  /** What was last written here; lets `retire` take out exactly what was put in. */
  readonly history?: Receipt;
}
