import { afterEach, describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { SimZone } from "../../sim/cloudflare/model.ts";
import { simZone } from "../../sim/cloudflare/zone.ts";
import {
  APEX,
  type Choices,
  type CloudflareWorld,
  createDkim,
  DKIM,
  MERGED,
  mergeSpf,
  nameOf,
  SIGNAL,
  SPF,
  startCloudflare,
  valuesAt,
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

const recordAt = (zone: SimZone, name: string, type: string) =>
  zone.records.find((record) => record.name === name && record.type === type);

describe("what a run costs", () => {
  test("a plan, and a zone with nothing to do, is one call besides finding the zone", async () => {
    const zone = mailZone();
    const { calls, snapshot } = await start(zone);
    await snapshot();
    expect(calls()).toEqual([
      `GET /zones?name=${APEX}&page=1&per_page=50`,
      `GET /zones/${zone.id}/dns_records?page=1&per_page=5000`,
    ]);
  });

  test("a change is a read and a batch, whatever it changes", async () => {
    const zone = mailZone();
    const { apply, calls } = await start(zone);
    const results = await apply([mergeSpf, createDkim]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(calls().slice(1)).toEqual([
      `GET /zones/${zone.id}/dns_records?page=1&per_page=5000`,
      `POST /zones/${zone.id}/dns_records/batch`,
    ]);
    expect(zone.history).toHaveLength(2);
  });

  test("more pages are read only where Cloudflare says that there are more", async () => {
    const zone = simZone(APEX, [spf, ...Array.from({ length: 4 }, (_, n) => hostAt(n))]);
    const { calls, snapshot } = await start(zone, { mostPerPage: 2 });
    expect((await snapshot()).rrsets).toHaveLength(5);
    expect(calls()).toHaveLength(4);
  });
});

function hostAt(n: number) {
  return { name: `h${n}.${APEX}`, type: "A", content: `192.0.2.${n}` };
}

describe("an edit", () => {
  test("changes the text alone: id, TTL, comment, tags and settings stay", async () => {
    const zone = mailZone();
    const before = recordAt(zone, APEX, "TXT");
    const { apply } = await start(zone);
    await apply([mergeSpf]);
    const after = zone.records.find(({ id }) => id === before?.id);
    const { modified_on, ...kept } = before ?? { modified_on: "" };
    expect(after).toMatchObject({ ...kept, content: `"${MERGED}"` });
    expect(after?.modified_on).not.toBe(modified_on);
  });

  test("of a text without quotes finds it, and writes it in quotes", async () => {
    const zone = simZone(APEX, [{ ...spf, content: SPF, comment: null, tags: [] }]);
    const { apply, snapshot } = await start(zone);
    expect(valuesAt((await snapshot()).rrsets, APEX, "TXT")).toEqual([SPF]);
    await apply([mergeSpf]);
    expect(zone.records[0]?.content).toBe(`"${MERGED}"`);
  });

  test("of one of two records that say the same, one in quotes and one without, leaves none over", async () => {
    const bare = { ...spf, content: SPF, comment: null };
    const zone = simZone(APEX, [spf, bare, google], { plan: "pro" });
    const world = await start(zone);
    const gone: Op = { ...mergeSpf, kind: "remove-value", after: null };
    const results = await world.apply([mergeSpf, gone]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done"]);
    const texts = zone.records.map(({ content }) => content);
    expect(texts).toEqual([`"${MERGED}"`, "google-site-verification=abc"]);
    expect(recordAt(zone, APEX, "TXT")?.comment).toBe("agreed with the mail team");
  });

  test("of a long text writes strings of at most 255 octets", async () => {
    const zone = mailZone();
    const { apply } = await start(zone);
    const after = `v=spf1 ${"include:_spf.odoo.com ".repeat(20)}~all`;
    await apply([{ ...mergeSpf, after }]);
    expect(zone.records[0]?.content).toContain('" "');
  });

  test("of a CNAME's target keeps the record", async () => {
    const zone = simZone(APEX, [{ name: DKIM, type: "CNAME", content: "odoo.com", ttl: 120 }]);
    const { apply } = await start(zone);
    const op: Op = {
      kind: "replace-value",
      name: DKIM,
      type: "CNAME",
      before: "odoo.com",
      after: "odoo._domainkey.odoo.com",
      ttl: 120,
    };
    expect(await apply([op])).toMatchObject([{ outcome: "done" }]);
    const [record] = zone.records;
    expect(record).toMatchObject({ content: "odoo._domainkey.odoo.com", ttl: 120, proxied: false });
    expect(record?.id).toBe(zone.history[0]?.[0]?.id);
  });
});

describe("a new record", () => {
  test("has Cloudflare's automatic TTL, and is not proxied", async () => {
    const zone = mailZone();
    const { apply } = await start(zone);
    await apply([createDkim]);
    expect(recordAt(zone, DKIM, "CNAME")).toMatchObject({ ttl: 1, proxied: false, comment: null });
  });

  test("comes in the place of another type in one moment", async () => {
    const zone = simZone(APEX, [{ name: DKIM, type: "TXT", content: "v=DKIM1; p=" }]);
    const { apply } = await start(zone);
    const remove: Op = {
      kind: "remove-value",
      name: DKIM,
      type: "TXT",
      before: "v=DKIM1; p=",
      after: null,
      ttl: "default",
    };
    expect(await apply([createDkim, remove])).toMatchObject([{ outcome: "done" }]);
    expect(zone.records).toMatchObject([{ name: DKIM, type: "CNAME" }]);
    expect(zone.history).toHaveLength(2);
  });

  test("with a TTL that Cloudflare has not is refused before anything is sent", async () => {
    const { apply, calls } = await start(mailZone());
    await expect(apply([{ ...createDkim, ttl: 86_401 }])).rejects.toMatchObject({
      code: "invalid-input",
    });
    expect(calls().filter((call) => call.startsWith("POST"))).toEqual([]);
  });

  test("of a longer text than Cloudflare takes is refused before anything is sent", async () => {
    const { apply, calls } = await start(mailZone());
    const after = "x".repeat(2049);
    await expect(apply([{ ...mergeSpf, after }])).rejects.toMatchObject({ code: "limit-exceeded" });
    expect(calls().filter((call) => call.startsWith("POST"))).toEqual([]);
  });
});

test("what was read a while ago is looked at again, and written only if it is still so", async () => {
  const zone = mailZone();
  const { apply, clock, snapshot, calls } = await start(zone);
  const planned = await snapshot();
  clock.pass(10_000);
  expect(await apply([mergeSpf], planned)).toMatchObject([{ outcome: "done" }]);
  expect(
    calls()
      .slice(1)
      .map((call) => call.slice(0, 4)),
  ).toEqual(["GET ", "GET ", "POST"]);
});

test("Cloudflare has no step for publishing", async () => {
  const { provider } = await start(mailZone());
  const zone = await provider.findZone(APEX, SIGNAL);
  expect(await provider.settle(zone, SIGNAL)).toEqual({ state: "not-asked" });
});

test("a run for many domains keeps to Cloudflare's limit by itself, and uses it up", async () => {
  const zones = Array.from({ length: 300 }, (_, n) => simZone(`d${n}.example`, []));
  const quota = { requests: 240, seconds: 60 };
  const { clock, provider, server } = await startMany(zones, quota);
  const startedAt = clock.now();
  for (const { name } of zones) {
    const zone = await provider.findZone(nameOf(name), SIGNAL);
    await provider.read(zone, [zone.apex], SIGNAL);
  }
  expect(server.requests).toHaveLength(306);
  expect(server.requests.filter(({ status }) => status === 429)).toEqual([]);
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(60_000);
  expect(clock.now() - startedAt).toBeLessThanOrEqual(66_000);
});

async function startMany(zones: readonly SimZone[], quota: Choices["quota"]) {
  const world = await startCloudflare({ zones, domains: zones.length, ...(quota && { quota }) });
  open.push(world);
  return world;
}
