import { afterEach, beforeEach, expect, test } from "vitest";
import { printTxt } from "../../../src/core/dns/txt.ts";
import { type Engine, NEWS as ZONE_FILE, startEngine } from "../../pulumi/engine.ts";
import { createCloudflare } from "../../sim/cloudflare.ts";
import type { SimZone } from "../../sim/cloudflare/model.ts";
import { servedZone } from "../../sim/cloudflare/served.ts";
import { simZone } from "../../sim/cloudflare/zone.ts";
import { type SimServer, startSimServer } from "../../sim/server.ts";
import { APEX, DKIM, MERGED, SPF, TOKEN } from "./world.ts";

// Pulumi's engine drives the same parts; here it meets a Cloudflare.

const KEYS = { host: "cloudflare" };
const NEWS = { ...ZONE_FILE, keys: KEYS };

let zone: SimZone;
let server: SimServer;
let engine: Engine;
beforeEach(async () => {
  zone = simZone(APEX, [{ name: APEX, type: "TXT", content: SPF, ttl: 600, comment: "kept" }], {
    nameServers: ["ns1.mycompany.example", "ns2.mycompany.example"],
  });
  const tokens = [
    { value: TOKEN, rights: ["Zone Read", "DNS Write"] as const, zones: "all" as const },
  ];
  const answer = createCloudflare({ zones: [zone], tokens });
  server = await startSimServer({
    handle(request) {
      const said = answer(request);
      if (request.method === "POST") engine.edit(printZone);
      return said;
    },
  });
  const CLOUDFLARE_BASE_URL = `${server.url}/client/v4`;
  engine = await startEngine({ env: { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL } });
  await engine.configure(APEX, KEYS);
});
afterEach(async () => {
  await engine.close();
  await server.close();
});

/** What the world's name servers read: the zone as Cloudflare serves it, as a master file. */
function printZone(): string {
  const ns = zone.nameServers.map((name) => `${name}.`);
  const soa = `${APEX}. 300 IN SOA ${ns[0]} hostmaster.${APEX}. 1 7200 900 1209600 300`;
  const records = servedZone(zone).rrsets.flatMap(({ name, type, ttl, values }) =>
    type === "SOA"
      ? [soa]
      : values.map(
          (data) => `${name}. ${ttl} IN ${type} ${type === "TXT" ? printTxt(data) : `${data}.`}`,
        ),
  );
  const addresses = ns.map((name) => `${name} 300 IN A 192.0.2.53`);
  return [...records, ...addresses, ""].join("\n");
}

const contents = (): readonly string[] => zone.records.map(({ content }) => content);

async function own(type: string) {
  const olds = await engine.read(type);
  const { inputs, failures } = await engine.check(type, olds, NEWS);
  expect(failures).toEqual([]);
  return engine.update(type, olds, inputs);
}

test("pulumi up merges our term and makes the CNAME; destroy takes out just that", async () => {
  const spf = await own("SpfTerms");
  const dkim = await own("DkimCname");
  expect(contents()).toEqual([`"${MERGED}"`, "odoo._domainkey.odoo.com"]);
  expect(zone.records[1]?.name).toBe(DKIM);
  await engine.remove("DkimCname", dkim);
  await engine.remove("SpfTerms", spf);
  expect(zone.records).toMatchObject([{ content: `"${SPF}"`, ttl: 600, comment: "kept" }]);
});

test("a second up writes nothing, and no state holds the token", async () => {
  const state = await own("SpfTerms");
  const count = zone.history.length;
  const now = await engine.read("SpfTerms", state);
  const { inputs } = await engine.check("SpfTerms", now, NEWS);
  expect(await engine.diff("SpfTerms", now, inputs)).toEqual([]);
  expect(zone.history).toHaveLength(count);
  expect(JSON.stringify([state, now, inputs, engine.said])).not.toContain(TOKEN);
});
