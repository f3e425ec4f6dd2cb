import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readZone, rrsetsOf } from "../providers/zonefile/zone.ts";
import { parseName } from "../src/core/dns/name.ts";
import { type NameServer, startNameServer, type Zone } from "./name-server/server.ts";

/** Where the demo's DNS answers: all on loopback, nothing leaves the machine. */
export interface DemoWorld {
  /** ADDR:PORT of what plays the resolver: it knows Google's and Odoo's names as `zones/` has them. */
  readonly resolver: string;
  /** Says where the zone's two name servers are, since port 53 is not ours to take. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Serves the zone files of a folder: two name servers for mycompany.example, one for the rest. */
export async function startDemoWorld(folder: string): Promise<DemoWorld> {
  const own = async (): Promise<Zone[]> => [await load(folder, "mycompany.example")];
  const all = (): Promise<Zone[]> =>
    Promise.all(["mycompany.example", "google.com", "odoo.com"].map((name) => load(folder, name)));
  const servers = await Promise.all([own, own, all].map((zones) => startNameServer({ zones })));
  const [first, second, resolver] = servers.map(addressOf);
  return {
    resolver: resolver ?? "",
    env: {
      ODOO_MAIL_DNS_NAMESERVERS: `ns1.mycompany.example=${first},ns2.mycompany.example=${second}`,
    },
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

async function load(folder: string, name: string): Promise<Zone> {
  const file = join(folder, `${name}.zone`);
  const origin = parseName(name);
  if (origin === undefined) throw new Error(`${name} is no domain name`);
  const zone = readZone({ file, text: await readFile(file, "latin1") }, { origin });
  return { apex: zone.apex, rrsets: rrsetsOf(zone.records) };
}

function addressOf(server: NameServer): string {
  return `${server.address}:${server.port}`;
}
