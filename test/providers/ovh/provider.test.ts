import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { hosts } from "../../../providers/index.ts";
import type { DomainName } from "../../../src/core/dns/name.ts";
import { servedBy } from "../../../src/cli/served-by.ts";
import { accountOf } from "../../../src/local/credentials.ts";
import { law } from "../../law.ts";
import { request } from "../../sim/faults.ts";
import type { OvhZone } from "../../sim/ovh.ts";
import {
  APEX,
  DKIM,
  MERGED,
  SIGNAL,
  SPF,
  type OvhWorld,
  addDkim,
  applyOps,
  change,
  merge,
  startOvhWorld,
} from "./world.ts";

const open: OvhWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function start(fill: (zone: OvhZone) => void): Promise<OvhWorld> {
  const world = await startOvhWorld();
  open.push(world);
  fill(world.zone);
  world.zone.refresh();
  return world;
}

const withSpf = (zone: OvhZone): void => {
  zone.add({ fieldType: "TXT", subDomain: "", target: `"${SPF}"`, ttl: 600 });
};

describe("records of others", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."ab =;:.-\\\"'é()"),
    minLength: 1,
    maxLength: 40,
  });
  const target = fc.oneof(
    text.map((value) => value.replace(/[\\"é]/g, "").trim() || "x"),
    text.map((value) => `"${value.replace(/[\\"é]/g, "\\$&").replace(/\\é/g, "\\195\\169")}"`),
  );
  const record = fc.record({
    fieldType: fc.constantFrom("TXT" as const, "A" as const, "MX" as const),
    subDomain: fc.constantFrom("", "www", "odoo", "_domainkey", "x._domainkey"),
    target,
    ttl: fc.constantFrom(0, 60, 3600, 86_400),
  });

  it("keep id, type, target and TTL, whatever they are and whatever form ours has", async () => {
    const form = fc.constantFrom(
      { fieldType: "TXT" as const, target: `"${SPF}"` },
      { fieldType: "TXT" as const, target: SPF },
      { fieldType: "SPF" as const, target: `"v=spf1 include:_spf.google.com" " ~all"` },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 8 }), form, async (records, form) => {
        fc.pre(records.every(({ target }) => !target.includes("v=spf1")));
        const world = await start((zone) => {
          for (const one of records) {
            const byType = { TXT: one.target, A: "192.0.2.1", MX: "10 mx" };
            zone.add({ ...one, target: byType[one.fieldType] });
          }
          zone.add({ ...form, subDomain: "", ttl: 600 });
        });
        const others = world.zone.records.slice(0, -1);
        const own = world.zone.records.at(-1);
        const results = await applyOps(world.provider(), [merge, addDkim]);
        expect(results.every(({ outcome }) => outcome === "done")).toBe(true);
        expect(world.zone.records.slice(0, others.length)).toEqual(others);
        const changed = world.zone.records[others.length];
        expect({ ...changed, target: "" }).toEqual({ ...own, target: "" });
        expect(world.zone.served.flatMap(({ values }) => values)).toContain(MERGED);
        await world.close();
        open.pop();
      }),
      law(500),
    );
  });
});

describe("several domains", () => {
  it("of one run share the time, the list of zones and the pace", async () => {
    const world = await start(withSpf);
    const other = world.sim.zone("other.example");
    other.refresh();
    const { context } = world;
    const [one, two] = [world.provider(context), world.provider(context)];
    await Promise.all([
      one.findZone(APEX, SIGNAL),
      two.findZone("other.example" as DomainName, SIGNAL),
    ]);
    const calls = world.calls();
    expect(calls.filter((call) => call === "GET /auth/time")).toHaveLength(1);
    expect(calls.filter((call) => call === "GET /domain/zone")).toHaveLength(1);
  });

  it("of one zone publish one after the other", async () => {
    const world = await start((zone) => {
      withSpf(zone);
      zone.add({ fieldType: "TXT", subDomain: "bounce", target: '"v=spf1 -all"' });
    });
    world.zone.publication = { afterMs: 3000 };
    const bounce = {
      ...change("v=spf1 -all", "v=spf1 include:_spf.odoo.com -all"),
      name: `bounce.${APEX}`,
    };
    const results = await Promise.all([
      applyOps(world.provider(), [merge]),
      applyOps(world.provider(), [bounce]),
    ]);
    expect(results.flat().every(({ outcome }) => outcome === "done")).toBe(true);
    world.clock.pass(10_000);
    expect(world.zone.served.slice(1)).toEqual(world.zone.stored);
  });

  it("of another account take that account's keys, and no other", async () => {
    const world = await start(withSpf);
    const names = Object.entries(world.context.env).map(([name, value]) => [`${name}_ACME`, value]);
    const env = Object.fromEntries(names) as Record<string, string>;
    const acme = world.provider({ env, ...accountOf(env, "acme") });
    expect((await acme.findZone(APEX, SIGNAL)).apex).toBe(APEX);
    const mine = world.provider({ env, ...accountOf(env, undefined) });
    await expect(mine.findZone(APEX, SIGNAL)).rejects.toMatchObject({ code: "auth" });
  });
});

describe("Ctrl-C", () => {
  it("lets the running write end, publishes it, and begins no other", async () => {
    const world = await start(withSpf);
    const provider = world.provider();
    const snapshot = await provider.read(
      await provider.findZone(APEX, SIGNAL),
      [APEX, DKIM],
      SIGNAL,
    );
    const stop = new AbortController();
    world.sim.faults.next(request("PUT"), { kind: "edit", edit: () => stop.abort() });
    const calls = provider.compile([merge, addDkim], snapshot);
    expect(await provider.apply(calls, snapshot, stop.signal)).toMatchObject([{ outcome: "done" }]);
    expect(world.zone.served.flatMap(({ values }) => values)).toContain(MERGED);
    expect(world.zone.stored.some(({ name }) => name === DKIM)).toBe(false);
  });
});

it("is found by its name servers, and not by those of other services", () => {
  const title = (...names: string[]) => servedBy(names as DomainName[], hosts)?.title;
  expect(title("dns18.ovh.net", "ns18.ovh.net")).toBe("OVH");
  expect(title("dns1.ovh.ca", "ns1.ovh.ca")).toBe("OVH");
  expect(title("dns200.anycast.me", "ns200.anycast.me")).toBe("OVH");
  expect(title("sdns2.ovh.net", "ns1.mycompany.example")).toBeUndefined();
});
