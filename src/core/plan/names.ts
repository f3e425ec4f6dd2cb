import { dkimName } from "../dkim/cname.ts";
import { type DomainName, isWithin, parentOf, under } from "../dns/name.ts";
import type { DomainConfig } from "./desired.ts";

/**
 * Every name whose RRsets the plan needs, from the host or from the zone's own servers: never from
 * public resolvers, which would remember that a name does not exist. Besides the records' own
 * names these are the names above them (delegations), the wildcards that may speak for them, and
 * the names that come about when a form adds the domain a second time.
 */
export function namesOf(config: DomainConfig): readonly DomainName[] {
  const { domain, spf } = config;
  const dkim = dkimName(domain);
  const names = [
    domain,
    ...(spf.off ? [] : [spf.domain, under(spf.domain, config.zone ?? domain)]),
    ...(spf.off || spf.domain === domain ? [] : [wildcardAbove(spf.domain)]),
    ...(config.dkim && dkim !== undefined ? dkimNames(dkim, domain) : []),
    ...(config.dmarc === "off" ? [] : [under("_dmarc", domain)]),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

function dkimNames(dkim: DomainName, domain: DomainName): readonly (DomainName | undefined)[] {
  return [
    dkim,
    parentOf(dkim),
    under("*._domainkey", domain),
    under("*", domain),
    under(dkim, domain),
  ];
}

function wildcardAbove(name: DomainName): DomainName | undefined {
  const parent = parentOf(name);
  return parent && under("*", parent);
}

/** `a.b.example.com` in the zone `example.com`: itself, then `b.example.com`; never the apex. */
export function belowApex(name: DomainName, apex: DomainName): readonly DomainName[] {
  const parent = parentOf(name);
  if (name === apex || !isWithin(name, apex) || parent === undefined) return [];
  return [name, ...belowApex(parent, apex)];
}
