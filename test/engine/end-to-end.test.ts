import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NameServer, startNameServer } from "../../examples/name-server/server.ts";
import zonefile from "../../providers/zonefile/adapter.ts";
import { readZone, rrsetsOf } from "../../providers/zonefile/zone.ts";
import { createClock } from "../../src/cli/clock.ts";
import { createReceipts } from "../../src/cli/receipts.ts";
import type { Receipt } from "../../src/core/plan/schema.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import { checkStack } from "../../src/engine/check.ts";
import { planStack, planUndoStack } from "../../src/engine/plan.ts";
import { lastApplied } from "../../src/engine/undo.ts";
import type { World } from "../../src/engine/world.ts";
import { createAuthority } from "../../src/resolve/authority.ts";
import { parseNameServers } from "../../src/resolve/name-servers.ts";
import { createResolver } from "../../src/resolve/resolver.ts";
import { DKIM, DOMAIN, MERGED, config, listener, name, never, rrsets } from "./fake-world.ts";

// The real parts together: a zone file on disk, its adapter, two name servers that serve the file
// over UDP and TCP, a resolver for the rest of the world, receipts on disk.

const host = { source: "host" } as const;
const quiet = { verify: true, onEvent: () => undefined } as const;

const NS = ["ns1.mycompany.example", "ns2.mycompany.example"] as const;

/** The root and the top-level domain, which lead to the two name servers. */
const PARENTS = [
  parent(".", { ".": ["ns.example"], example: ["ns.example"] }),
  parent("example", { example: ["ns.example"], "mycompany.example": NS }),
];

function parent(apex: string, delegated: Readonly<Record<string, readonly string[]>>) {
  const rrset = (owner: string, type: string, values: readonly string[]) => {
    return { name: name(owner), type, ttl: 3600, values };
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

let project = "";
let servers: NameServer[] = [];
/** Every question that reached the resolver. */
let resolved: string[] = [];
let world: World;

const zoneFile = (): string => join(project, "zones", "mycompany.example.zone");

async function text(): Promise<string> {
  return readFile(zoneFile(), "latin1");
}

/** The file without its serial, which only ever rises. */
async function withoutSerial(): Promise<string> {
  return (await text()).replace(/\b20\d{8}(?= *; serial)/, "SERIAL");
}

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "end-to-end-"));
  await mkdir(join(project, "zones"));
  await copyFile("examples/zones/mycompany.example.zone", zoneFile());
  resolved = [];
  const own = async () => {
    const zone = readZone({ file: zoneFile(), text: await text() }, { origin: DOMAIN });
    return [{ apex: zone.apex, rrsets: rrsetsOf(zone.records) }];
  };
  const elsewhere = async () => Promise.all(["google.com", "odoo.com"].map(load));
  servers = [
    await startNameServer({ zones: own }),
    await startNameServer({ zones: own }),
    await startNameServer({
      zones: elsewhere,
      onQuestion: (question) => resolved.push(`${question.name} ${question.type}`),
    }),
    await startNameServer({ zones: PARENTS }),
  ];
  world = createWorld();
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(project, { recursive: true });
});

async function load(domain: string) {
  const file = `examples/zones/${domain}.zone`;
  const zone = readZone({ file, text: await readFile(file, "latin1") }, { origin: name(domain) });
  return { apex: zone.apex, rrsets: rrsetsOf(zone.records) };
}

function createWorld(): World {
  const clock = createClock();
  const [one, two, rest, above] = servers.map(({ address, port }) => ({ address, port }));
  const resolver = createResolver({ servers: rest ? [rest] : [], clock });
  const places = { ".": above, "ns.example": above, [NS[0]]: one, [NS[1]]: two };
  const overrides = parseNameServers(
    Object.entries(places)
      .map(([name, place]) => `${name}=${place?.address}:${place?.port}`)
      .join(","),
  );
  const authority = createAuthority({ resolver, overrides, clock });
  const options = { file: "zones/mycompany.example.zone" };
  const context = { env: {}, projectFolder: project, clock, resolver, authority };
  return {
    hostName: "Zone file",
    provider: zonefile.create(options, context),
    resolver,
    authority,
    clock,
    receipts: createReceipts(project),
  };
}

async function applied(): Promise<Receipt> {
  return applyPlan(await planStack(config(), world, host, never), world, quiet, never);
}

