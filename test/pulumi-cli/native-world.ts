import { cpSync, existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach } from "vitest";
import { startDemoWorld } from "../../examples/demo-world.ts";
import type { Zone } from "../../examples/name-server/server.ts";
import { root } from "../../scripts/node.mjs";
import type { DomainName } from "../../src/core/dns/name.ts";
import * as azure from "../sim/azure/zone.ts";
import { createAzure } from "../sim/azure.ts";
import { makeCertificate } from "../sim/certificate.ts";
import { simZone } from "../sim/cloudflare/zone.ts";
import { createCloudflare } from "../sim/cloudflare.ts";
import { startSimServer } from "../sim/server.ts";
import { DOMAIN, type Project, startProject } from "./project.ts";

const PLUGINS = "test/pulumi-cli/plugins";
const LABEL = "odoo._domainkey";
const DKIM = `${LABEL}.${DOMAIN}`;
const SPF = "v=spf1 include:_spf.google.com ~all";
const DMARC = "v=DMARC1; p=none; rua=mailto:dmarc@mycompany.example";
const NAME_SERVERS = [`ns1.${DOMAIN}`, `ns2.${DOMAIN}`];

/** The domain at a host that has Pulumi resources of its own, and the project that keeps it there. */
export interface NativeWorld {
  readonly project: Project;
  /** Where the CNAME for DKIM points to; undefined: there is none. */
  target(): string | undefined;
  /** What of that CNAME must outlive a change of its target. */
  rest(): unknown;
  /** Somebody makes the CNAME by hand. */
  make(target: string): void;
  /** Somebody deletes it. */
  unmake(): void;
  /** Everything in the zone as the host has it, but for what every write changes. */
  records(): unknown;
}

export interface NativeOptions {
  /** Whether Pulumi runs the program where it only refreshes or destroys. Its own default: false. */
  readonly runProgram?: boolean;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** At Cloudflare: our adapter and the plugin talk to the same simulator. */
export async function startAtCloudflare(options: NativeOptions = {}): Promise<NativeWorld> {
  const texts = { [DOMAIN]: SPF, [`_dmarc.${DOMAIN}`]: DMARC };
  const seeds = Object.entries(texts).map(([name, text]) => {
    return { name, type: "TXT", content: `"${text}"` };
  });
  const zone = simZone(DOMAIN, seeds, { nameServers: NAME_SERVERS });
  const value = "a-token-of-the-simulator-only";
  const token = { value, rights: ["Zone Read", "DNS Write"], zones: "all" } as const;
  const handle = createCloudflare({ zones: [zone], tokens: [token] });
  const server = await startSimServer({ handle });
  open.push(server.close);
  const project = await startNative("cloudflare", () => servedAtCloudflare(zone.records), {
    ...options,
    env: { CLOUDFLARE_API_TOKEN: value, CLOUDFLARE_BASE_URL: `${server.url}/client/v4` },
  });
  const found = () => zone.records.find(({ name }) => name === DKIM);
  let made = 0;
  return {
    project,
    target: () => found()?.content,
    rest: () => [found()?.id, found()?.ttl, found()?.comment],
    make(target) {
      made += 1;
      const seed = { name: DKIM, type: "CNAME", content: target, ttl: 600, comment: "by hand" };
      zone.records = [...zone.records, ...simZone(`made ${made}`, [seed]).records];
    },
    unmake: () => void (zone.records = zone.records.filter(({ name }) => name !== DKIM)),
    records: () => zone.records.map((record) => Object.assign({}, record, { modified_on: "" })),
  };
}

/** At Azure, the same. */
export async function startAtAzure(options: NativeOptions = {}): Promise<NativeWorld> {
  const seeds = [azure.txt("@", [[SPF]]), azure.txt("_dmarc", [[DMARC]])];
  const zone = azure.simZone(DOMAIN, seeds, { nameServers: NAME_SERVERS });
  const principal = azure.simPrincipal();
  const state = azure.simAzure({ zones: [zone], principals: [principal] });
  const tls = makeCertificate();
  const server = await startSimServer({ handle: createAzure(state), tls });
  open.push(server.close);
  const login = { TENANT_ID: principal.tenant, CLIENT_ID: principal.clientId };
  const all = {
    ...login,
    SUBSCRIPTION_ID: azure.SUBSCRIPTION,
    CLIENT_SECRET: principal.secret ?? "",
  };
  const project = await startNative("azure", () => azure.servedBy(state), {
    ...options,
    env: {
      ...under("ARM", all),
      ...under("AZURE", all),
      AZURE_AUTHORITY_HOST: server.url,
      ODOO_MAIL_DNS_AZURE_ENDPOINT: server.url,
    },
  });
  const authority = join(project.folder, "ca.pem");
  await writeFile(authority, tls.cert);
  project.setEnv({ NODE_EXTRA_CA_CERTS: authority });
  const found = () => zone.sets.find(({ name }) => name === LABEL)?.properties;
  return {
    project,
    target: () => (found()?.["CNAMERecord"] as { readonly cname: string } | undefined)?.cname,
    rest: () => [found()?.TTL, found()?.["metadata"]],
    make(target) {
      const properties = { TTL: 600, metadata: { by: "hand" }, CNAMERecord: { cname: target } };
      azure.editBehind(zone, LABEL, "CNAME", properties);
    },
    unmake: () => azure.editBehind(zone, LABEL, "CNAME"),
    records: () =>
      zone.sets
        .filter(({ type }) => type !== "SOA")
        .map(({ name, type, properties }) => {
          const { TTL, metadata, TXTRecords, CNAMERecord } = properties;
          return JSON.stringify([name, type, TTL, metadata, TXTRecords, CNAMERecord]);
        })
        .sort(),
  };
}

/** What the host's plugin was told to do: `create`, `update`, `delete`. */
export function toldIn(project: Project): readonly string[] {
  const file = join(project.folder, PLUGINS, "told");
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  return lines.map((line) => line.split(" ")[1] ?? "").filter((op) => op !== "read");
}

function under(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value]);
  return Object.fromEntries(named) as Record<string, string>;
}

