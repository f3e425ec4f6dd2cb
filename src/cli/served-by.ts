import type { DomainName } from "../core/dns/name.ts";
import type { Host } from "../ports/dns-provider.ts";

/** Who serves a zone, read off its name servers. */
export interface ServedBy {
  /** As people know it. */
  readonly title: string;
  /** Name in the registry, where there is an adapter. */
  readonly host?: string;
  /** `yes`: all name servers are theirs. `maybe`: others use such names too. `partly`: only some are. */
  readonly certainty: "yes" | "maybe" | "partly";
}

interface Vendor {
  readonly title: string;
  readonly host?: string;
  readonly patterns: readonly string[];
  readonly isShared?: true;
}

// Hosts without an adapter. Looked at in the vendors' documentation, 2026-11.
const OTHERS: readonly Vendor[] = [
  { title: "GoDaddy", patterns: ["*.domaincontrol.com"] },
  { title: "Namecheap", patterns: ["*.registrar-servers.com"] },
  { title: "Google Cloud DNS or Squarespace", patterns: ["*.googledomains.com"], isShared: true },
  { title: "Squarespace", patterns: ["*.squarespacedns.com"] },
  {
    title: "Amazon Route 53",
    patterns: ["*.awsdns-*.com", "*.awsdns-*.net", "*.awsdns-*.org", "*.awsdns-*.co.uk"],
  },
];

/** Undefined: the names give nobody away. */
export function servedBy(
  nameServers: readonly DomainName[],
  hosts: Readonly<Record<string, Host>>,
): ServedBy | undefined {
  const own = Object.entries(hosts).map(([host, { about }]): Vendor => {
    return { title: about.title, host, patterns: about.nameservers };
  });
  const known = [...own, ...OTHERS];
  const found = known.find(({ patterns }) => nameServers.some((name) => fits(name, patterns)));
  if (found === undefined) return undefined;
  const { title, host, patterns, isShared } = found;
  const isWhole = nameServers.every((name) => fits(name, patterns));
  const certainty = isWhole ? (isShared ? "maybe" : "yes") : "partly";
  return { title, certainty, ...(host !== undefined && { host }) };
}

function fits(name: DomainName, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
    return new RegExp(`^${parts.join(".+")}$`).test(name);
  });
}
