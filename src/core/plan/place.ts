import { type DomainName, ROOT, isWithin, parentOf, under } from "../dns/name.ts";
import { type RRset, type RRType, type Snapshot, covers, rrsetsAt } from "../dns/rrset.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { belowApex } from "./names.ts";

/** A name in the zone, and what decides whether a record can stand there. */
export interface Place {
  readonly name: DomainName;
  /** RRsets of the name's own; those that a wildcard lends it are not among them. */
  readonly rrsets: readonly RRset[];
  /** The wildcard that speaks for the name while it does not exist. */
  readonly wildcard?: { readonly name: DomainName; readonly rrsets: readonly RRset[] };
  /** A delegation or DNAME: whatever is written here would never be seen. */
  readonly obstacle?: Finding;
}

/** Undefined: the snapshot says nothing about the name, so nothing may be concluded. */
export function placeOf(
  snapshot: Snapshot,
  domain: DomainName,
  name: DomainName,
): Place | undefined {
  if (!covers(snapshot, name)) return undefined;
  const obstacle = obstacleTo(snapshot, domain, name);
  const wildcard = wildcardFor(snapshot, name);
  const rrsets = rrsetsAt(snapshot, name).filter((rrset) => !isLent(snapshot, rrset, wildcard));
  return {
    name,
    rrsets,
    ...(wildcard !== undefined && rrsets.length === 0 && { wildcard }),
    ...(obstacle !== undefined && { obstacle }),
  };
}

export function rrsetOf(place: Place, type: RRType): RRset | undefined {
  return place.rrsets.find((rrset) => rrset.type === type);
}

export function valuesOf(place: Place, type: RRType): readonly string[] {
  return rrsetOf(place, type)?.values ?? [];
}

/**
 * Public DNS answers for a name under a wildcard as if its records stood there (RFC 4592 3.3.1); a
 * host's own list does not. What is the wildcard's, to the last octet, is taken as lent.
 */
function isLent(snapshot: Snapshot, rrset: RRset, wildcard: Place["wildcard"]): boolean {
  const source = wildcard?.rrsets.find((candidate) => candidate.type === rrset.type);
  return (
    snapshot.source === "dns" &&
    source !== undefined &&
    [...source.values].sort().join("\n") === [...rrset.values].sort().join("\n")
  );
}

/** What stands at a name where nothing has to be known about the names around it. */
export function unlentAt(snapshot: Snapshot, name: DomainName): readonly RRset[] {
  const wildcards = belowApex(name, snapshot.zone.apex).flatMap((below) => {
    const wildcard = under("*", parentOf(below) ?? ROOT);
    return wildcard === undefined || wildcard === name
      ? []
      : [{ name: wildcard, rrsets: rrsetsAt(snapshot, wildcard) }];
  });
  return rrsetsAt(snapshot, name).filter(
    (rrset) => !wildcards.some((wildcard) => isLent(snapshot, rrset, wildcard)),
  );
}

/** The wildcard at the closest name that exists (RFC 4592 3.3.1), as far as the snapshot knows. */
function wildcardFor(snapshot: Snapshot, name: DomainName): Place["wildcard"] {
  const parent = parentOf(name);
  if (parent === undefined || name === snapshot.zone.apex) return undefined;
  const wildcard = under("*", parent);
  const rrsets = wildcard === undefined ? [] : rrsetsAt(snapshot, wildcard);
  if (wildcard !== undefined && rrsets.length > 0) return { name: wildcard, rrsets };
  return hasNamesBelow(snapshot, parent, name) ? undefined : wildcardFor(snapshot, parent);
}

function hasNamesBelow(snapshot: Snapshot, parent: DomainName, except: DomainName): boolean {
  return snapshot.rrsets.some(({ name }) => isWithin(name, parent) && !isWithin(name, except));
}

function obstacleTo(snapshot: Snapshot, domain: DomainName, name: DomainName): Finding | undefined {
  const subject = { domain, name };
  const { apex } = snapshot.zone;
  for (const cut of belowApex(name, apex)) {
    const servers = rrsetsAt(snapshot, cut).find((rrset) => rrset.type === "NS");
    if (servers !== undefined) {
      return finding("dns/delegated", subject, { name, cut, servers: servers.values });
    }
  }
  const above = name === apex || apex === ROOT ? [] : [...belowApex(name, apex).slice(1), apex];
  for (const cut of above) {
    const target = rrsetsAt(snapshot, cut).find((rrset) => rrset.type === "DNAME")?.values[0];
    if (target !== undefined) return finding("dns/dname", subject, { name, cut, target });
  }
  return undefined;
}
