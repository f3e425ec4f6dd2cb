import { afterEach, describe, expect, test, vi } from "vitest";
import adapter from "../../../providers/cloudflare/adapter.ts";
import { createRun } from "../../../src/local/run.ts";
import type { SimZone } from "../../sim/cloudflare/model.ts";
import { idOf, simZone } from "../../sim/cloudflare/zone.ts";
import { request } from "../../sim/faults.ts";
import {
  APEX,
  type Choices,
  type CloudflareWorld,
  DKIM,
  mergeSpf,
  nameOf,
  SIGNAL,
  SPF,
  startCloudflare,
  TOKEN,
} from "./world.ts";

const open: CloudflareWorld[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const world of open.splice(0)) await world.close();
});

async function start(choices: Choices): Promise<CloudflareWorld> {
  const world = await startCloudflare(choices);
  open.push(world);
  return world;
}

const agency = { id: idOf("agency"), name: "Agency" };
const ours = (more: Partial<SimZone> = {}): SimZone => simZone(APEX, [], more);
const theirs = (more: Partial<SimZone> = {}): SimZone =>
  simZone(APEX, [], { account: agency, ...more });

async function findError(choices: Choices) {
  const { provider } = await start(choices);
  return provider.findZone(APEX, SIGNAL).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("the zone of a domain", () => {
  test("is the longest that holds it, asked for by name", async () => {
    const zones = [ours(), simZone(`shop.${APEX}`, [])];
    const { calls, provider } = await start({ zones });
    const found = await provider.findZone(nameOf(`a.shop.${APEX}`), SIGNAL);
    expect(found).toEqual({
      apex: `shop.${APEX}`,
      nameservers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
      nativeId: zones[1]?.id,
    });
    expect(calls().map((call) => call.split("&")[0])).toEqual([
      `GET /zones?name=a.shop.${APEX}`,
      `GET /zones?name=shop.${APEX}`,
    ]);
  });

  test("in a run for many domains comes from one list, fetched once by pages", async () => {
    const zones = Array.from({ length: 120 }, (_, n) => simZone(`d${n}.example`, []));
    const { calls, context, provider } = await start({ zones, domains: 120 });
    const another = adapter.create({}, context);
    const found = await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
        (n % 2 === 0 ? provider : another).findZone(nameOf(`mail.d${n}.example`), SIGNAL),
      ),
    );
    expect(found.map(({ apex }) => apex)).toEqual(zones.map(({ name }) => name));
    expect(calls()).toHaveLength(3);
  });

  test("of a list that failed is asked for again", async () => {
    const { faults, provider } = await start({ zones: [ours()], domains: 50 });
    faults.next(request("GET"), { kind: "status", status: 400, body: {} });
    await expect(provider.findZone(APEX, SIGNAL)).rejects.toThrow();
    expect((await provider.findZone(APEX, SIGNAL)).apex).toBe(APEX);
  });

  test("is none of ours: the error says what the token needs", async () => {
    const error = await findError({ zones: [simZone("other.example", [])] });
    expect(error).toMatchObject({ code: "zone-not-found" });
    expect(error).toMatchObject({
      details: { help: expect.stringContaining("Zone → Zone → Read") },
    });
  });

  test.each([
    [{}, "zone-ambiguous", undefined],
    [{ zoneId: theirs().id }, undefined, theirs().id],
    [{ accountId: agency.id }, undefined, theirs().id],
  ])("twice in two accounts is chosen by the stack file: %j", async (options, code, id) => {
    const { provider } = await start({ zones: [ours(), theirs()], options });
    const found = await provider.findZone(APEX, SIGNAL).catch((error: unknown) => error);
    expect(found).toMatchObject(code === undefined ? { nativeId: id } : { code });
    if (code !== undefined) {
      expect((found as Error).message).toContain(theirs().id);
      expect((found as Error).message).toContain("Agency");
    }
  });

  test("by an id that is another domain's is refused", async () => {
    const other = simZone("other.example", []);
    const error = await findError({ zones: [ours(), other], options: { zoneId: other.id } });
    expect(error).toMatchObject({ code: "zone-not-found" });
  });

  test.each<[string, Partial<SimZone>]>([
    ["pending", { status: "pending" }],
    ["moved away", { status: "moved" }],
    ["only a CNAME setup", { type: "partial" }],
    ["internal", { type: "internal" }],
  ])("that is %s is not the live one", async (_, kind) => {
    expect(await findError({ zones: [ours(kind)] })).toMatchObject({ code: "zone-not-live" });
  });

  test("that is live is taken before one that is not", async () => {
    const { provider } = await start({ zones: [ours({ status: "moved" }), theirs()] });
    expect((await provider.findZone(APEX, SIGNAL)).nativeId).toBe(theirs().id);
  });
});

