import { type DomainName, isWithin, parentOf } from "../../src/core/dns/name.ts";
import type { RRset, RRType } from "../../src/core/dns/rrset.ts";

export interface Zone {
  readonly apex: DomainName;
  readonly rrsets: readonly RRset[];
}

/** A zone as a tree: a name without RRsets of its own is there too when something lies below it. */
export interface ZoneTree {
  readonly apex: DomainName;
  readonly nodes: ReadonlyMap<DomainName, ReadonlyMap<RRType, RRset>>;
}

const trees = new WeakMap<readonly Zone[], readonly ZoneTree[]>();

/** The zones as trees, made once for the same array. */
export function treesOf(zones: readonly Zone[]): readonly ZoneTree[] {
  const known = trees.get(zones) ?? zones.map(plant);
  trees.set(zones, known);
  return known;
}

/** The zone that is closest above a name. */
export function zoneOf(name: DomainName, trees: readonly ZoneTree[]): ZoneTree | undefined {
  return trees
    .filter((tree) => isWithin(name, tree.apex))
    .reduce<ZoneTree | undefined>(
      (best, tree) => (best === undefined || isWithin(tree.apex, best.apex) ? tree : best),
      undefined,
    );
}

function plant({ apex, rrsets }: Zone): ZoneTree {
  const nodes = new Map<DomainName, Map<RRType, RRset>>([[apex, new Map()]]);
  for (const rrset of rrsets.filter(({ name }) => isWithin(name, apex))) {
    for (const name of pathTo(rrset.name, apex)) if (!nodes.has(name)) nodes.set(name, new Map());
    nodes.get(rrset.name)?.set(rrset.type, rrset);
  }
  return { apex, nodes };
}

/** The names from below `top` down to `name`, which comes last; none for `top` itself. */
export function pathTo(name: DomainName, top: DomainName): readonly DomainName[] {
  const path: DomainName[] = [];
  for (let at: DomainName | undefined = name; at !== undefined && at !== top; at = parentOf(at)) {
    path.unshift(at);
  }
  return path;
}
