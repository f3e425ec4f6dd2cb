import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readZone, rrsetsOf } from "../providers/zonefile/zone.ts";
import { type DomainName, parseName } from "../src/core/dns/name.ts";
import {
  type NameServer,
  type NameServerOptions,
  startNameServer,
  type Zone,
} from "./name-server/server.ts";

/** Where the demo's DNS answers: all on loopback, nothing leaves the machine. */
export interface DemoWorld {
  /** ADDR:PORT of what plays the resolver: it knows Google's and Odoo's names as `zones/` has them. */
  readonly resolver: string;
  /** Says where the zone's two name servers are, since port 53 is not ours to take. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface DemoOptions extends Pick<NameServerOptions, "onQuestion"> {
  /** What the two name servers hold; mycompany.example from its file unless given. */
  readonly own?: () => Promise<readonly Zone[]>;
}

/**
 * Serves the zone files of a folder: two name servers for mycompany.example, a root and a parent
 * that lead to them, and what plays the resolver.
 */
export async function startDemoWorld(
  folder: string,
  {
    onQuestion = () => undefined,
    own = () => loadAll(folder, ["mycompany.example"]),
  }: DemoOptions = {},
): Promise<DemoWorld> {
  const all = async (): Promise<readonly Zone[]> => [
    ...(await own()),
    ...(await loadAll(folder, ["google.com", "odoo.com"])),
  ];
  const sources = [own, own, () => PARENTS, all];
  const servers = await Promise.all(sources.map((zones) => startNameServer({ zones, onQuestion })));
  const [first, second, parent, resolver] = servers.map(addressOf);
  return {
    resolver: resolver ?? "",
    env: {
      ODOO_MAIL_DNS_NAMESERVERS: `.=${parent},ns.example=${parent},ns1.mycompany.example=${first},ns2.mycompany.example=${second}`,
    },
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

/** The way down from the root, with the addresses that every parent gives (glue). */
const PARENTS: readonly Zone[] = [
  upper(".", ["ns.example"], { example: ["ns.example"] }),
  upper("example", ["ns.example"], {
    "mycompany.example": ["ns1.mycompany.example", "ns2.mycompany.example"],
  }),
];

function upper(
  apex: string,
  nameServers: readonly string[],
  delegated: Readonly<Record<string, readonly string[]>>,
): Zone {
  const soa = `${nameServers[0]} hostmaster.example 1 3600 600 1209600 300`;
  const glue = new Set([...nameServers, ...Object.values(delegated).flat()]);
  return {
    apex: nameOf(apex),
    rrsets: [
      { name: nameOf(apex), type: "SOA", ttl: 3600, values: [soa] },
      ...Object.entries({ [apex]: nameServers, ...delegated }).map(([name, values]) => {
        return { name: nameOf(name), type: "NS", ttl: 3600, values };
      }),
      ...[...glue].map((name) => {
        return { name: nameOf(name), type: "A", ttl: 3600, values: ["192.0.2.53"] };
      }),
    ],
  };
}

function nameOf(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new Error(`${text} is no domain name`);
  return name;
}

function loadAll(folder: string, names: readonly string[]): Promise<readonly Zone[]> {
  return Promise.all(names.map((name) => load(folder, name)));
}

async function load(folder: string, name: string): Promise<Zone> {
  const file = join(folder, `${name}.zone`);
  const zone = readZone({ file, text: await readFile(file, "latin1") }, { origin: nameOf(name) });
  return { apex: zone.apex, rrsets: rrsetsOf(zone.records) };
}

function addressOf(server: NameServer): string {
  return `${server.address}:${server.port}`;
}