describe("a credential", () => {
  test.each([
    ["that Cloudflare does not know", "y".repeat(40)],
    ["that is no token", "two words"],
  ])("%s is refused as such, and never shown", async (_, token) => {
    const error = await findError({ zones: [ours()], token });
    expect(error).toMatchObject({ code: "auth" });
    expect(JSON.stringify(error) + String(error)).not.toContain(token);
  });

  test("that is not set is named", async () => {
    expect(await findError({ zones: [ours()], token: "" })).toMatchObject({
      code: "auth",
      message: "CLOUDFLARE_API_TOKEN is not set.",
    });
  });

  test("that may not read records is told which right it lacks", async () => {
    const { snapshot } = await start({ zones: [ours()], rights: ["Zone Read"] });
    await expect(snapshot()).rejects.toMatchObject({
      code: "permission",
      details: {
        help: "Give the token the right Zone → DNS → Read for this zone.",
        native: { status: 403, code: "10000", requestId: expect.stringContaining("SIM") },
      },
    });
  });

  test("that may only read plans, and is told which right it lacks when it writes", async () => {
    const zone = simZone(APEX, [{ name: APEX, type: "TXT", content: SPF, ttl: 600 }]);
    const { apply } = await start({ zones: [zone], rights: ["Zone Read", "DNS Read"] });
    await expect(apply([mergeSpf])).rejects.toMatchObject({
      code: "permission",
      details: { help: "Give the token the right Zone → DNS → Edit for this zone." },
    });
    expect(zone.history).toHaveLength(1);
  });

  test("of another kind, or headers, in the environment are not sent along", async () => {
    vi.stubEnv("CLOUDFLARE_API_KEY", "the-global-key");
    vi.stubEnv("CLOUDFLARE_EMAIL", "ann@mycompany.example");
    vi.stubEnv("CLOUDFLARE_CUSTOM_HEADERS", "X-Other: one");
    const { context, provider } = await start({ zones: [ours()] });
    const sent: unknown[] = [];
    const watched = adapter.create(
      {},
      {
        ...context,
        run: createRun(1),
        http: {
          send: async (asked, sender, signal) => {
            sent.push(Object.keys(asked.headers ?? {}), sender.secrets, sender.key);
            return context.http.send(asked, sender, signal);
          },
        },
      },
    );
    await provider.findZone(APEX, SIGNAL);
    await watched.findZone(DKIM, SIGNAL);
    expect(sent[0]).toEqual(["accept", "api-version", "authorization", "user-agent"]);
    expect(sent[1]).toEqual([TOKEN]);
    expect(sent[2]).not.toContain(TOKEN);
  });
});

describe("hosts check", () => {
  test("names the zones, and what the token may not do there", async () => {
    const zones = [ours(), simZone("other.example", [])];
    const { context } = await start({ zones, rights: ["Zone Read", "DNS Read"] });
    const nameservers = ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"];
    expect(await adapter.access?.(context, SIGNAL)).toEqual({
      zones: [
        { apex: APEX, nameservers, missing: ["Zone → DNS → Edit"] },
        { apex: "other.example", nameservers, missing: ["Zone → DNS → Edit"] },
      ],
      unknown: [],
    });
  });

  test("writes nothing and misses nothing with the rights that the page asks for", async () => {
    const { context, server } = await start({ zones: [ours()] });
    const found = await adapter.access?.(context, SIGNAL);
    expect(found?.zones.map(({ missing }) => missing)).toEqual([[]]);
    expect(server.requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("says so where the token sees no zone at all", async () => {
    const { context } = await start({ zones: [ours()], rights: ["DNS Write"] });
    const found = await adapter.access?.(context, SIGNAL);
    expect(found).toMatchObject({ zones: [], unknown: [expect.stringContaining("sees no zones")] });
  });
});
