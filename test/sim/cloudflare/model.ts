/** A record as Cloudflare keeps it. */
export interface SimRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly proxied: boolean;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly priority?: number;
  readonly created_on: string;
  readonly modified_on: string;
}

export type SimPlan = "free" | "pro" | "business" | "enterprise";

export interface SimZone {
  readonly id: string;
  readonly name: string;
  readonly account: { readonly id: string; readonly name: string };
  status: "initializing" | "pending" | "active" | "moved";
  type: "full" | "partial" | "secondary" | "internal";
  plan: SimPlan;
  nameServers: readonly string[];
  flattenAll: boolean;
  records: readonly SimRecord[];
  /** Every state that the world could see, the first included. */
  readonly history: (readonly SimRecord[])[];
}

/** Permission groups of API tokens; `DNS Write` lets read too. */
export type SimRight = "Zone Read" | "DNS Read" | "DNS Write";

export interface SimToken {
  readonly value: string;
  readonly rights: readonly SimRight[];
  /** Ids of the zones it is for. */
  readonly zones: "all" | readonly string[];
}

/** What Cloudflare refuses, as it says so. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly unknown[];

  constructor(status: number, code: number, message: string, chain?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.errors = [{ code, message, ...(chain !== undefined && { error_chain: chain }) }];
  }
}

/** The form of `1004 DNS Validation Error`, with the reason in its chain. */
export function invalid(code: number, message: string): Refusal {
  return new Refusal(400, 1004, "DNS Validation Error", [{ code, message }]);
}
