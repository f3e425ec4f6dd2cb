import { type NameServer, startNameServer, type Zone } from "../../examples/name-server/server.ts";
import type { Question } from "../../src/core/dns/answer.ts";
import { answerKey } from "../../src/core/dns/answer.ts";
import { type DomainName, isWithin, parentOf, parseName } from "../../src/core/dns/name.ts";
import type { RRset, RRType } from "../../src/core/dns/rrset.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Authority, Resolver } from "../../src/ports/resolver.ts";
import { createAuthority } from "../../src/resolve/authority.ts";
import { parseNameServers } from "../../src/resolve/name-servers.ts";
import { createResolver } from "../../src/resolve/resolver.ts";

/**
 * DNS as it is in the world, on loopback: a root, the top-level domains, one server for each name
 * server that the zones name, and a resolver that knows all zones. Real UDP and TCP, free ports.
 *
 *     const world = await startWorld({ zones: [zone("mycompany.example", [
 *       "@ 3600 TXT v=spf1 include:_spf.google.com ~all",
 *     ])] });
 *     await world.authority.find(name("mycompany.example"), {}, signal);
 *     world.serve(zone("mycompany.example", [...]), "ns1.mycompany.example");
 *     await world.close();
 */
export interface World {
  readonly resolver: Resolver;
  readonly authority: Authority;
  readonly clock: Clock;
  /** ADDR:PORT of what plays the recursive resolver, for `--resolver`. */
  readonly resolverAddress: string;
  /** ODOO_MAIL_DNS_NAMESERVERS: the root and every name server of this world. */
  readonly env: { readonly ODOO_MAIL_DNS_NAMESERVERS: string };
  /** Every question so far: `root`, `tld`, `resolver` or the server's own name, and what was asked. */
  readonly asked: readonly { readonly server: string; readonly question: string }[];
  /** From now on this zone is served as given: by all, or by one of its name servers only. */
  serve(zone: Zone, nameServer?: string): void;
  /** Stops one name server: from now on nothing answers at its port. */
  stop(nameServer: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly zones: readonly Zone[];
  /** NS names in the parent, by apex, where they differ from the zone's own. */
  readonly parents?: Readonly<Record<string, readonly string[]>>;
}

const SOA_TAIL = "hostmaster.invalid 1 3600 600 1209600 300";

/** A name that must be one. */
export function name(text: string): DomainName {
  const parsed = parseName(text);
  if (parsed === undefined) throw new Error(`${text} is no domain name`);
  return parsed;
}

/**
 * A zone from lines `<name> <ttl> <type> <data>`, names relative to the apex, data in the product's
 * own form (names in data are absolute, TXT is the joined value without quotes). A SOA and two NS
 * (ns1, ns2 below the apex) are added where the lines have none.
 */
export function zone(apexText: string, lines: readonly string[]): Zone {
  const apex = name(apexText);
  const below = (label: string): DomainName =>
    name(label === "@" ? apex : apex === "." ? label : `${label}.${apex}`);
  const rrsets = new Map<string, RRset>();
  const add = (owner: DomainName, type: RRType, ttl: number, data: string): void => {
    const key = answerKey({ name: owner, type });
    const values = [...(rrsets.get(key)?.values ?? []), data];
    rrsets.set(key, { name: owner, type, ttl, values });
  };
  for (const line of lines) {
    const [, label = "", ttl, type = "", data = ""] = /^(\S+) (\d+) (\S+) ([^]*)$/.exec(line) ?? [];
    add(below(label), type, Number(ttl), data);
  }
  const ns = answerKey({ name: apex, type: "NS" });
  if (!rrsets.has(ns)) {
    for (const host of ["ns1", "ns2"]) {
      add(apex, "NS", 3600, below(host));
      add(below(host), "A", 3600, "192.0.2.53");
    }
  }
  const primary = rrsets.get(ns)?.values[0];
  if (!rrsets.has(answerKey({ name: apex, type: "SOA" })))
    add(apex, "SOA", 3600, `${primary} ${SOA_TAIL}`);
  return { apex, rrsets: [...rrsets.values()] };
}

export async function startWorld({ zones, parents = {} }: WorldOptions): Promise<World> {
  const asked: { server: string; question: string }[] = [];
  const start = (server: string, served: () => readonly Zone[]): Promise<NameServer> =>
    startNameServer({
      zones: served,
      onQuestion: (question: Question) => asked.push({ server, question: answerKey(question) }),
    });

  const leaves = new Map<DomainName, Zone[]>();
  for (const leaf of zones)
    for (const host of new Set([...nsOf(leaf), ...(parents[leaf.apex] ?? []).map(name)]))
      leaves.set(host, [...(leaves.get(host) ?? []), leaf]);

  const parentsNs = (leaf: Zone): readonly DomainName[] =>
    parents[leaf.apex]?.map(name) ?? nsOf(leaf);
  const tops = [...new Set(zones.map(({ apex }) => topOf(apex)))];
  const upper = [
    zone(".", tops.map((top) => `${top} 172800 NS a.nic.${top}`).concat(ROOT_LINES)),
    ...tops.map((top) => topZone(top, zones, parentsNs)),
  ];
  const [root, topZones] = [upper.slice(0, 1), upper.slice(1)];
  let known = [...zones];
  const servers = new Map<string, NameServer>();
  servers.set("root", await start("root", () => root));
  servers.set("tld", await start("tld", () => topZones));
  servers.set("resolver", await start("resolver", () => known));
  for (const host of leaves.keys())
    servers.set(host, await start(host, () => leaves.get(host) ?? []));

  const address = (server: string): string => {
    const { address, port } = servers.get(server) as NameServer;
    return `${address}:${port}`;
  };
  const mapping = [
    `.=${address("root")}`,
    ...tops.map((top) => `a.nic.${top}=${address("tld")}`),
    ...[...leaves.keys()].map((host) => `${host}=${address(host)}`),
  ].join(",");
  const { port } = servers.get("resolver") as NameServer;
  const resolver = createResolver({
    servers: [{ address: "127.0.0.1", port }],
    clock: patientClock,
  });
  const overrides = parseNameServers(mapping);

  return {
    resolver,
    authority: createAuthority({ resolver, overrides, clock: patientClock }),
    clock: patientClock,
    resolverAddress: address("resolver"),
    env: { ODOO_MAIL_DNS_NAMESERVERS: mapping },
    asked,
    serve: (changed, nameServer) => {
      const replace = (list: readonly Zone[]): Zone[] => [
        ...list.filter(({ apex }) => apex !== changed.apex),
        changed,
      ];
      if (nameServer === undefined) known = replace(known);
      for (const [host, served] of leaves)
        if (
          nameServer === undefined
            ? served.some(({ apex }) => apex === changed.apex)
            : host === nameServer
        )
          leaves.set(host, replace(served));
    },
    stop: async (nameServer) => {
      await servers.get(nameServer)?.close();
      servers.delete(nameServer);
    },
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

const ROOT_LINES = ["@ 518400 NS a.root-servers.invalid"];

/** Time that passes only for those who give up: nothing here fails because a machine is slow. */
export const patientClock: Clock = {
  now: () => 0,
  wait: (_ms, signal) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    }),
};

function nsOf({ apex, rrsets }: Zone): readonly DomainName[] {
  return (rrsets.find(({ name, type }) => name === apex && type === "NS")?.values ??
    []) as readonly DomainName[];
}

function topOf(apex: DomainName): DomainName {
  const parent = parentOf(apex);
  return parent === undefined || parent === "." ? apex : topOf(parent);
}

/** What is delegated from here, with glue for names below the cut. */
function topZone(
  top: DomainName,
  zones: readonly Zone[],
  nsFor: (zone: Zone) => readonly DomainName[],
): Zone {
  const relative = (full: DomainName): string => full.slice(0, -(top.length + 1));
  const delegated = zones.filter(({ apex }) => apex !== top && isWithin(apex, top));
  const ns = delegated.flatMap((leaf) =>
    nsFor(leaf).map((host) => `${relative(leaf.apex)} 172800 NS ${host}`),
  );
  const glue = delegated.flatMap((leaf) =>
    nsFor(leaf)
      .filter((host) => isWithin(host, leaf.apex))
      .map((host) => `${relative(host)} 172800 A 192.0.2.53`),
  );
  const own = [`@ 172800 NS a.nic.${top}`, `a.nic 172800 A 192.0.2.53`];
  return zone(top, [...own, ...ns, ...glue]);
}
