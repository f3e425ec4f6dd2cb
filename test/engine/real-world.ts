import { noApi } from "../providers/no-api.ts";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NameServer, type Zone, startNameServer } from "../../examples/name-server/server.ts";
import zonefile from "../../providers/zonefile/adapter.ts";
import { readZone, rrsetsOf } from "../../providers/zonefile/zone.ts";
import { createClock } from "../../src/local/clock.ts";
import { createReceipts } from "../../src/local/receipts.ts";
import type { DomainName } from "../../src/core/dns/name.ts";
import type { World } from "../../src/engine/world.ts";
import { createAuthority } from "../../src/resolve/authority.ts";
import { parseEndpoint, parseNameServers } from "../../src/resolve/name-servers.ts";
import { createResolver } from "../../src/resolve/resolver.ts";
import { DOMAIN, name } from "./fake-world.ts";

const FILE = "zones/mycompany.example.zone";
const NS = ["ns1.mycompany.example", "ns2.mycompany.example"] as const;

/**
 * The demo's project in a scratch folder, with everything around it real: the zone file and its
 * adapter, two name servers that serve the file over UDP and TCP, the root and the top-level domain
 * above them, a resolver for the rest of the world, receipts on disk.
 */
export interface RealWorld {
  readonly project: string;
  /** For a program of its own: where the name servers and the resolver are. */
  readonly env: { readonly ODOO_MAIL_DNS_NAMESERVERS: string };
  readonly resolverAddress: string;
  /** Every question that reached the resolver. */
  readonly resolved: readonly string[];
  /** What the engine is given; new ones remember nothing. */
  createWorld(): World;
  read(): Promise<string>;
  /** The zone file without its serial, which only ever rises. */
  readWithoutSerial(): Promise<string>;
  write(text: string): Promise<void>;
  /** From now on the second name server serves this instead of the file. */
  serveAtSecond(zone: Zone): void;
  close(): Promise<void>;
}

export async function startRealWorld(): Promise<RealWorld> {
  const project = await mkdtemp(join(tmpdir(), "real-world-"));
  await cp("examples/zones", join(project, "zones"), { recursive: true });
  await cp("examples/stacks", join(project, "stacks"), { recursive: true });
  const resolved: string[] = [];
  let atSecond: Zone | undefined;
  const load = async (domain: string): Promise<Zone> => {
    const file = join(project, "zones", `${domain}.zone`);
    const text = await readFile(file, "latin1");
    const zone = readZone({ file, text }, { origin: name(domain) });
    return { apex: zone.apex, rrsets: rrsetsOf(zone.records) };
  };
  const servers = await Promise.all([
    startNameServer({ zones: async () => [await load(DOMAIN)] }),
    startNameServer({ zones: async () => [atSecond ?? (await load(DOMAIN))] }),
    startNameServer({ zones: PARENTS }),
    startNameServer({
      zones: () => Promise.all(["google.com", "odoo.com"].map(load)),
      onQuestion: (question) => resolved.push(`${question.name} ${question.type}`),
    }),
  ]);
  const [one, two, parent, resolverAddress = ""] = servers.map(addressOf);
  const places = `.=${parent},ns.example=${parent},${NS[0]}=${one},${NS[1]}=${two}`;
  const file = join(project, FILE);
  return {
    project,
    env: { ODOO_MAIL_DNS_NAMESERVERS: places },
    resolverAddress,
    resolved,
    createWorld: () => createWorld(project, places, resolverAddress),
    read: () => readFile(file, "latin1"),
    readWithoutSerial: async () => serialless(await readFile(file, "latin1")),
    write: (text) => writeFile(file, text, "latin1"),
    serveAtSecond: (zone) => void (atSecond = zone),
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await rm(project, { recursive: true });
    },
  };
}

export function serialless(text: string): string {
  return text.replace(/\b20\d{8}(?= *; serial)/, "SERIAL");
}

function createWorld(project: string, places: string, resolverAddress: string): World {
  const clock = createClock();
  const place = parseEndpoint(resolverAddress);
  const resolver = createResolver({ servers: place === undefined ? [] : [place], clock });
  const authority = createAuthority({ resolver, overrides: parseNameServers(places), clock });
  const context = { env: {}, projectFolder: project, clock, resolver, authority, ...noApi };
  return {
    hostName: "Zone file",
    provider: zonefile.create({ file: FILE }, context),
    resolver,
    authority,
    clock,
    receipts: createReceipts(project),
  };
}

function addressOf({ address, port }: NameServer): string {
  return `${address}:${port}`;
}

/** The root and the top-level domain, which lead to the two name servers. */
const PARENTS: readonly Zone[] = [
  above(".", { ".": ["ns.example"], example: ["ns.example"] }),
  above("example", { example: ["ns.example"], "mycompany.example": NS }),
];

function above(apex: string, delegated: Readonly<Record<string, readonly string[]>>): Zone {
  const rrset = (owner: string, type: string, values: readonly string[]) => {
    return { name: name(owner) satisfies DomainName, type, ttl: 3600, values };
  };
  return {
    apex: name(apex),
    rrsets: [
      rrset(apex, "SOA", ["ns.example hostmaster.example 1 3600 600 1209600 300"]),
      ...Object.entries(delegated).map(([owner, values]) => rrset(owner, "NS", values)),
      ...["ns.example", ...NS].map((owner) => rrset(owner, "A", ["192.0.2.53"])),
    ],
  };
}
