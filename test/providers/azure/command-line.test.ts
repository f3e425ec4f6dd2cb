import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Outcome, type } from "../../cli/terminal.ts";
import { startWorld, type World, zone } from "../../resolve/world.ts";
import { createAzure } from "../../sim/azure.ts";
import type { AzureState, SimZone } from "../../sim/azure/model.ts";
import {
  editBehind,
  GROUP,
  servedBy,
  simAzure,
  simPrincipal,
  simZone,
  SUBSCRIPTION,
  TENANT,
  txt,
} from "../../sim/azure/zone.ts";
import { makeCertificate, trust } from "../../sim/certificate.ts";
import { createFaults, type Faults, request } from "../../sim/faults.ts";
import { type Published, publish } from "../../sim/publish.ts";
import { type SimServer, startSimServer } from "../../sim/server.ts";
import { APEX, DKIM, MERGED, SECRET, SPF } from "./world.ts";

// The command line, an Azure and the name servers of the world, all on loopback.

const OTHERS = [
  zone("google.com", ["_spf 300 TXT v=spf1 ip4:198.51.100.0/24 ~all"]),
  zone("odoo.com", [
    "_spf 300 TXT v=spf1 ip4:203.0.113.0/24 ~all",
    "odoo._domainkey 300 TXT v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC",
  ]),
];
const SEEDS = [
  txt("@", [[SPF], ["google-site-verification=abc"]], { TTL: 600, metadata: { ask: "Ann first" } }),
  txt("_dmarc", [["v=DMARC1; p=none; rua=mailto:d@mycompany.example"]]),
  { name: "www", type: "A", properties: { ARecords: [{ ipv4Address: "192.0.2.1" }] } },
];
const tls = makeCertificate();
trust(tls);

let folder = "";
let sim: SimZone;
let state: AzureState;
let faults: Faults;
let server: SimServer;
let published: Published;
let world: World;
const all: Outcome[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-azure-"));
  mkdirSync(join(folder, "stacks"));
  const text = "config:\n  odoo-mail-dns:host: azure\n";
  writeFileSync(join(folder, "stacks", `Pulumi.${APEX}.yaml`), text);
});
afterEach(async () => {
  await Promise.all([server.close(), published.close(), world.close()]);
  rmSync(folder, { recursive: true });
  for (const { stdout, stderr } of all.splice(0)) expect(stdout + stderr).not.toContain(SECRET);
});

async function start(
  seeds: Parameters<typeof simZone>[1] = SEEDS,
  choices: Partial<AzureState> = {},
): Promise<void> {
  sim = simZone(APEX, seeds);
  faults = createFaults();
  const principals = [simPrincipal({ secret: SECRET })];
  state = simAzure({ zones: [sim], principals, ...choices });
  server = await startSimServer({ handle: createAzure(state), faults, tls });
  published = await publish({ zones: () => servedBy(state) });
  world = await startWorld({ zones: [...servedBy(state), ...OTHERS] });
}

async function say(...args: readonly string[]): Promise<Outcome> {
  const names = sim.nameServers.map((name) => name.slice(0, -1));
  const ours = names.map((name) => `${name}=${published.endpoint}`);
  const theirs = world.env.ODOO_MAIL_DNS_NAMESERVERS.split(",").filter(
    (entry) => !names.some((name) => entry.startsWith(`${name}=`)),
  );
  const env = {
    AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: simPrincipal().clientId,
    AZURE_CLIENT_SECRET: SECRET,
    AZURE_AUTHORITY_HOST: server.url,
    ODOO_MAIL_DNS_AZURE_ENDPOINT: server.url,
    ODOO_MAIL_DNS_NAMESERVERS: [...theirs, ...ours].join(","),
  };
  const more = args[0] === "hosts" ? [] : ["--resolver", world.resolverAddress];
  const outcome = await type({ cwd: folder, env }, ...args, ...more);
  all.push(outcome);
  return outcome;
}

const propertiesAt = (name: string, kind: string) =>
  sim.sets.find((set) => set.name === name && set.type === kind)?.properties;
