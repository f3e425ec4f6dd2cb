import { afterEach, describe, expect, test } from "vitest";
import type { SimZone } from "../../sim/cloudflare/model.ts";
import { idOf, simZone } from "../../sim/cloudflare/zone.ts";
import { request } from "../../sim/faults.ts";
import {
  APEX,
  type Choices,
  type CloudflareWorld,
  createDkim,
  DKIM,
  MERGED,
  mergeSpf,
  SPF,
  startCloudflare,
} from "./world.ts";

const open: CloudflareWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function start(zone: SimZone, choices: Partial<Choices> = {}): Promise<CloudflareWorld> {
  const world = await startCloudflare({ zones: [zone], ...choices });
  open.push(world);
  return world;
}

const google = { name: APEX, type: "TXT", content: "google-site-verification=abc" };
const spf = {
  name: APEX,
  type: "TXT",
  content: `"${SPF}"`,
  ttl: 600,
  comment: "agreed with the mail team",
  tags: ["team:mail"],
  settings: { note: true },
};

function mailZone(more: Partial<SimZone> = {}): SimZone {
  return simZone(APEX, [spf, google], { plan: "pro", ...more });
}

describe("a batch that is refused as a whole", () => {
  const taken: SimZone["records"][number] = {
    ...(mailZone().records[0] as SimZone["records"][number]),
    id: idOf("taken"),
    name: DKIM,
    type: "A",
    content: "192.0.2.9",
  };

  test("is looked at again and sent part by part: one part holds no other back", async () => {
    const zone = mailZone();
    const { apply, faults, calls } = await start(zone);
    const refusal = {
      success: false,
      errors: [
        {
          code: 1004,
          message: "DNS Validation Error",
          error_chain: [{ code: 9007, message: "Content for CNAME record is invalid." }],
        },
      ],
    };
    const post = request("POST", "/batch");
    faults.next(post, { kind: "status", status: 400, body: refusal });
    faults.next(post, { kind: "slow", ms: 0 });
    faults.next(post, { kind: "status", status: 400, body: refusal });
    const [merged, created] = await apply([mergeSpf, createDkim]);
    expect(merged).toMatchObject({ outcome: "done" });
    expect(created?.outcome).toBe("failed");
    expect(created?.detail).toContain("9007 Content for CNAME record is invalid.");
    expect(zone.records.map(({ content }) => content)).toContain(`"${MERGED}"`);
    expect(calls().filter((call) => call.startsWith("POST"))).toHaveLength(3);
  });

  test("because somebody took the name meanwhile is a stale plan, and nothing is written", async () => {
    const zone = mailZone();
    const { apply, faults } = await start(zone);
    faults.next(request("POST"), {
      kind: "edit",
      edit: () => void (zone.records = [...zone.records, taken]),
    });
    await expect(apply([mergeSpf, createDkim])).rejects.toMatchObject({ code: "stale-write" });
    expect(zone.history).toHaveLength(1);
  });

  test("because the very record has come meanwhile is no failure", async () => {
    const zone = mailZone();
    const { apply, faults } = await start(zone);
    const same = { ...taken, type: "CNAME", content: "odoo._domainkey.odoo.com" };
    faults.next(request("POST"), {
      kind: "edit",
      edit: () => void (zone.records = [...zone.records, same]),
    });
    const results = await apply([mergeSpf, createDkim]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done", "already"]);
  });

  test("because the record was made anew, with another id, is sent for the new one", async () => {
    const zone = mailZone();
    const { apply, faults } = await start(zone);
    const edit = (): void => {
      zone.records = zone.records.map((record) => ({ ...record, id: idOf(`new ${record.id}`) }));
    };
    faults.next(request("POST"), { kind: "edit", edit });
    const results = await apply([mergeSpf, createDkim]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(zone.records.map(({ content }) => content)).toContain(`"${MERGED}"`);
  });
});

describe("a write of which nobody knows what became", () => {
  test.each([
    ["Cloudflare breaks down after it", { kind: "after", status: 500 }, MERGED],
    ["Cloudflare breaks down before it", { kind: "status", status: 502 }, SPF],
    ["the answer is cut off", { kind: "truncated" }, MERGED],
    ["half of the answer comes", { kind: "garbled" }, MERGED],
    ["the connection dies", { kind: "lost" }, MERGED],
  ] as const)("is said to be unknown, and sent once: %s", async (_, fault, now) => {
    const zone = mailZone();
    const { apply, faults, calls } = await start(zone);
    faults.next(request("POST"), fault);
    await expect(apply([mergeSpf])).rejects.toMatchObject({ code: "unknown-outcome" });
    expect(calls().filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect(zone.records[0]?.content).toBe(`"${now}"`);
  });

  test("is not taken for done when the answer shows something else", async () => {
    const { apply, faults } = await start(mailZone());
    const result = { deletes: [], patches: [], puts: [], posts: [] };
    const body = { success: true, errors: [], messages: [], result };
    faults.next(request("POST"), { kind: "status", status: 200, body });
    expect(await apply([mergeSpf])).toMatchObject([{ outcome: "unknown" }]);
  });
});

describe("an answer that is none of Cloudflare's", () => {
  test.each([
    ["another program's page", "<html>captive portal</html>"],
    ["no list", { success: true, result: null }],
    ["an empty object", {}],
    ["a record without a name", { success: true, result: [{ id: "a", type: "A", ttl: 1 }] }],
    [
      "an id that is a path",
      { success: true, result: [{ id: "../x", name: "a", type: "A", ttl: 1 }] },
    ],
    [
      "fewer records than it says there are",
      { success: true, result: [], result_info: { total_count: 3 } },
    ],
  ])("is never taken for an empty zone: %s", async (_, body) => {
    const { snapshot, faults } = await start(mailZone());
    faults.next(request("GET", "/dns_records"), { kind: "status", status: 200, body });
    await expect(snapshot()).rejects.toMatchObject({ code: "transient" });
  });

  test("without end comes to one", async () => {
    const zone = mailZone();
    const { snapshot, faults } = await start(zone);
    const body = {
      success: true,
      result: [{ id: "a", name: APEX, type: "A", content: "192.0.2.1", ttl: 1 }],
      result_info: { total_pages: 1_000_000_000 },
    };
    for (let n = 0; n < 200; n += 1)
      faults.next(request("GET", "/dns_records"), { kind: "status", status: 200, body });
    await expect(snapshot()).rejects.toMatchObject({ code: "transient" });
    expect(faults.waiting).toBeGreaterThan(90);
  });
});
