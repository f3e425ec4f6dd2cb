import { afterEach, beforeEach, expect, test } from "vitest";
import { printTxt } from "../../../src/core/dns/txt.ts";
import { type Engine, NEWS as ZONE_FILE, startEngine } from "../../pulumi/engine.ts";
import { request } from "../../sim/faults.ts";
import { type OvhSim, type OvhZone, startOvh } from "../../sim/ovh.ts";
import { APEX, DKIM, MERGED, SPF } from "./world.ts";

// Pulumi's engine drives the same parts; here it meets an OVH.

const KEYS = { host: "ovh" };
const NEWS = { ...ZONE_FILE, keys: KEYS };

let sim: OvhSim;
let zone: OvhZone;
let engine: Engine;
beforeEach(async () => {
  sim = await startOvh({ nameServers: ["ns1.mycompany.example", "ns2.mycompany.example"] });
  zone = sim.zone(APEX);
  zone.add({ fieldType: "SPF", subDomain: "", target: SPF, ttl: 600 });
  zone.refresh();
  // What the world's name servers read, from each refresh on.
  const publish = request("POST", "/refresh");
  sim.faults.always(publish, { kind: "edit", edit: () => engine.edit(printZone) });
  const { clientId, clientSecret } = sim.account;
  const env = {
    OVH_ENDPOINT: sim.endpoint,
    OVH_CLIENT_ID: clientId,
    OVH_CLIENT_SECRET: clientSecret,
  };
  engine = await startEngine({ env });
  engine.edit(printZone);
  await engine.configure(APEX, KEYS);
});
afterEach(async () => {
  await engine.close();
  await sim.close();
});

/** What OVH stores, as a master file. */
function printZone(): string {
  const ns = zone.nameServers.map((name) => `${name}.`);
  const soa = `${APEX}. 300 IN SOA ${ns[0]} hostmaster.${APEX}. 1 7200 900 1209600 300`;
  const records = zone.stored.flatMap(({ name, type, ttl, values }) =>
    values.map(
      (data) => `${name}. ${ttl} IN ${type} ${type === "TXT" ? printTxt(data) : `${data}.`}`,
    ),
  );
  const addresses = ns.map((name) => `${name} 300 IN A 192.0.2.53`);
  return [soa, ...records, ...addresses, ""].join("\n");
}

const ours = () =>
  zone.records
    .filter(({ fieldType }) => fieldType !== "NS")
    .map(({ fieldType, subDomain, target, ttl }) => [fieldType, subDomain, target, ttl]);

async function own(type: string) {
  const olds = await engine.read(type);
  const { inputs, failures } = await engine.check(type, olds, NEWS);
  expect(failures).toEqual([]);
  return engine.update(type, olds, inputs);
}

test("pulumi up merges our term and makes the CNAME; destroy takes out just that", async () => {
  const before = ours();
  const spf = await own("SpfTerms");
  const dkim = await own("DkimCname");
  expect(ours()).toEqual([
    ["SPF", "", MERGED, 600],
    ["CNAME", "odoo._domainkey", "odoo._domainkey.odoo.com.", expect.any(Number)],
  ]);
  expect(zone.served.some(({ name }) => name === DKIM)).toBe(true);
  await engine.remove("DkimCname", dkim);
  await engine.remove("SpfTerms", spf);
  expect(ours()).toEqual(before);
  expect(zone.served.slice(1)).toEqual(zone.stored);
});

test("a second up writes nothing, and no state holds a credential", async () => {
  const state = await own("SpfTerms");
  const count = zone.history.length;
  const now = await engine.read("SpfTerms", state);
  const { inputs } = await engine.check("SpfTerms", now, NEWS);
  expect(await engine.diff("SpfTerms", now, inputs)).toEqual([]);
  expect(zone.history).toHaveLength(count);
  const said = JSON.stringify([state, now, inputs, engine.said]);
  expect(said).not.toContain(sim.account.clientSecret);
  expect(said).not.toContain("eyJ.simulated");
});
