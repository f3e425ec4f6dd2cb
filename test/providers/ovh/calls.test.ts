import { afterEach, expect, it } from "vitest";
import { applyPlan } from "../../../src/engine/apply.ts";
import { planStack, planUndoStack } from "../../../src/engine/plan.ts";
import type { World } from "../../../src/engine/world.ts";
import { config, fakeWorld, listener } from "../../engine/fake-world.ts";
import { APEX, DKIM, MERGED, SIGNAL, SPF, type OvhWorld, startOvhWorld } from "./world.ts";

let ovh: OvhWorld;
afterEach(() => ovh.close());

/** A zone like many at OVH: mail, a web site, two name servers, `more` other names. */
async function start(values: readonly string[], more = 0): Promise<World> {
  ovh = await startOvhWorld();
  const { zone, clock, context } = ovh;
  for (const target of values) zone.add({ fieldType: "TXT", subDomain: "", target, ttl: 600 });
  zone.add({ fieldType: "A", subDomain: "", target: "192.0.2.1" });
  zone.add({ fieldType: "MX", subDomain: "", target: "1 mx1.mail.ovh.net." });
  zone.add({
    fieldType: "DMARC",
    subDomain: "_dmarc",
    target: "v=DMARC1;p=none;rua=mailto:a@b.example",
  });
  for (let at = 0; at < more; at += 1) {
    zone.add({ fieldType: "A", subDomain: `host${at}`, target: "192.0.2.2" });
  }
  zone.refresh();
  const { resolver, receipts } = fakeWorld();
  return {
    hostName: "OVH",
    provider: ovh.provider(),
    clock,
    resolver,
    receipts,
    authority: context.authority,
  };
}

async function apply(world: World) {
  const planned = await planStack(config(), world, { source: "host" }, SIGNAL);
  return applyPlan(planned, world, { verify: true, onEvent: listener().onEvent }, SIGNAL);
}

/** Time and the list of zones are asked for once a run, whatever the number of domains. */
function perZone(calls: readonly string[]): readonly string[] {
  return calls.filter((call) => !/^GET \/(?:auth\/time|domain\/zone)$/.test(call));
}

it("a plan, or nothing to do, is one call", async () => {
  const world = await start([SPF]);
  await planStack(config(), world, { source: "host" }, SIGNAL);
  expect(ovh.calls()).toEqual(["GET /auth/time", "GET /domain/zone", "GET /export"]);
});

it.each([0, 1000])(
  "a change of SPF and DKIM is 8 calls and one for each TXT value at the name, with %i other names",
  async (more) => {
    const world = await start([`"${SPF}"`, "site-verification=1"], more);
    const receipt = await apply(world);
    expect(receipt).toMatchObject({
      steps: [{ outcome: "done" }, { outcome: "done" }],
      verified: "yes",
    });
    const calls = perZone(ovh.calls()).map((call) => call.replace(/\d{5,}/, "ID"));
    expect(calls).toEqual([
      "GET /export",
      "GET /record?fieldType=TXT&subDomain=",
      "GET /record?fieldType=SPF&subDomain=",
      "GET /record?subDomain=odoo._domainkey",
      "GET /record/ID",
      "GET /record/ID",
      "PUT /record/ID",
      "POST /record",
      "POST /refresh",
      "GET /record?subDomain=odoo._domainkey",
    ]);
  },
);

it("where the name servers take their time, the records are read once more", async () => {
  const world = await start([`"${SPF}"`, "site-verification=1"]);
  ovh.zone.publication = { afterMs: 15_000 };
  expect((await apply(world)).steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  const calls = perZone(ovh.calls()).map((call) => call.replace(/\d{5,}/, "ID"));
  const after = calls.slice(calls.indexOf("POST /refresh") + 1);
  expect(after.filter((call) => call !== "GET /status")).toEqual([
    "GET /record?fieldType=TXT&subDomain=",
    "GET /record?fieldType=SPF&subDomain=",
    "GET /record?subDomain=odoo._domainkey",
    "GET /record/ID",
    "GET /record/ID",
    "GET /record/ID",
  ]);
});

it("is merged, and undone to what it was", async () => {
  const world = await start([`"${SPF}"`, "site-verification=1"]);
  const before = ovh.zone.stored;
  const receipt = await apply(world);
  const texts = ovh.zone.served.find(({ name, type }) => name === APEX && type === "TXT");
  expect(texts?.values).toEqual([MERGED, "site-verification=1"]);
  const cname = ovh.zone.served.find(({ name }) => name === DKIM);
  expect(cname?.values).toEqual(["odoo._domainkey.odoo.com"]);
  const again = { ...world, provider: ovh.provider() };
  const undo = await planUndoStack(
    { config: config(), receipt },
    again,
    { source: "host" },
    SIGNAL,
  );
  await applyPlan(undo, again, { verify: true, onEvent: listener().onEvent }, SIGNAL);
  expect(ovh.zone.stored).toEqual(before);
  expect(ovh.zone.served.slice(1)).toEqual(before);
});
