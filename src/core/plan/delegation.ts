import type { DomainName } from "../dns/name.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";

/** How the parent zone and the zone itself name the servers, and which of them can't be used. */
export interface NameServerFacts {
  readonly zone: DomainName;
  readonly parent: readonly DomainName[];
  readonly child: readonly DomainName[];
  readonly lame: readonly { readonly name: DomainName; readonly reason: string }[];
  /** Whether the owner told us whom to ask: then nothing can be said of the delegation. */
  readonly overridden: boolean;
}

/** What is wrong with the delegation itself (RFC 1034 4.2.2, RFC 1912 2.8). */
export function delegationFindings(domain: DomainName, facts: NameServerFacts): readonly Finding[] {
  const { parent, child, lame } = facts;
  const subject = { domain };
  const lameOnes = lame.map(({ name, reason }) =>
    finding("dns/lame-server", subject, { zone: facts.zone, server: name, reason }),
  );
  if (facts.overridden || parent.length === 0 || child.length === 0) return lameOnes;
  const words = { zone: facts.zone, parent: without(parent, child), child: without(child, parent) };
  const isSame = words.parent.length + words.child.length === 0;
  return [...(isSame ? [] : [finding("dns/name-servers-differ", subject, words)]), ...lameOnes];
}

function without(names: readonly DomainName[], others: readonly DomainName[]): DomainName[] {
  return names.filter((name) => !others.includes(name)).toSorted();
}
