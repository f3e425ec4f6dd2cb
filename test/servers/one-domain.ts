import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startNamed, type ZoneSource } from "./bind.ts";

// The whole way with BIND alone: a root, a top-level domain, the zone's primary that reads our file
// and is told by rndc, a secondary that copies from it, a server for Google's and Odoo's names, and
// a resolver.
export const DOMAIN = "mycompany.example";
/** Domains that the same two servers serve once they are given a file. */
export const NEIGHBOURS: readonly string[] = ["a", "b", "c", "d", "e", "two"].map(
  (name) => `${name}.example`,
);
/** A part of the domain that can be given a zone of its own. */
export const PART = `mail.${DOMAIN}`;
const OTHERS = ["google.com", "odoo.com"];
/** Nobody listens here. */
export const SILENT = "127.0.0.60";

export interface Addresses {
  readonly root: string;
  readonly tld: string;
  readonly ns1: string;
  readonly ns2: string;
  readonly others: string;
  readonly resolver: string;
}

export interface OneDomain {
  readonly addresses: Addresses;
  /** Says where the root is, and how rndc reaches the primary. */
  readonly env: Readonly<Record<string, string>>;
  /** ADDR:PORT */
  readonly resolver: string;
  /**
   * Puts the examples' zones and stack into this folder and serves them from there; `edit` is what
   * the owner has made of the domain's zone before.
   */
  open(folder: string, edit?: (zone: string) => string): Promise<void>;
  /** From now on the zone is what stands in this file. No resolver remembers what it was. */
  serve(apex: string, file: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the servers at six addresses from 127.0.0.`first` on. */
export async function startOneDomain(first: number): Promise<OneDomain> {
  const parent = resolve(".cache", "test");
  mkdirSync(parent, { recursive: true });
  const links = mkdtempSync(join(parent, "zones-"));
  const addresses = addressesFrom(first);
  const { primary, secondary, others, resolver, parents } = await startAll(addresses, links);
  const serve = async (apex: string, file: string): Promise<void> => {
    point(join(links, `${apex}.zone`), file);
    await (OTHERS.includes(apex) ? others : primary).reload(apex);
    resolver.rndc("flush");
  };
  let openings = 0;
  return {
    addresses,
    env: {
      ODOO_MAIL_DNS_NAMESERVERS: `.=${addresses.root}`,
      ODOO_MAIL_DNS_RNDC_CONFIG: primary.rndcConf,
    },
    resolver: `${addresses.resolver}:53`,
    open: async (folder, edit = (zone) => zone) => {
      openings += 1;
      const zones = putExamples(folder, addresses, openings);
      change(zones(DOMAIN), edit);
      await Promise.all([DOMAIN, ...OTHERS].map((apex) => serve(apex, zones(apex))));
    },
    serve,
    stop: async () => {
      const all = [primary, secondary, others, resolver, ...parents];
      await Promise.all(all.map((server) => server.stop()));
      rmSync(links, { recursive: true });
    },
  };
}

function addressesFrom(first: number): Addresses {
  const at = (n: number): string => `127.0.0.${first + n}`;
  return { root: at(0), tld: at(1), ns1: at(2), ns2: at(3), others: at(4), resolver: at(5) };
}

async function startAll(at: Addresses, links: string) {
  const own = (from: (apex: string) => ZoneSource): Record<string, ZoneSource> =>
    Object.fromEntries([DOMAIN, PART, ...NEIGHBOURS].map((apex) => [apex, from(apex)]));
  const linked = (apex: string): ZoneSource => ({ file: join(links, `${apex}.zone`) });
  const primary = await startNamed({
    address: at.ns1,
    zones: own(linked),
    zoneOptions: `notify explicit; notify-delay 0; also-notify { ${at.ns2}; }; notify-source ${at.ns1}; allow-transfer { any; };`,
  });
  const [google, odoo] = OTHERS.map(linked);
  const [secondary, others, resolver, ...parents] = await Promise.all([
    startNamed({ address: at.ns2, zones: own(() => ({ primary: at.ns1 })) }),
    startNamed({
      address: at.others,
      zones: { com, ...(google && { "google.com": google }), ...(odoo && { "odoo.com": odoo }) },
    }),
    startNamed({ address: at.resolver, rootServer: at.root }),
    startNamed({ address: at.root, zones: { ".": rootZone(at) } }),
    startNamed({ address: at.tld, zones: { example: exampleZone(at) } }),
  ]);
  return { primary, secondary, others, resolver, parents };
}

/** The files lie in folders that come and go with tests; a server's configuration stays. */
function point(link: string, file: string): void {
  symlinkSync(file, `${link}.new`);
  renameSync(`${link}.new`, link);
}

/** Higher with every opening, or secondaries would keep what the last test left. */
const serialOf = (opening: number): string => String(2_026_500_000 + 1000 * opening);

function putExamples(folder: string, at: Addresses, opening: number) {
  for (const name of ["zones", "stacks"])
    cpSync(join("examples", name), join(folder, name), { recursive: true });
  const zonePath = (apex: string): string => join(folder, "zones", `${apex}.zone`);
  change(zonePath(DOMAIN), (text) =>
    text
      .replace("A    192.0.2.53", `A ${at.ns1}`)
      .replace("A    198.51.100.53", `A ${at.ns2}`)
      .replace("2026112301", serialOf(opening)),
  );
  for (const apex of OTHERS) change(zonePath(apex), (text) => text.replace("127.0.0.1", at.others));
  const stack = join(folder, "stacks", `Pulumi.${DOMAIN}.yaml`);
  change(stack, (text) => `${text.trimEnd()}\n    reload: rndc\n`);
  return zonePath;
}

function change(file: string, edit: (text: string) => string): void {
  writeFileSync(file, edit(readFileSync(file, "latin1")), "latin1");
}

const soa = (host: string): string => `$TTL 300\n@ SOA ${host} hostmaster 7 3600 600 1209600 300\n`;

const rootZone = ({ root, tld, others }: Addresses): string => `${soa("a.root.test.")}
@ NS a.root.test.
a.root.test. A ${root}
example. NS ns.example.
ns.example. A ${tld}
com. NS ns.other.test.
ns.other.test. A ${others}
`;

function exampleZone({ tld, ns1, ns2 }: Addresses): string {
  const delegations = [DOMAIN, ...NEIGHBOURS].map(
    (apex) => `
${apex}. NS ns1.${apex}.
${apex}. NS ns2.${apex}.
ns1.${apex}. A ${ns1}
ns2.${apex}. A ${ns2}
`,
  );
  return `${soa("ns")}@ NS ns\nns A ${tld}\n${delegations.join("")}`;
}

const com = `${soa("ns.other.test.")}@ NS ns.other.test.
google NS ns.other.test.
odoo NS ns.other.test.
`;
