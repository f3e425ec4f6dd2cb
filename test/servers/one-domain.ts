import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Named, startNamed } from "./bind.ts";

// The whole way with BIND alone: a root, a top-level domain, the zone's primary that reads our file
// and is told by rndc, a secondary that copies from it, and a resolver.
const ROOT = "127.0.0.41";
const TLD = "127.0.0.42";
export const NS1 = "127.0.0.43";
export const NS2 = "127.0.0.44";
const OTHERS = "127.0.0.45";
const RESOLVER = "127.0.0.46";
export const DOMAIN = "mycompany.example";
const soa = (host: string): string => `$TTL 300\n@ SOA ${host} hostmaster 7 3600 600 1209600 300\n`;

const root = `${soa("a.root.test.")}@ NS a.root.test.
a.root.test. A ${ROOT}
example. NS ns.example.
ns.example. A ${TLD}
com. NS ns.other.test.
ns.other.test. A ${OTHERS}
`;
const example = `${soa("ns")}@ NS ns
ns A ${TLD}
mycompany NS ns1.mycompany
mycompany NS ns2.mycompany
ns1.mycompany A ${NS1}
ns2.mycompany A ${NS2}
`;
const com = `${soa("ns.other.test.")}@ NS ns.other.test.
google NS ns.other.test.
odoo NS ns.other.test.
`;

export interface OneDomain {
  /** Says where the root is, and how rndc reaches the primary. */
  readonly env: Readonly<Record<string, string>>;
  /** ADDR:PORT */
  readonly resolver: string;
  stop(): Promise<void>;
}

/** Puts the examples' zones and stack into this folder and serves them from there. */
export async function startOneDomain(folder: string): Promise<OneDomain> {
  cpSync(join("examples", "zones"), join(folder, "zones"), { recursive: true });
  cpSync(join("examples", "stacks"), join(folder, "stacks"), { recursive: true });
  const file = join(folder, "zones", `${DOMAIN}.zone`);
  const own = readFileSync(file, "latin1");
  const here = own.replace("A    192.0.2.53", `A ${NS1}`).replace("A    198.51.100.53", `A ${NS2}`);
  writeFileSync(file, here, "latin1");
  const stack = join(folder, "stacks", `Pulumi.${DOMAIN}.yaml`);
  writeFileSync(stack, `${readFileSync(stack, "utf8").trimEnd()}\n    reload: rndc\n`);
  const primary = await startNamed({
    address: NS1,
    zones: { [DOMAIN]: { file } },
    zoneOptions: `notify explicit; notify-delay 0; also-notify { ${NS2}; }; notify-source ${NS1}; allow-transfer { any; };`,
  });
  const text = (name: string): string =>
    readFileSync(join("examples", "zones", name), "latin1").replace("127.0.0.1", OTHERS);
  const others = { com, "google.com": text("google.com.zone"), "odoo.com": text("odoo.com.zone") };
  const servers: readonly Named[] = [
    primary,
    ...(await Promise.all([
      startNamed({ address: NS2, zones: { [DOMAIN]: { primary: NS1 } } }),
      startNamed({ address: ROOT, zones: { ".": root } }),
      startNamed({ address: TLD, zones: { example } }),
      startNamed({ address: OTHERS, zones: others }),
      startNamed({ address: RESOLVER, rootServer: ROOT }),
    ])),
  ];
  return {
    env: {
      ODOO_MAIL_DNS_NAMESERVERS: `.=${ROOT}`,
      ODOO_MAIL_DNS_RNDC_CONFIG: primary.rndcConf,
    },
    resolver: `${RESOLVER}:53`,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}
