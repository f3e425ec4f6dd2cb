import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import { loadStack } from "../../src/config/load-stack.ts";
import type { World } from "../resolve/world.ts";
import { startWorld, zone } from "../resolve/world.ts";
import { type } from "./terminal.ts";
import type { Outcome, TerminalOptions } from "./terminal.ts";

const CLOUDFLARE = ["@ 3600 NS ada.ns.cloudflare.com", "@ 3600 NS bob.ns.cloudflare.com"];
const RECORDS = [
  "@ 3600 TXT v=spf1 mx include:_spf.google.com ~all",
  "@ 3600 TXT google-site-verification=abc",
  "_dmarc 3600 TXT v=DMARC1; p=none",
];

let folder = "";
let world: World;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-init-"));
  world = await startWorld({
    zones: [
      zone("mycompany.example", [...CLOUDFLARE, ...RECORDS]),
      zone("own.example", RECORDS),
      zone("mixed.example", [...CLOUDFLARE.slice(1), "@ 3600 NS ns1.mixed.example"]),
      zone("azure.example", [
        "@ 3600 NS ns1-05.azure-dns.com",
        "@ 3600 NS ns2-05.azure-dns.net",
        "@ 3600 NS ns3-05.azure-dns.org",
        "@ 3600 NS ns4-05.azure-dns.info",
      ]),
      zone("shared.example", ["@ 3600 NS ns-cloud-a1.googledomains.com"]),
      zone("elsewhere.example", ["@ 3600 NS ns-1.awsdns-01.com", "@ 3600 NS ns-2.awsdns-02.net"]),
      zone("xn--bcher-kva.example", [...CLOUDFLARE]),
    ],
  });
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

function init(...args: string[]): Promise<Outcome> {
  return initWith({}, ...args);
}

function initWith(options: Partial<TerminalOptions>, ...args: string[]): Promise<Outcome> {
  const all = { cwd: folder, env: world.env, ...options };
  return type(all, "init", ...args, "--resolver", world.resolverAddress);
}

function stack(domain: string): string {
  return readFileSync(join(folder, "stacks", `Pulumi.${domain}.yaml`), "utf8");
}

describe("init", () => {
  it("says who serves the domain and what is there, writes the stack file, and what to type next", async () => {
    const { code, stdout } = await init("MyCompany.example", "--host", "manual");
    expect(code).toBe(0);
    expect(stdout.replace(world.resolverAddress, "RESOLVER")).toBe(
      `mycompany.example is served by Cloudflare (ada.ns.cloudflare.com, bob.ns.cloudflare.com).

  SPF     v=spf1 mx include:_spf.google.com ~all
  DKIM    nothing there
  DMARC   v=DMARC1; p=none

Wrote stacks/Pulumi.mycompany.example.yaml
Next: odoo-mail-dns plan mycompany.example --resolver RESOLVER
`,
    );
    expect(stack("mycompany.example")).toBe(
      "# yaml-language-server: $schema=../schema/stack.schema.json\nconfig:\n  odoo-mail-dns:host: manual\n",
    );
  });

  it.each([
    ["own.example", "is served by name servers that give no DNS host away"],
    ["mixed.example", "is served by Cloudflare and by others, which all have to be changed"],
    ["shared.example", "is probably served by Google Cloud DNS or Squarespace"],
  ])("of %s says how sure it is", async (domain, words) => {
    const { stdout } = await init(domain, "--host", "manual");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`${domain} ${words} (`);
  });

  it("a domain in its own script keeps it, and shows both", async () => {
    const { code, stdout } = await init("bücher.example", "--host", "manual");
    expect(code).toBe(0);
    expect(stdout).toContain("bücher.example (xn--bcher-kva.example) is served by Cloudflare");
    const text = stack("xn--bcher-kva.example");
    const name = "xn--bcher-kva.example";
    const loaded = loadStack({ name, file: "stack", text }, hosts);
    expect("config" in loaded && [loaded.config.domain, loaded.config.writtenDomain]).toEqual([
      "xn--bcher-kva.example",
      "bücher.example",
    ]);
  });

  it("as JSON gives what it found and wrote", async () => {
    const { stdout } = await init("mycompany.example", "--host", "manual", "--json");
    expect(JSON.parse(stdout)).toEqual({
      domain: "mycompany.example",
      host: "manual",
      file: "stacks/Pulumi.mycompany.example.yaml",
      nameServers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
      servedBy: { title: "Cloudflare", host: "cloudflare", certainty: "yes" },
      records: {
        spf: ["v=spf1 mx include:_spf.google.com ~all"],
        dkim: [],
        dmarc: ["v=DMARC1; p=none"],
      },
    });
  });

  it.each([
    ["mycompany.example", "cloudflare"],
    ["azure.example", "azure"],
  ])("of %s takes the DNS host that serves it, where it can be told", async (domain, host) => {
    expect((await init(domain)).code).toBe(0);
    expect(stack(domain)).toContain(`odoo-mail-dns:host: ${host}\n`);
  });

  it("never writes over a stack file", async () => {
    await init("own.example", "--host", "manual");
    const { code, stdout, stderr } = await init("own.example", "--file", "zones/own.zone");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("stacks/Pulumi.own.example.yaml is there already.");
    expect(stack("own.example")).toContain("manual");
  });

  it("takes the zone's file by a flag, as a path below the project", async () => {
    await init("own.example", "--file", "zones/own.zone");
    expect(stack("own.example")).toContain(
      "zonefile\n  odoo-mail-dns:zonefile:\n    file: zones/own.zone\n",
    );
  });

  it("takes a file elsewhere only below ODOO_MAIL_DNS_ZONES", async () => {
    const refused = await init("own.example", "--file", "/etc/bind/own.zone");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("Set ODOO_MAIL_DNS_ZONES");
    const env = { ...world.env, ODOO_MAIL_DNS_ZONES: "/etc/bind" };
    expect((await initWith({ env }, "own.example", "--file", "/etc/bind/own.zone")).code).toBe(0);
    expect(stack("own.example")).toContain("    file: own.zone\n");
  });

  it("asks on a terminal what it can't tell", async () => {
    const answers = ["zonefile", "zones/own.zone"];
    expect((await initWith({ answers }, "own.example")).code).toBe(0);
    expect(stack("own.example")).toContain("file: zones/own.zone");
  });

  it("without a terminal names the flag that is missing", async () => {
    const { code, stderr } = await init("elsewhere.example");
    expect(code).toBe(2);
    expect(stderr).toContain("This version can't write to Amazon Route 53 by itself.");
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "Say --host manual to be told what to change by hand",
    );
    expect((await init("mixed.example")).stderr.replaceAll(/\s+/g, " ")).toContain(
      "Cloudflare serves only a part of the name servers, and a stack file keeps one DNS host.",
    );
    expect((await init("own.example", "--host", "zonefile")).stderr).toContain("Say --file FILE.");
    expect(existsSync(join(folder, "stacks"))).toBe(false);
  });

  it("writes the file also for a domain that DNS does not know yet, and says so", async () => {
    const { code, stdout } = await init("unknown.example", "--host", "manual");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note: /);
    expect(stack("unknown.example")).toContain("manual");
  });
});
