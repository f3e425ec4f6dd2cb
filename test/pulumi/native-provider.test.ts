import { afterEach, beforeEach, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import { LIVE_DKIM } from "../../src/pulumi/native/live.ts";
import { DOMAIN, type Engine, startEngine } from "./engine.ts";

const TARGET = "odoo._domainkey.odoo.com";
const NAME = `odoo._domainkey.${DOMAIN}`;

// The zone file stands in for the host: only Cloudflare and Azure may have native records.
const { zonefile, cloudflare } = hosts;
const KEYS = {
  host: "cloudflare",
  cloudflare: { file: `zones/${DOMAIN}.zone` },
  records: "native",
};
const NEWS = { domain: DOMAIN, keys: KEYS };

let engine: Engine;
beforeEach(async () => {
  if (zonefile === undefined || cloudflare === undefined) throw new Error("a host is missing");
  engine = await startEngine({ hosts: { ...hosts, cloudflare: zonefile } });
  await engine.configure(DOMAIN, KEYS);
});
afterEach(() => engine.close());

it("of a CNAME that the host's resource makes, shows it and remembers what was there, and writes nothing", async () => {
  const zone = engine.zone();
  const olds = await engine.read("DkimCname");
  const { inputs } = await engine.check("DkimCname", olds, NEWS);
  expect(inputs).toEqual({ ...NEWS, original: "", value: TARGET });
  expect(await engine.update("DkimCname", olds, inputs)).toEqual(inputs);
  expect(engine.zone()).toBe(zone);
});

it("what is to be refused is refused by our resource, before the host's is asked", async () => {
  engine.edit((zone) => `${zone}odoo._domainkey 600 IN CNAME dkim.elsewhere.example.\n`);
  const olds = await engine.read("DkimCname");
  const { failures } = await engine.check("DkimCname", olds, NEWS);
  expect(failures[0]?.reason).toContain("points to dkim.elsewhere.example");
});

it("what changed between preview and up is seen right before the host's resource writes", async () => {
  const olds = await engine.read("DkimCname");
  const { inputs } = await engine.check("DkimCname", olds, NEWS);
  engine.edit((zone) => `${zone}odoo._domainkey 600 IN A 192.0.2.1\n`);
  await expect(engine.update("DkimCname", olds, inputs)).rejects.toThrow(/other records|A record/i);
});

it("a CNAME that was not there before us is taken out by our resource in the end", async () => {
  engine.edit((zone) => `${zone}odoo._domainkey 600 IN CNAME ${TARGET}.\n`);
  await engine.remove("DkimCname", { ...NEWS, original: "", value: TARGET });
  expect(engine.zone()).not.toContain("odoo._domainkey");
});

it("SPF and a domain that retires are written by our resources as ever", async () => {
  const zone = engine.zone();
  const olds = await engine.read("SpfTerms");
  const { inputs } = await engine.check("SpfTerms", olds, NEWS);
  await engine.update("SpfTerms", olds, inputs);
  expect(engine.zone()).not.toBe(zone);
  engine.edit((zone) => `${zone}odoo._domainkey 600 IN CNAME ${TARGET}.\n`);
  const retired = { domain: DOMAIN, keys: { ...KEYS, retire: true } };
  const found = { ...NEWS, original: "", value: TARGET };
  const gone = await engine.check("DkimCname", found, retired);
  await engine.update("DkimCname", found, gone.inputs);
  expect(engine.zone()).not.toContain("odoo._domainkey");
});

it("a program is told where the CNAME is and what stands there, and no other function exists", async () => {
  expect(await engine.invoke(LIVE_DKIM, NEWS)).toMatchObject({
    name: NAME,
    targets: [],
    apex: DOMAIN,
  });
  engine.edit((zone) => `${zone}odoo._domainkey 600 IN CNAME ${TARGET}.\n`);
  expect(await engine.invoke(LIVE_DKIM, NEWS)).toMatchObject({ targets: [TARGET] });
  await expect(engine.invoke("odoo-mail-dns:index:other", NEWS)).rejects.toThrow(
    /There is no function odoo-mail-dns:index:other/,
  );
});
