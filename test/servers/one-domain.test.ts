import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, type, withoutSerial } from "../cli/terminal.ts";
import { type Named, startNamed } from "./bind.ts";

// The whole way with BIND alone: a root, a top-level domain, the zone's primary that reads our file
// and is told by rndc, a secondary that copies from it, and a resolver.
const [ROOT, TLD, NS1, NS2, OTHERS, RESOLVER] = [41, 42, 43, 44, 45, 46].map(
  (n) => `127.0.0.${n}`,
) as [string, string, string, string, string, string];
const DOMAIN = "mycompany.example";
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

let folder = "";
let zoneFile = "";
let primary: Named;
let servers: readonly Named[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-"));
  cpSync(join("examples", "zones"), join(folder, "zones"), { recursive: true });
  cpSync(join("examples", "stacks"), join(folder, "stacks"), { recursive: true });
  zoneFile = join(folder, "zones", `${DOMAIN}.zone`);
  const own = readFileSync(zoneFile, "latin1");
  const here = own.replace("A    192.0.2.53", `A ${NS1}`).replace("A    198.51.100.53", `A ${NS2}`);
  writeFileSync(zoneFile, here, "latin1");
  const stack = join(folder, "stacks", `Pulumi.${DOMAIN}.yaml`);
  writeFileSync(stack, `${readFileSync(stack, "utf8").trimEnd()}\n    reload: rndc\n`);
  primary = await startNamed({
    address: NS1,
    zones: { [DOMAIN]: { file: zoneFile } },
    zoneOptions: `notify explicit; notify-delay 0; also-notify { ${NS2}; }; notify-source ${NS1}; allow-transfer { any; };`,
  });
  const text = (name: string): string =>
    readFileSync(join("examples", "zones", name), "latin1").replace("127.0.0.1", OTHERS);
  const others = { com, "google.com": text("google.com.zone"), "odoo.com": text("odoo.com.zone") };
  servers = [
    primary,
    ...(await Promise.all([
      startNamed({ address: NS2, zones: { [DOMAIN]: { primary: NS1 } } }),
      startNamed({ address: ROOT, zones: { ".": root } }),
      startNamed({ address: TLD, zones: { example } }),
      startNamed({ address: OTHERS, zones: others }),
      startNamed({ address: RESOLVER, rootServer: ROOT }),
    ])),
  ];
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});

function odooMailDns(...args: string[]): Promise<Outcome> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    ODOO_MAIL_DNS_NAMESERVERS: `.=${ROOT}`,
    ODOO_MAIL_DNS_RNDC_CONFIG: primary.rndcConf,
  };
  return type({ cwd: folder, env }, ...args, "--resolver", `${RESOLVER}:53`);
}

describe("one domain, served by BIND", () => {
  it("is planned, applied, checked and undone, seen at the primary and its secondary", async () => {
    const before = readFileSync(zoneFile, "latin1");
    const notReady = await odooMailDns("check", DOMAIN);
    expect(notReady).toMatchObject({ code: 3 });
    expect(notReady.stdout).toContain("asked ns1.mycompany.example, ns2.mycompany.example");

    const applied = await odooMailDns("apply", DOMAIN, "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toMatch(/Applied: 2 changes.*, verified at 2 name servers\./);
    expect(applied.stderr).toContain(`ns1.mycompany.example (${NS1}) answers as planned`);
    expect(applied.stderr).toContain(`ns2.mycompany.example (${NS2}) answers as planned`);

    expect((await odooMailDns("plan", DOMAIN, "--expect-no-changes")).code).toBe(0);
    const ready = await odooMailDns("check", DOMAIN);
    expect(ready).toMatchObject({ code: 0 });
    expect(ready.stdout).toContain("Ready for Odoo.");

    const undone = await odooMailDns("undo", DOMAIN, "--yes");
    expect(undone).toMatchObject({ code: 0 });
    expect(undone.stdout).toMatch(/Undone: 2 changes.*, verified at 2 name servers\./);
    expect(withoutSerial(readFileSync(zoneFile, "latin1"))).toBe(withoutSerial(before));
  });
});
