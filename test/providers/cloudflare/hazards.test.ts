import { afterEach, describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { SimZone } from "../../sim/cloudflare/model.ts";
import { simZone } from "../../sim/cloudflare/zone.ts";
import { request } from "../../sim/faults.ts";
import {
  APEX,
  type Choices,
  type CloudflareWorld,
  createDkim,
  DKIM,
  mergeSpf,
  SIGNAL,
  SPF,
  startCloudflare,
  valuesAt,
} from "./world.ts";

// What can destroy a user's zone at Cloudflare, each by its name in the list of hazards.

const open: CloudflareWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function start(zone: SimZone, choices: Partial<Choices> = {}): Promise<CloudflareWorld> {
  const world = await startCloudflare({ zones: [zone], ...choices });
  open.push(world);
  return world;
}

const spf = { name: APEX, type: "TXT", content: `"${SPF}"`, ttl: 600 };

test("PUT of a record would reset proxied, comment, tags and settings: no PUT is ever sent", async () => {
  const zone = simZone(APEX, [{ ...spf, comment: "ours", settings: { note: 1 } }]);
  const { apply, server } = await start(zone);
  await apply([mergeSpf, createDkim]);
  expect(server.requests.map(({ method }) => method)).not.toContain("PUT");
  expect(zone.records[0]).toMatchObject({ comment: "ours", settings: { note: 1 }, ttl: 600 });
});

async function snapshotOf(zone: SimZone) {
  return (await start(zone)).snapshot();
}

test.each(["odoo._domainkey.other.example", `odoo._domainkey.x${APEX}`, "odoo._domainkey"])(
  "a name outside the zone would be created below it: %s is refused",
  async (name) => {
    const zone = simZone(APEX, [spf]);
    const { apply } = await start(zone);
    await expect(apply([{ ...createDkim, name }])).rejects.toMatchObject({ code: "invalid-input" });
    expect(zone.history).toHaveLength(1);
  },
);

describe("a DKIM CNAME that is proxied or flattened has no key", () => {
  const alias = { name: DKIM, type: "CNAME", content: "odoo._domainkey.odoo.com" };

  test("a new one is sent as not proxied", async () => {
    const { provider, snapshot } = await start(simZone(APEX, [spf]));
    const [call] = provider.compile([createDkim], await snapshot());
    expect(call?.body).toMatchObject({ posts: [{ name: DKIM, proxied: false }] });
  });

  test.each([
    ["proxied", { proxied: true }, /proxy/],
    ["flattened by itself", { settings: { flatten_cname: true } }, /flattens it/],
  ])("one that is %s is told from the same read", async (_, how, reason) => {
    const { calls, snapshot } = await start(simZone(APEX, [spf, { ...alias, ...how }]));
    const { holds } = await snapshot();
    expect(holds).toMatchObject([{ name: DKIM, type: "CNAME", against: "serving" }]);
    expect(holds?.[0]?.reason).toMatch(reason);
    expect(calls()).toHaveLength(2);
  });

  test.each([
    ["www", { ...alias, name: `www.${APEX}`, proxied: true }],
    ["the zone itself", { ...alias, name: APEX, proxied: true }],
  ])("the proxy before %s is nobody's concern", async (_, other) => {
    expect((await (await start(simZone(APEX, [spf, other]))).snapshot()).holds).toEqual([]);
  });

  test("in a zone on a paid plan that flattens all, a new one is held back", async () => {
    const zone = simZone(APEX, [spf], { plan: "pro", flattenAll: true });
    const { calls, provider, snapshot } = await start(zone);
    const read = await snapshot();
    const holds = await provider.holds?.([mergeSpf, createDkim], read, SIGNAL);
    expect(holds).toMatchObject([{ name: DKIM, type: "CNAME", against: "serving" }]);
    expect(calls().at(-1)).toBe(`GET /zones/${zone.id}/dns_settings`);
  });

  test.each<[string, Partial<SimZone>, readonly Op[], number]>([
    ["a zone on the free plan, which can't flatten all", {}, [createDkim], 0],
    ["an edit of a text", { plan: "pro" }, [mergeSpf], 0],
    ["a zone that doesn't flatten", { plan: "business" }, [createDkim], 1],
  ])("for %s nothing is held back", async (_, kind, ops, asked) => {
    const { calls, provider, snapshot } = await start(simZone(APEX, [spf], kind));
    const read = await snapshot();
    expect(await provider.holds?.(ops, read, SIGNAL)).toEqual([]);
    expect(calls().length - 2).toBe(asked);
  });
});

describe("a retry of POST by the SDK would try twice, and be told 81058", () => {
  test.each([408, 409, 500, 503])("after %d nothing is sent again", async (status) => {
    const zone = simZone(APEX, [spf]);
    const { apply, faults, calls } = await start(zone);
    faults.next(request("POST"), { kind: "after", status });
    await apply([mergeSpf, createDkim]).catch(() => undefined);
    expect(calls().filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect(zone.history).toHaveLength(2);
  });
});

test("the SDK's own pages would never end: none is asked for beyond those that there are", async () => {
  const { calls, snapshot } = await start(simZone(APEX, [spf]));
  await snapshot();
  expect(calls().filter((call) => call.includes("page=2"))).toEqual([]);
});

describe("records of another Cloudflare product can't be edited", () => {
  test.each([
    ["read only", { read_only: true }, /another product/],
    ["made by Email Routing", { email_routing: true, read_only: true }, /Email Routing/],
  ])("one that is %s is held by its value", async (_, meta, reason) => {
    const { snapshot } = await start(simZone(APEX, [{ ...spf, meta }]));
    const { holds } = await snapshot();
    expect(holds).toMatchObject([{ name: APEX, type: "TXT", value: SPF, against: "writing" }]);
    expect(holds?.[0]?.reason).toMatch(reason);
  });

  test("a secondary zone is held as a whole", async () => {
    const { snapshot } = await start(simZone(APEX, [spf], { type: "secondary" }));
    expect((await snapshot()).holds).toMatchObject([
      { name: APEX, against: "writing" },
      { name: DKIM, against: "writing" },
    ]);
  });
});

describe("what is read is what is served", () => {
  test("an alias of the zone itself stands beside the SPF record, as addresses", async () => {
    const alias = { name: APEX, type: "CNAME", content: "shop.host.example" };
    const { apply, snapshot } = await start(simZone(APEX, [spf, alias]));
    const { rrsets } = await snapshot();
    expect(valuesAt(rrsets, APEX, "CNAME")).toEqual([]);
    expect(valuesAt(rrsets, APEX, "TXT")).toEqual([SPF]);
    expect(await apply([mergeSpf])).toMatchObject([{ outcome: "done" }]);
  });

  test("name servers below the zone show that a name is delegated, in the same read", async () => {
    const cut = { name: `_domainkey.${APEX}`, type: "NS", content: "ns1.elsewhere.example" };
    const { rrsets } = await (await start(simZone(APEX, [spf, cut]))).snapshot();
    expect(valuesAt(rrsets, cut.name, "NS")).toEqual(["ns1.elsewhere.example"]);
  });

  test("the same text in quotes and without is no change", async () => {
    const [plain, quoted] = [SPF, `"${SPF}"`].map((content) =>
      simZone(APEX, [{ ...spf, content }]),
    );
    const [one, other] = [await snapshotOf(plain as SimZone), await snapshotOf(quoted as SimZone)];
    expect(one.rrsets).toEqual(other.rrsets);
  });

  test("names and types in every spelling, priorities and automatic TTLs", async () => {
    const { rrsets } = await (
      await start(
        simZone(APEX, [
          { name: APEX, type: "MX", content: "Mail.Example", priority: 5 },
          { name: `WWW.${APEX}`, type: "AAAA", content: "2001:DB8::1", ttl: 120 },
          { name: `www.${APEX}`, type: "AAAA", content: "2001:db8::2", ttl: 60 },
          { name: `s.${APEX}`, type: "SRV", content: "5 5223 server.example" },
        ]),
      )
    ).snapshot();
    expect(rrsets).toEqual([
      { name: APEX, type: "MX", ttl: "default", values: ["5 mail.example"] },
      { name: `www.${APEX}`, type: "AAAA", ttl: 60, values: ["2001:db8::1", "2001:db8::2"] },
      { name: `s.${APEX}`, type: "SRV", ttl: "default", values: ["5 5223 server.example"] },
    ]);
  });
});