const asked = (): readonly string[] =>
  server.requests
    .filter(({ path }) => path.startsWith("/subscriptions"))
    .map(
      ({ method, path }) =>
        `${method} ${path.replace(/^.*\/(?:Microsoft\.\w+)\//, "").replace(/\?.*/, "")}`,
    );
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("a domain at Azure DNS", () => {
  test("is planned with one read, and applied with one write for each record set", async () => {
    await start();
    const plan = await say("plan", APEX);
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.stdout).toContain("    + include:_spf.odoo.com\n");
    const planned = ["GET dnsZones", `GET dnsZones/${APEX}/recordsets`, "GET locks"];
    expect(asked()).toEqual(planned);
    const applied = await say("apply", APEX, "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toContain("verified at 4 name servers");
    expect(asked().slice(3)).toEqual([
      ...planned,
      `PUT dnsZones/${APEX}/TXT/@`,
      `PUT dnsZones/${APEX}/CNAME/odoo._domainkey`,
    ]);
    expect(propertiesAt("@", "TXT")).toMatchObject({
      TTL: 600,
      metadata: { ask: "Ann first" },
      TXTRecords: [{ value: [MERGED] }, { value: ["google-site-verification=abc"] }],
    });
    expect((await say("check", APEX)).stdout).toContain("Ready for Odoo.");
  });

  test("has nothing to do the second time, and is as before when undone", async () => {
    await start();
    const data = () =>
      sim.sets.map(({ name, type, properties: { TTL, TXTRecords, metadata } }) => [
        name,
        type,
        TTL,
        TXTRecords,
        metadata,
      ]);
    const before = data().toSorted();
    await say("apply", APEX, "--yes");
    const count = asked().length;
    expect((await say("apply", APEX, "--yes")).stdout).toContain("nothing to do");
    expect(asked().slice(count)).toEqual(["GET dnsZones", `GET dnsZones/${APEX}/recordsets`]);
    expect(await say("undo", APEX, "--yes")).toMatchObject({ code: 0 });
    expect(data().toSorted()).toEqual(before);
  });

  test("in which somebody adds another value at the last moment keeps it, in the same run", async () => {
    await start();
    const theirs = { TTL: 600, TXTRecords: [{ value: [SPF] }, { value: ["made meanwhile"] }] };
    faults.next(request("PUT", "/TXT/"), {
      kind: "edit",
      edit: () => editBehind(sim, "@", "TXT", theirs),
    });
    const { code, stderr } = await say("apply", APEX, "--yes");
    expect({ code, stderr: flat(stderr) }).toMatchObject({ code: 0 });
    expect(propertiesAt("@", "TXT")).toMatchObject({
      TXTRecords: [{ value: [MERGED] }, { value: ["made meanwhile"] }],
    });
  });

  test("in which somebody changes the SPF record at the last moment is not written", async () => {
    await start();
    const theirs = { TTL: 600, TXTRecords: [{ value: ["v=spf1 mx -all"] }] };
    faults.next(request("PUT", "/TXT/"), {
      kind: "edit",
      edit: () => editBehind(sim, "@", "TXT", theirs),
    });
    const { code, stderr } = await say("apply", APEX, "--yes");
    expect(code).toBe(3);
    expect(flat(stderr)).toContain("Nothing was written.");
    expect(propertiesAt("@", "TXT")).toEqual(theirs);
    expect(propertiesAt("odoo._domainkey", "CNAME")).toBeUndefined();
  });

  test("with a lock is refused before anything is sent, and the lock is named", async () => {
    const scope = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`;
    await start(SEEDS, { locks: [{ scope, name: "no-touch", level: "ReadOnly" }] });
    const { code, stdout } = await say("apply", APEX, "--yes");
    expect(code).toBe(3);
    expect(flat(stdout)).toContain(`the ReadOnly lock no-touch stands on resourceGroups ${GROUP}`);
    expect(asked().filter((call) => call.startsWith("PUT"))).toEqual([]);
  });

  test("with an alias where the CNAME should stand gets its SPF record all the same", async () => {
    const targetResource = {
      id: "/subscriptions/x/providers/Microsoft.Network/trafficManagerProfiles/tm",
    };
    const alias = { name: "odoo._domainkey", type: "CNAME", properties: { targetResource } };
    await start([...SEEDS, alias]);
    expect((await say("apply", APEX, "--yes")).code).toBe(6);
    const { stdout } = await say("plan", APEX);
    expect(flat(stdout)).toContain("an alias of trafficManagerProfiles/tm");
    expect(propertiesAt("@", "TXT")).toMatchObject({ TXTRecords: [{ value: [MERGED] }, {}] });
    expect(propertiesAt("odoo._domainkey", "CNAME")).toMatchObject({ targetResource });
  });

  test("whose apex is an alias: what `a` means is asked of DNS", async () => {
    const targetResource = { id: "/subscriptions/x/providers/Microsoft.Cdn/profiles/front" };
    const alias = { name: "@", type: "A", properties: { targetResource } };
    await start([txt("@", [["v=spf1 a ~all"]]), alias]);
    await world.close();
    const [held] = servedBy(state);
    const rrsets = [
      ...(held?.rrsets ?? []),
      ...zone(APEX, ["@ 60 A 192.0.2.9"]).rrsets.filter(
        ({ type, name }) => type === "A" && name === APEX,
      ),
    ];
    world = await startWorld({ zones: [{ apex: APEX, rrsets }, ...OTHERS] });
    const { stdout } = await say("plan", APEX, "--json");
    const { parts } = JSON.parse(stdout) as {
      parts: { spf: { status: string; spf?: { voids?: unknown } } };
    };
    expect(parts.spf.status).toBe("changes");
    expect(JSON.stringify(parts.spf)).not.toContain('"servfail"');
  });

  test("with a role that may only read is planned, and not written", async () => {
    const grants = [{ scope: `/subscriptions/${SUBSCRIPTION}`, actions: ["*/read"] }];
    await start(SEEDS, { principals: [simPrincipal({ secret: SECRET, grants })] });
    expect((await say("plan", APEX)).code).toBe(0);
    const { code, stderr } = await say("apply", APEX, "--yes");
    expect(code).toBe(4);
    expect(flat(stderr)).toContain("lacks Microsoft.Network/dnsZones/TXT/write on");
    expect(sim.history).toHaveLength(1);
    const check = await say("hosts", "check", "azure");
    expect(check.code).toBe(4);
    expect(check.stdout).toContain("missing: Microsoft.Network/dnsZones/CNAME/write\n");
  });

  test("whose zone DNS does not lead to is not written", async () => {
    await start();
    await world.close();
    world = await startWorld({
      zones: [...servedBy(state), ...OTHERS],
      parents: { [APEX]: ["ns1.elsewhere.example", "ns2.elsewhere.example"] },
    });
    expect((await say("apply", APEX, "--yes")).code).toBe(3);
    expect(sim.history).toHaveLength(1);
  });

  test("leaves a receipt, a trace and JSON without secret and token", async () => {
    await start();
    const trace = join(folder, "trace.ndjson");
    const { stdout } = await say("apply", APEX, "--yes", "--json", "--trace", trace);
    expect(JSON.parse(stdout)).toMatchObject({ receipt: { verified: "yes" } });
    const kept = join(folder, ".odoo-mail-dns", APEX);
    const files = readdirSync(kept).map((file) => join(kept, file));
    const texts = [trace, ...files].map((file) => readFileSync(file, "utf8"));
    expect(texts[0]).toContain("recordsets");
    for (const text of texts) expect(text).not.toMatch(/azure-secret|sim\.[\w-]{20,}\.token/);
  });

  test("is seen by hosts check", async () => {
    await start();
    expect(await say("hosts", "check", "azure")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`  ✓ ${APEX}  ns1-01.azure-dns.com`),
    });
  });

  test("keeps the CNAME that is there", async () => {
    const there = {
      name: "odoo._domainkey",
      type: "CNAME",
      properties: { CNAMERecord: { cname: "odoo._domainkey.odoo.com." } },
    };
    await start([...SEEDS, there]);
    await say("apply", APEX, "--yes");
    expect(asked().filter((call) => call.startsWith("PUT"))).toEqual([
      `PUT dnsZones/${APEX}/TXT/@`,
    ]);
    expect(sim.sets.find(({ name }) => `${name}.${APEX}` === DKIM)?.properties).toMatchObject(
      there.properties,
    );
  });
});
