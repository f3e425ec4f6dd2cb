import { afterEach, beforeEach, describe, expect, it } from "vitest";
import ovhClient from "@ovhcloud/node-ovh";
import { makeCertificate, trust } from "./certificate.ts";
import { request } from "./faults.ts";
import { type OvhSim, type OvhZone, createAccount, startOvh } from "./ovh.ts";

const ZONE = "/domain/zone/mycompany.example";
const NOON = Date.UTC(2026, 11, 1, 12);

let sim: OvhSim;
let zone: OvhZone;
let now = NOON;
const tls = makeCertificate();
trust(tls);

beforeEach(async () => {
  now = Date.now();
  sim = await startOvh({ tls, now: () => now });
  zone = sim.zone("mycompany.example");
});
afterEach(async () => {
  await sim.close();
});

/** OVH's own client for Node. */
function official(signIn: Readonly<Record<string, string>> = application()) {
  const { hostname: host, port } = new URL(sim.endpoint);
  const client = ovhClient({ host, port: Number(port), ...signIn });
  return (method: string, path: string, parameters: object = {}): Promise<unknown> =>
    client.requestPromised(method, path, parameters);
}

function application(): Readonly<Record<string, string>> {
  const { applicationKey, applicationSecret, consumerKey } = sim.account;
  return { appKey: applicationKey, appSecret: applicationSecret, consumerKey };
}

function serviceAccount(): Readonly<Record<string, string>> {
  const { clientId, clientSecret } = sim.account;
  const tokenURL = `${new URL(sim.endpoint).origin}/auth/`;
  return { clientID: clientId, clientSecret, tokenURL };
}

const SPF = { fieldType: "TXT", subDomain: "", target: '"v=spf1 -all"', ttl: 600 };

describe.each([
  ["an application's keys", application],
  ["a service account", serviceAccount],
])("OVH's own client, with %s", (_, signIn) => {
  it("creates, reads, changes, publishes and removes a record", async () => {
    const call = official(signIn());
    expect(await call("GET", "/domain/zone")).toEqual(["mycompany.example"]);
    const made = (await call("POST", `${ZONE}/record`, SPF)) as { readonly id: number };
    expect(made).toEqual({ ...SPF, id: made.id, zone: "mycompany.example" });
    expect(await call("GET", `${ZONE}/record`, { fieldType: "TXT", subDomain: "" })).toEqual([
      made.id,
    ]);
    const target = '"v=spf1 ~all"';
    expect(await call("PUT", `${ZONE}/record/${made.id}`, { target })).toBeNull();
    expect(await call("GET", `${ZONE}/record/${made.id}`)).toMatchObject({ target });
    expect(zone.served).toHaveLength(1);
    expect(await call("POST", `${ZONE}/refresh`)).toBeNull();
    expect(await call("GET", `${ZONE}/status`)).toMatchObject({ isDeployed: true });
    expect(zone.served).toContainEqual(expect.objectContaining({ values: ["v=spf1 ~all"] }));
    expect(await call("DELETE", `${ZONE}/record/${made.id}`)).toBeNull();
    await expect(call("GET", `${ZONE}/record/${made.id}`)).rejects.toMatchObject({ error: 404 });
  });
});

describe("what OVH refuses is refused", () => {
  const refused = (status: number, message: RegExp | string) =>
    expect.objectContaining({ error: status, message: expect.stringMatching(message) as string });

  const dkim = { fieldType: "DKIM", subDomain: "s._domainkey", target: '"v=DKIM1;p=MIGf"' };
  const dmarc = { fieldType: "DMARC", subDomain: "mail", target: "v=DMARC1;p=none" };

  it.each<[string, object, string]>([
    ["an unknown type", { ...SPF, fieldType: "SPFX" }, "RecordTypeEnum"],
    ["no target", { fieldType: "TXT" }, "target"],
    ["a TTL below 60", { ...SPF, ttl: 59 }, "TTL"],
    ["an @ for the zone", { ...SPF, subDomain: "@" }, "subDomain"],
    ["another property", { ...SPF, comment: "x" }, "not described"],
    ["quotes in DKIM", dkim, "Invalid subfield found in DKIM"],
    ["DMARC at another name", dmarc, "_dmarc"],
  ])("%s", async (_, body, message) => {
    await expect(official()("POST", `${ZONE}/record`, body)).rejects.toEqual(refused(400, message));
  });

  it("an unknown record", async () => {
    const removal = official()("DELETE", `${ZONE}/record/1`);
    await expect(removal).rejects.toEqual(refused(404, "does not exist"));
  });

  it("a type in an edit", async () => {
    const { id } = zone.add({ fieldType: "TXT", subDomain: "", target: "x" });
    const edit = official()("PUT", `${ZONE}/record/${id}`, { fieldType: "TXT", target: "y" });
    await expect(edit).rejects.toEqual(refused(400, "read-only properties: fieldType"));
  });

  it("a zone that is not there, or has run out", async () => {
    const unknown = official()("GET", "/domain/zone/other.example/record");
    await expect(unknown).rejects.toEqual(refused(404, "This service does not exist"));
    zone.isExpired = true;
    await expect(official()("GET", `${ZONE}/record`)).rejects.toEqual(refused(460, "expired"));
  });

  it("keys that are wrong, not validated, or lack a rule", async () => {
    const { applicationKey: appKey, applicationSecret: appSecret, consumerKey } = createAccount();
    const reading = (signIn: Record<string, string>) => official(signIn)("GET", `${ZONE}/record`);
    await expect(reading({ appKey: "x", appSecret, consumerKey })).rejects.toEqual(
      refused(403, "application key is invalid"),
    );
    await expect(reading({ appKey, appSecret, consumerKey: "x" })).rejects.toEqual(
      refused(403, "credential is not valid"),
    );
    await expect(reading({ appKey, appSecret: "x", consumerKey })).rejects.toEqual(
      refused(400, "Invalid signature"),
    );
    sim.account.rules = [{ method: "GET", path: "/domain/zone" }];
    await expect(official()("GET", `${ZONE}/record`)).rejects.toEqual(
      refused(403, "has not been granted"),
    );
  });

  it("a time that is not its own", async () => {
    const call = official();
    await call("GET", "/domain/zone");
    now += 3_600_000;
    await expect(call("GET", "/domain/zone")).rejects.toEqual(refused(400, "Invalid signature"));
  });

  it("an action that the service account's policy does not allow", async () => {
    sim.account.actions = ["dnsZone:apiovh:get"];
    await expect(official(serviceAccount())("GET", `${ZONE}/record`)).rejects.toEqual(
      refused(403, "not granted"),
    );
  });

  it("a second refresh while one is pending", async () => {
    zone.publication = { afterMs: 5000 };
    await official()("POST", `${ZONE}/refresh`);
    await expect(official()("POST", `${ZONE}/refresh`)).rejects.toEqual(refused(409, "pending"));
    now += 5000;
    await expect(official()("POST", `${ZONE}/refresh`)).resolves.toBeNull();
  });
});

