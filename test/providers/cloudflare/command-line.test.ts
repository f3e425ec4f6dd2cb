import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Outcome, type } from "../../cli/terminal.ts";
import { startWorld, type World, zone } from "../../resolve/world.ts";
import { createCloudflare } from "../../sim/cloudflare.ts";
import type { SimRight, SimZone } from "../../sim/cloudflare/model.ts";
import { servedZone } from "../../sim/cloudflare/served.ts";
import { simZone } from "../../sim/cloudflare/zone.ts";
import { createFaults, type Faults, request } from "../../sim/faults.ts";
import { type Published, publish } from "../../sim/publish.ts";
import { type SimServer, startSimServer } from "../../sim/server.ts";
import { APEX, DKIM, MERGED, SPF, TOKEN } from "./world.ts";

// The command line, a Cloudflare and the name servers of the world, all on loopback.

const OTHERS = [
  zone("google.com", ["_spf 300 TXT v=spf1 ip4:198.51.100.0/24 ~all"]),
  zone("odoo.com", [
    "_spf 300 TXT v=spf1 ip4:203.0.113.0/24 ~all",
    "odoo._domainkey 300 TXT v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC",
  ]),
];
const SEEDS = [
  { name: APEX, type: "TXT", content: SPF, ttl: 600, comment: "ask Ann first" },
  { name: APEX, type: "TXT", content: '"google-site-verification=abc"' },
  { name: APEX, type: "CNAME", content: "shop.host.example", proxied: true },
  { name: `www.${APEX}`, type: "A", content: "192.0.2.1", proxied: true },
  {
    name: `_dmarc.${APEX}`,
    type: "TXT",
    content: '"v=DMARC1; p=none; rua=mailto:d@mycompany.example"',
  },
];

let folder = "";
let sim: SimZone;
let faults: Faults;
let server: SimServer;
let published: Published;
let world: World;
const all: Outcome[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-cloudflare-"));
  mkdirSync(join(folder, "stacks"));
  const text = "config:\n  odoo-mail-dns:host: cloudflare\n";
  writeFileSync(join(folder, "stacks", `Pulumi.${APEX}.yaml`), text);
});
afterEach(async () => {
  await Promise.all([server.close(), published.close(), world.close()]);
  rmSync(folder, { recursive: true });
  for (const { stdout, stderr } of all.splice(0)) expect(stdout + stderr).not.toContain(TOKEN);
});

async function start(
  seeds: Parameters<typeof simZone>[1] = SEEDS,
  kind: Partial<SimZone> = {},
  rights: readonly SimRight[] = ["Zone Read", "DNS Write"],
): Promise<void> {
  sim = simZone(APEX, seeds, kind);
  faults = createFaults();
  const handle = createCloudflare({
    zones: [sim],
    tokens: [{ value: TOKEN, rights, zones: "all" }],
  });
  server = await startSimServer({ handle, faults });
  published = await publish({ zones: () => [servedZone(sim)] });
  world = await startWorld({ zones: [servedZone(sim), ...OTHERS] });
}

async function say(...args: readonly string[]): Promise<Outcome> {
  const ours = sim.nameServers.map((name) => `${name}=${published.endpoint}`);
  const theirs = world.env.ODOO_MAIL_DNS_NAMESERVERS.split(",").filter(
    (entry) => !sim.nameServers.some((name) => entry.startsWith(`${name}=`)),
  );
  const env = {
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_BASE_URL: `${server.url}/client/v4`,
    ODOO_MAIL_DNS_NAMESERVERS: [...theirs, ...ours].join(","),
  };
  const outcome = await type({ cwd: folder, env }, ...args, "--resolver", world.resolverAddress);
  all.push(outcome);
  return outcome;
}

const contentsAt = (name: string): readonly string[] =>
  sim.records.filter((record) => record.name === name).map(({ content }) => content);
