import Cloudflare from "cloudflare";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCloudflare, type CloudflareState } from "./cloudflare.ts";
import type { SimRight, SimZone } from "./cloudflare/model.ts";
import { simZone } from "./cloudflare/zone.ts";
import { startSimServer, type SimServer } from "./server.ts";

// The simulator is proven by Cloudflare's own client, which knows nothing of it.

const TOKEN = "x".repeat(40);
const APEX = "mycompany.example";

describe("Cloudflare's own client finds in the simulator what Cloudflare documents", () => {
  let zone: SimZone;
  let server: SimServer;
  let client: Cloudflare;

  beforeEach(async () => {
    zone = simZone(APEX, [
      { name: APEX, type: "TXT", content: '"v=spf1 ~all"', comment: "mail", ttl: 600 },
      { name: `www.${APEX}`, type: "A", content: "192.0.2.1", proxied: true },
    ]);
    await start({ zones: [zone] });
  });
  afterEach(() => server.close());

  async function start(state: Omit<CloudflareState, "tokens">, rights = ALL): Promise<void> {
    const tokens = [{ value: TOKEN, rights, zones: "all" as const }];
    server = await startSimServer({ handle: createCloudflare({ ...state, tokens }) });
    client = clientOf(server.url, TOKEN);
  }

  const zone_id = (): string => zone.id;

  async function contents(): Promise<readonly (string | undefined)[]> {
    const page = await client.dns.records.list({ zone_id: zone_id(), per_page: 100 });
    return page.result.map(({ content }) => content);
  }

  test("a zone by its name, by its id, and its settings", async () => {
    const found = await client.zones.list({ name: APEX });
    expect(found.result).toMatchObject([
      { id: zone.id, status: "active", plan: { legacy_id: "free" } },
    ]);
    expect(await client.zones.get({ zone_id: zone.id })).toMatchObject({ name: APEX });
    const settings = await client.dns.settings.zone.get({ zone_id: zone.id });
    expect(settings.flatten_all_cnames).toBe(false);
  });

  test("a record is created, read, edited, overwritten and deleted", async () => {
    const records = client.dns.records;
    const body = { zone_id: zone.id, name: "a", type: "TXT", content: "one", ttl: 300 } as const;
    const made = await records.create({ ...body, comment: "why" });
    expect(made).toMatchObject({ name: `a.${APEX}`, content: "one", comment: "why", ttl: 300 });
    expect(await records.get(made.id, { zone_id: zone.id })).toEqual(made);
    const path = { zone_id: zone.id, name: `a.${APEX}`, type: "TXT" } as const;
    const edited = await records.edit(made.id, { ...path, content: '"two"', ttl: 300 });
    expect(edited).toMatchObject({ id: made.id, content: '"two"', comment: "why", ttl: 300 });
    const whole = await records.update(made.id, { ...path, content: '"three"', ttl: 1 });
    expect(whole).toMatchObject({ id: made.id, comment: null, ttl: 1 });
    await records.delete(made.id, { zone_id: zone.id });
    await expect(records.delete(made.id, { zone_id: zone.id })).rejects.toMatchObject({
      status: 404,
      errors: [{ code: 81044 }],
    });
  });

  test("a batch deletes, edits and creates, in this order", async () => {
    const [spf, www] = zone.records;
    const result = await client.dns.records.batch({
      zone_id: zone.id,
      posts: [{ name: `www.${APEX}`, type: "CNAME", content: "elsewhere.example.", ttl: 1 }],
      patches: [{ id: spf?.id ?? "", content: '"v=spf1 -all"' } as never],
      deletes: [{ id: www?.id ?? "" }],
    });
    expect(result.posts).toMatchObject([{ type: "CNAME", content: "elsewhere.example" }]);
    expect(result.patches).toMatchObject([{ id: spf?.id, comment: "mail", ttl: 600 }]);
    expect(await contents()).toEqual(['"v=spf1 -all"', "elsewhere.example"]);
    expect(zone.history).toHaveLength(2);
  });

  test("a batch of which one part fails changes nothing", async () => {
    const [spf] = zone.records;
    const refused = client.dns.records.batch({
      zone_id: zone.id,
      deletes: [{ id: spf?.id ?? "" }],
      posts: [{ name: `www.${APEX}`, type: "CNAME", content: "elsewhere.example", ttl: 1 }],
    });
    await expect(refused).rejects.toMatchObject({ status: 400, errors: [{ code: 81053 }] });
    expect(await contents()).toEqual(['"v=spf1 ~all"', "192.0.2.1"]);
    expect(zone.history).toHaveLength(1);
  });

  test("pages end with an empty one, as the client expects", async () => {
    await server.close();
    await start({ zones: [zone], mostPerPage: 1 });
    const seen: string[] = [];
    for await (const record of client.dns.records.list({ zone_id: zone.id }))
      seen.push(record.type);
    expect(seen).toEqual(["TXT", "A"]);
    expect(server.requests).toHaveLength(3);
  });

  test.each<[string, Record<string, unknown>, number]>([
    ["an identical record", { name: "@", type: "TXT", content: "v=spf1 ~all" }, 81058],
    ["an address beside a CNAME", { name: "c", type: "A", content: "192.0.2.1" }, 81054],
    ["a CNAME to itself", { name: "d", type: "CNAME", content: `d.${APEX}` }, 9039],
    [
      "a TXT record behind the proxy",
      { name: "d", type: "TXT", content: "x", proxied: true },
      9004,
    ],
    ["an empty text", { name: "d", type: "TXT", content: "" }, 1004],
    ["quotes that don't match", { name: "d", type: "TXT", content: 'a "b" c' }, 1004],
    ["a long text", { name: "d", type: "TXT", content: "x".repeat(2049) }, 1004],
    ["a TTL below the least", { name: "d", type: "TXT", content: "x", ttl: 30 }, 1004],
    ["tags on a free plan", { name: "d", type: "TXT", content: "x", tags: ["a:b"] }, 9301],
    ["a name with spaces", { name: "d e", type: "TXT", content: "x" }, 1004],
  ])("%s is refused", async (_, body, code) => {
    await client.dns.records.create({
      zone_id: zone.id,
      name: "c",
      type: "CNAME",
      content: "elsewhere.example",
      ttl: 1,
    });
    const made = client.dns.records.create({ zone_id: zone.id, ttl: 1, ...body } as never);
    await expect(made).rejects.toMatchObject({ status: 400, errors: [{ code }] });
  });

  test("a name of another zone becomes a name below this one", async () => {
    const body = { name: "mail.other.example", type: "TXT", content: "x", ttl: 1 } as const;
    const made = await client.dns.records.create({ zone_id: zone.id, ...body });
    expect(made.name).toBe(`mail.other.example.${APEX}`);
  });

  test("what another product of Cloudflare's keeps can't be edited", async () => {
    zone.records = zone.records.map((record) => ({ ...record, meta: { email_routing: true } }));
    const id = zone.records[0]?.id ?? "";
    const gone = client.dns.records.delete(id, { zone_id: zone.id });
    await expect(gone).rejects.toMatchObject({ status: 403 });
  });

  test.each<[string, string, number, number]>([
    ["unknown", "y".repeat(40), 403, 9109],
    ["no token at all", "a b", 400, 6003],
  ])("a token that is %s is refused", async (_, token, status, code) => {
    const stranger = clientOf(server.url, token);
    await expect(stranger.zones.list()).rejects.toMatchObject({ status, errors: [{ code }] });
  });

  test("a token without a right is refused there, and sees no zones without Zone Read", async () => {
    await server.close();
    await start({ zones: [zone] }, ["DNS Read"]);
    expect((await client.zones.list()).result).toEqual([]);
    expect(await contents()).toHaveLength(2);
    const gone = client.dns.records.delete(zone.records[0]?.id ?? "", { zone_id: zone.id });
    await expect(gone).rejects.toMatchObject({ status: 403, errors: [{ code: 10000 }] });
  });

  test("over the limit everything is refused until the window ends, and the headers say so", async () => {
    await server.close();
    let now = 0;
    await start({ zones: [zone], quota: { requests: 2, seconds: 60 }, now: () => now });
    const first = await client.zones.list().asResponse();
    expect(first.headers.get("ratelimit")).toBe('"default";r=1;t=60');
    expect(first.headers.get("ratelimit-policy")).toBe('"default";q=2;w=60');
    await client.zones.list();
    now = 20_000;
    const over = await client.zones.list().catch((error: unknown) => error);
    expect(over).toMatchObject({ status: 429 });
    expect((over as { headers: Headers }).headers.get("retry-after")).toBe("40");
    now = 60_000;
    expect((await client.zones.list()).result).toHaveLength(1);
  });
});

const ALL: readonly SimRight[] = ["Zone Read", "DNS Write"];

function clientOf(url: string, apiToken: string): Cloudflare {
  return new Cloudflare({ apiToken, baseURL: `${url}/client/v4`, maxRetries: 0, logLevel: "off" });
}