describe("one domain, end to end", () => {
  it("is merged, verified at both name servers over the wire, and finds nothing to do afterwards", async () => {
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, host, never);
    expect(planned.plan.parts.spf.status).toBe("changes");
    const receipt = await applyPlan(planned, world, { verify: true, onEvent }, never);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(receipt.verified).toBe("yes");
    expect(receipt.servers.map(({ name, state }) => `${name} ${state}`)).toEqual([
      "ns1.mycompany.example answers",
      "ns2.mycompany.example answers",
    ]);
    expect(await text()).toContain(MERGED);
    expect(events.at(-1)).toMatchObject({ kind: "visible-by" });
    const again = await planStack(config(), createWorld(), host, never);
    expect([again.plan.parts.spf.status, again.plan.parts.dkim.status]).toEqual([
      "unchanged",
      "unchanged",
    ]);
  });

  it("is undone to the very same bytes, but for the serial", async () => {
    const before = await withoutSerial();
    await applied();
    expect(await withoutSerial()).not.toBe(before);
    const receipt = (await lastApplied(DOMAIN, createReceipts(project))) as Receipt;
    const back = await planUndoStack({ config: config(), receipt }, world, host, never);
    const undone = await applyPlan(back, world, quiet, never);
    expect(undone.verified).toBe("yes");
    expect(await withoutSerial()).toBe(before);
  });

  it("never asks the resolver for a name that the plan is about to create", async () => {
    await applied();
    await checkStack(config(), world, { source: "dns" }, never);
    expect(resolved.filter((question) => question.includes("mycompany.example"))).toEqual([]);
    expect(resolved.length).toBeGreaterThan(0);
  });

  it("has the same plan from public DNS as from the file", async () => {
    const publicly = await planStack(config(), world, { source: "dns" }, never);
    const hosted = await planStack(config(), world, host, never);
    expect(publicly.plan.digest).toBe(hosted.plan.digest);
    expect(publicly.delegation?.servers).toHaveLength(2);
  });

  it("is found ready after the apply, by asking its own name servers", async () => {
    const before = await checkStack(config(), world, { source: "dns" }, never);
    expect(before.report.ready).toBe(false);
    await applied();
    const after = await checkStack(config(), createWorld(), { source: "dns" }, never);
    expect(after.report.reasons).toEqual([]);
    expect(after.report.ready).toBe(true);
  });

  it("keeps what an editor saves between plan and apply, or stops", async () => {
    const planned = await planStack(config(), world, host, never);
    await writeFile(zoneFile(), `${await text()}\nnews IN TXT "made meanwhile"\n`, "latin1");
    const receipt = await applyPlan(planned, world, quiet, never).catch((error: unknown) => error);
    expect(await text()).toContain("made meanwhile");
    expect(receipt).toMatchObject({ verified: "yes" });
  });

  it("stops when an editor saves another SPF record between plan and apply", async () => {
    const planned = await planStack(config(), world, host, never);
    const edited = (await text()).replace("include:_spf.google.com ~all", "mx -all");
    await writeFile(zoneFile(), edited, "latin1");
    const run = applyPlan(planned, world, quiet, never);
    await expect(run).rejects.toMatchObject({ code: "stale-write" });
    expect(await text()).toBe(edited);
    expect((await world.receipts.load(DOMAIN))?.steps[0]?.outcome).toBe("failed");
  });

  it("is retired to the very same bytes, but for the serial", async () => {
    const before = await withoutSerial();
    await applied();
    const retired = config({ retire: true });
    await applyPlan(await planStack(retired, world, host, never), world, quiet, never);
    expect(await withoutSerial()).toBe(before);
    const left = await planStack(retired, world, host, never);
    expect(left.calls).toEqual([]);
  });

  it("with a wrong CNAME is corrected, and undo puts the old one back", async () => {
    await writeFile(
      zoneFile(),
      `${await text()}\nodoo._domainkey 300 IN CNAME odoo.com.\n`,
      "latin1",
    );
    const before = await withoutSerial();
    const receipt = await applied();
    expect(receipt.steps[1]?.op).toMatchObject({ name: DKIM, before: "odoo.com" });
    const back = await planUndoStack({ config: config(), receipt }, world, host, never);
    await applyPlan(back, world, quiet, never);
    expect(await withoutSerial()).toBe(before);
  });
});

describe("one domain, with a name server that does not follow", () => {
  it("is written, and the receipt names the server that serves the old record", async () => {
    const [, second] = servers;
    const { port } = second as NameServer;
    await second?.close();
    const stale = {
      apex: DOMAIN,
      rrsets: rrsets(
        "@ 3600 SOA a b 1 2 3 4 5",
        "@ 60 NS ns1.mycompany.example",
        "@ 300 TXT v=spf1 -all",
      ),
    };
    servers[1] = await startNameServer({ zones: [stale], port });
    const planned = await planStack(config(), world, host, never);
    const receipt = await applyPlan(planned, world, { ...quiet, deadlineMs: 50 }, never);
    expect(receipt.verified).toBe("pending");
    expect(receipt.servers.find(({ name }) => name.startsWith("ns2"))).toMatchObject({
      state: "waiting",
    });
    expect(receipt.servers.find(({ name }) => name.startsWith("ns1"))).toMatchObject({
      state: "answers",
    });
  });
});