const methods = (): readonly string[] => server.requests.map(({ method }) => method);
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("a domain at Cloudflare", () => {
  test("is planned with one read, and applied with one read and one batch", async () => {
    await start();
    const plan = await say("plan", APEX);
    expect(plan.code).toBe(0);
    expect(plan.stdout).toContain("    + include:_spf.odoo.com\n");
    expect(methods()).toEqual(["GET", "GET"]);
    const applied = await say("apply", APEX, "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toContain("verified at 2 name servers");
    expect(methods().slice(2)).toEqual(["GET", "GET", "POST"]);
    expect(contentsAt(APEX)).toContain(`"${MERGED}"`);
    expect(contentsAt(DKIM)).toEqual(["odoo._domainkey.odoo.com"]);
    expect(sim.history).toHaveLength(2);
    expect((await say("check", APEX)).stdout).toContain("Ready for Odoo.");
  });

  test("leaves a trace that may be shown to anybody, where one is wanted", async () => {
    await start();
    await say("apply", APEX, "--yes", "--trace", "trace.jsonl");
    const text = readFileSync(join(folder, "trace.jsonl"), "utf8");
    const lines = text.trimEnd().split("\n");
    const sent = lines.map((line) => JSON.parse(line) as { method: string; status: number });
    expect(sent.map(({ method, status }) => `${method} ${status}`)).toEqual(
      server.requests.map(({ method, status }) => `${method} ${status}`),
    );
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain("v=spf1");
  });

  test("has nothing to do the second time, and is as before when undone", async () => {
    await start();
    const before = sim.records.map(({ content, ttl, comment }) => [content, ttl, comment]);
    await say("apply", APEX, "--yes");
    const count = methods().length;
    expect((await say("apply", APEX, "--yes")).stdout).toContain("nothing to do");
    expect(methods().slice(count)).toEqual(["GET", "GET"]);
    expect(await say("undo", APEX, "--yes")).toMatchObject({ code: 0 });
    const after = sim.records.map(({ content, ttl, comment }) => [content, ttl, comment]);
    expect(after).toEqual([[`"${SPF}"`, 600, "ask Ann first"], ...before.slice(1)]);
  });

  test("whose answer got lost is read again, and nothing is sent twice", async () => {
    await start();
    faults.next(request("POST"), { kind: "lost" });
    const { code, stderr } = await say("apply", APEX, "--yes");
    expect({ code, stderr: flat(stderr) }).toMatchObject({ code: 0 });
    expect(methods().filter((method) => method === "POST")).toHaveLength(1);
    expect(sim.history).toHaveLength(2);
  });

  test.each<[string, Parameters<typeof start>, RegExp]>([
    [
      "Email Routing made the SPF record",
      [
        [
          {
            ...SEEDS[0],
            name: APEX,
            type: "TXT",
            content: SPF,
            meta: { email_routing: true, read_only: true },
          },
        ],
      ],
      /Email Routing made this record/,
    ],
    [
      "the zone flattens all CNAMEs",
      [SEEDS, { plan: "pro", flattenAll: true }],
      /set to flatten all CNAME records/,
    ],
    [
      "the CNAME with another target is proxied",
      [
        [
          ...SEEDS,
          { name: DKIM, type: "CNAME", content: "odoo._domainkey.odo.com", proxied: true },
        ],
      ],
      /proxy/,
    ],
  ])("is refused in just that part where %s", async (_, zone, reason) => {
    await start(...zone);
    const { code, stdout } = await say("plan", APEX);
    expect(code).toBe(3);
    expect(flat(stdout)).toMatch(reason);
    expect(stdout).toContain("host/held");
    await say("apply", APEX, "--yes");
    const held = sim.history[0]?.filter(({ name }) => name === (/SPF/.test(_) ? APEX : DKIM));
    for (const record of held ?? []) expect(sim.records).toContainEqual(record);
  });

  test("with its key behind the proxy needs no change, and is told", async () => {
    const proxied = {
      name: DKIM,
      type: "CNAME",
      content: "odoo._domainkey.odoo.com",
      proxied: true,
    };
    await start([...SEEDS, proxied]);
    const { stdout } = await say("plan", APEX);
    expect(stdout).toContain("host/not-served");
    expect(flat(stdout)).toContain("DNS only");
  });

  test("with a token that may only read is planned, and not written", async () => {
    await start(SEEDS, {}, ["Zone Read", "DNS Read"]);
    expect((await say("plan", APEX)).code).toBe(0);
    const { code, stderr } = await say("apply", APEX, "--yes");
    expect(code).toBe(4);
    expect(flat(stderr)).toContain("Give the token the right Zone → DNS → Edit for this zone.");
    expect(sim.history).toHaveLength(1);
  });

  test("leaves a receipt and JSON without the token", async () => {
    await start();
    const { stdout } = await say("apply", APEX, "--yes", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ receipt: { verified: "yes" } });
    const kept = join(folder, ".odoo-mail-dns", APEX);
    for (const file of readdirSync(kept)) {
      expect(readFileSync(join(kept, file), "utf8")).not.toContain(TOKEN);
    }
  });

  test("that another DNS host serves is not written", async () => {
    await start();
    await world.close();
    world = await startWorld({
      zones: [servedZone(sim), ...OTHERS],
      parents: { [APEX]: ["ns1.elsewhere.example", "ns2.elsewhere.example"] },
    });
    const { code } = await say("apply", APEX, "--yes");
    expect(code).toBe(3);
    expect(sim.history).toHaveLength(1);
  });
});