async function startNative(
  host: string,
  served: () => readonly Zone[],
  { env, runProgram = false }: NativeOptions & { readonly env: Readonly<Record<string, string>> },
): Promise<Project> {
  const world = await startDemoWorld("examples/zones", { own: async () => served() });
  open.push(world.close);
  const dns = { ...world.env, ODOO_MAIL_DNS_RESOLVER: world.resolver };
  const project = await startProject();
  project.setEnv({ ...dns, ...env, PULUMI_RUN_PROGRAM: String(runProgram) });
  cpSync(join(root, PLUGINS), join(project.folder, PLUGINS), { recursive: true });
  const names = ["cloudflare", "azure-native"];
  const lines = names.map((name) => `    - { name: ${name}, path: ./${PLUGINS} }\n`);
  project.rewrite("Pulumi.yaml", (text) => text + lines.join(""));
  const keys = `odoo-mail-dns:host: ${host}\n  odoo-mail-dns:records: native\n`;
  project.rewrite(`stacks/Pulumi.${DOMAIN}.yaml`, () => `config:\n  ${keys}`);
  return project;
}

interface Stored {
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

function servedAtCloudflare(records: readonly Stored[]): readonly Zone[] {
  const apex = DOMAIN as DomainName;
  const soa = `ns1.${DOMAIN} hostmaster.${DOMAIN} 1 3600 600 86400 300`;
  const groups = Object.values(Object.groupBy(records, ({ name, type }) => `${name} ${type}`));
  const own = groups.map((group = []) => ({
    name: (group[0]?.name ?? "") as DomainName,
    type: group[0]?.type ?? "",
    ttl: 300,
    values: group.map(({ content }) => content.replaceAll('"', "")),
  }));
  const rrsets = [
    { name: apex, type: "SOA", ttl: 300, values: [soa] },
    { name: apex, type: "NS", ttl: 300, values: NAME_SERVERS },
    ...own,
  ];
  return [{ apex, rrsets }];
}