describe("OVH's ways", () => {
  it("filters are patterns: an underscore fits any character, case does not matter", async () => {
    const own = zone.add({ fieldType: "TXT", subDomain: "_dmarc", target: "x" });
    const other = zone.add({ fieldType: "TXT", subDomain: "Xdmarc", target: "x" });
    expect(await official()("GET", `${ZONE}/record`, { subDomain: "_dmarc" })).toEqual([
      own.id,
      other.id,
    ]);
  });

  it("SPF, DKIM and DMARC are served as TXT", async () => {
    zone.add({ fieldType: "SPF", subDomain: "", target: '"v=spf1 " "-all"' });
    zone.add({ fieldType: "DKIM", subDomain: "s._domainkey", target: "v=DKIM1; p=MIGf" });
    zone.add({ fieldType: "DMARC", subDomain: "_dmarc", target: "v=DMARC1;p=none" });
    zone.refresh();
    const texts = zone.served.filter(({ type }) => type === "TXT");
    expect(texts.flatMap(({ values }) => values)).toEqual([
      "v=spf1 -all",
      "v=DKIM1; p=MIGf",
      "v=DMARC1;p=none",
    ]);
  });

  it("a CNAME's target without a dot lies in the zone", () => {
    zone.add({ fieldType: "CNAME", subDomain: "a", target: "odoo.com" });
    zone.add({ fieldType: "CNAME", subDomain: "b", target: "odoo.com." });
    const targets = zone.stored.filter(({ type }) => type === "CNAME").map(({ values }) => values);
    expect(targets).toEqual([["odoo.com.mycompany.example"], ["odoo.com"]]);
  });

  it("a CNAME beside other records is stored, and keeps the zone from being deployed", async () => {
    zone.refresh();
    zone.add({ fieldType: "TXT", subDomain: "a", target: "x" });
    zone.add({ fieldType: "CNAME", subDomain: "a", target: "odoo.com." });
    zone.refresh();
    expect(zone.status).toMatchObject({ isDeployed: false, errors: [/CNAME/] });
    expect(zone.history).toHaveLength(1);
  });

  it("publication takes its time, or never comes", () => {
    zone.publication = { afterMs: 60_000 };
    zone.refresh();
    expect(zone.status.isDeployed).toBe(false);
    now += 60_000;
    expect(zone.status.isDeployed).toBe(true);
    zone.publication = "never";
    zone.refresh();
    now += 3_600_000;
    expect(zone.status.isDeployed).toBe(false);
    expect(zone.serial).toBe(2026112401);
  });

  it("ids change in text mode, values stay", () => {
    const before = zone.records;
    zone.renumber();
    expect(zone.records.map(({ target }) => target)).toEqual(before.map(({ target }) => target));
    expect(zone.records[0]?.id).not.toBe(before[0]?.id);
  });

  it("a record made may be answered with the id 0", async () => {
    zone.answersIdZero = true;
    expect(await official()("POST", `${ZONE}/record`, SPF)).toMatchObject({ id: 0 });
    expect(zone.records.at(-1)?.id).toBeGreaterThan(0);
  });

  it("an answer can get lost after the record was made", async () => {
    sim.faults.next(request("POST", "/record"), { kind: "lost" });
    await expect(official()("POST", `${ZONE}/record`, SPF)).rejects.toBeDefined();
    expect(zone.records.some(({ fieldType }) => fieldType === "TXT")).toBe(true);
  });

  it("the export shows the zone as the text mode does", async () => {
    zone.add({ fieldType: "SPF", subDomain: "", target: '"v=spf1 -all"', ttl: 600 });
    zone.add({ fieldType: "DKIM", subDomain: "s._domainkey", target: "v=DKIM1; p=MIGf" });
    expect(await official()("GET", `${ZONE}/export`)).toBe(
      [
        "$TTL 3600",
        "@\tIN SOA dns200.anycast.me. tech.ovh.net. (2026112400 86400 3600 3600000 60)",
        "                  IN NS     dns200.anycast.me.",
        "                  IN NS     ns200.anycast.me.",
        '                 600 IN TXT    "v=spf1 -all"',
        's._domainkey      IN TXT    ( "v=DKIM1; p=MIGf" )',
        "",
      ].join("\n"),
    );
  });
});
