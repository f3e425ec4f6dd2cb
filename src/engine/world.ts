import type { Clock } from "../ports/clock.ts";
import type { DnsProvider } from "../ports/dns-provider.ts";
import type { Receipts } from "../ports/receipts.ts";
import type { Authority, Resolver } from "../ports/resolver.ts";

/** Everything outside of the program that a use case touches, for one stack. */
export interface World {
  /** The host as people know it: `Cloudflare`. */
  readonly hostName: string;
  readonly provider: DnsProvider;
  readonly resolver: Resolver;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly receipts: Receipts;
}

/** `host`: the DNS host's own data. `dns`: what the zone's name servers answer; no credentials. */
export type Source = "host" | "dns";

/** ISO 8601, UTC, of a moment in milliseconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
