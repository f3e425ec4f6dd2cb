import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Outcome, type } from "../../cli/terminal.ts";
import { startWorld, type World, zone as worldZone } from "../../resolve/world.ts";
import { request } from "../../sim/faults.ts";
import { type OvhSim, type OvhZone, startOvh } from "../../sim/ovh.ts";
import { APEX, DKIM, MERGED, SPF } from "./world.ts";

// The command line, an OVH and the name servers of the world, all on loopback.

const OTHERS = [
  worldZone("google.com", ["_spf 300 TXT v=spf1 ip4:198.51.100.0/24 ~all"]),
  worldZone("odoo.com", [
    "_spf 300 TXT v=spf1 ip4:203.0.113.0/24 ~all",
    "odoo._domainkey 300 TXT v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC",
  ]),
];

let folder = "";
let sim: OvhSim;
let zone: OvhZone;
let world: World;
const all: Outcome[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-ovh-"));
  mkdirSync(join(folder, "stacks"));
  const text = "config:\n  odoo-mail-dns:host: ovh\n";
  writeFileSync(join(folder, "stacks", `Pulumi.${APEX}.yaml`), text);
  sim = await startOvh();
  zone = sim.zone(APEX);
  zone.add({ fieldType: "SPF", subDomain: "", target: SPF, ttl: 600 });
  zone.add({ fieldType: "TXT", subDomain: "", target: '"site-verification=1"' });
  zone.add({
    fieldType: "DMARC",
    subDomain: "_dmarc",
    target: "v=DMARC1;p=none;rua=mailto:d@b.example",
  });
  zone.refresh();
  world = await startWorld({
    zones: [{ apex: APEX, rrsets: zone.served }, ...OTHERS],
  });
});
afterEach(async () => {
  await Promise.all([sim.close(), world.close()]);
  rmSync(folder, { recursive: true });
  const { applicationSecret, consumerKey } = sim.account;
  for (const { stdout, stderr } of all.splice(0)) {
    expect(stdout + stderr).not.toContain(applicationSecret);
    expect(stdout + stderr).not.toContain(consumerKey);
  }
});

async function say(...args: readonly string[]): Promise<Outcome> {
  const ours = zone.nameServers.map((name) => `${name}=${sim.dns.endpoint}`);
  const theirs = world.env.ODOO_MAIL_DNS_NAMESERVERS.split(",").filter(
    (entry) => !zone.nameServers.some((name) => entry.startsWith(`${name}=`)),
  );
  const env = {
    OVH_ENDPOINT: sim.endpoint,
    OVH_APPLICATION_KEY: sim.account.applicationKey,
    OVH_APPLICATION_SECRET: sim.account.applicationSecret,
    OVH_CONSUMER_KEY: sim.account.consumerKey,
    ODOO_MAIL_DNS_NAMESERVERS: [...theirs, ...ours].join(","),
  };
  const isAsking = args[0] !== "hosts";
  const resolver = isAsking ? ["--resolver", world.resolverAddress] : [];
  const outcome = await type({ cwd: folder, env }, ...args, ...resolver);
  all.push(outcome);
  return outcome;
}

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

test("a domain at OVH is planned, applied, verified, and as before when undone", async () => {
  const before = zone.stored;
  const plan = await say("plan", APEX);
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.stdout).toContain("    + include:_spf.odoo.com\n");
  expect(zone.stored).toEqual(before);
  const applied = await say("apply", APEX, "--yes");
  expect(applied).toMatchObject({ code: 0 });
  expect(applied.stdout).toContain("verified at 2 name servers");
  const spf = zone.records.find(({ fieldType }) => fieldType === "SPF");
  expect(spf).toMatchObject({ target: MERGED, ttl: 600 });
  expect(zone.served.find(({ name }) => name === DKIM)?.values).toEqual([
    "odoo._domainkey.odoo.com",
  ]);
  expect((await say("check", APEX)).stdout).toContain("Ready for Odoo.");
  expect((await say("apply", APEX, "--yes")).stdout).toContain("nothing to do");
  expect(await say("undo", APEX, "--yes")).toMatchObject({ code: 0 });
  expect(zone.stored).toEqual(before);
  expect(zone.served.slice(1)).toEqual(before);
});

test("a refresh that is not allowed leaves nothing behind, and says which rule is missing", async () => {
  const before = zone.stored;
  const body = { errorCode: "NOT_GRANTED_CALL", message: "This call has not been granted" };
  sim.faults.next(request("POST", "/refresh"), { kind: "status", status: 403, body });
  const { code, stderr } = await say("apply", APEX, "--yes");
  expect(code).toBe(4);
  expect(flat(stderr)).toContain(
    `error: ${APEX}, OVH: POST /domain/zone/${APEX}/refresh was refused. It said: 403 NOT_GRANTED_CALL This call has not been granted`,
  );
  expect(flat(stderr)).toContain(`with the access rule POST /domain/zone/${APEX}/refresh.`);
  expect(zone.stored.toSorted()).toEqual(before.toSorted());
});

test("hosts check ovh says what the keys see, and what they lack", async () => {
  expect(await say("hosts", "check", "ovh")).toMatchObject({ code: 0 });
  sim.account.rules = sim.account.rules.filter(({ method }) => method !== "DELETE");
  const { code, stdout } = await say("hosts", "check", "ovh");
  expect(code).toBe(4);
  expect(stdout).toContain(`DELETE /domain/zone/${APEX}/record/*`);
});
