import { ClientCertificateCredential, ClientSecretCredential } from "@azure/identity";
import { DnsManagementClient, type RecordSet } from "@azure/arm-dns";
import { afterEach, describe, expect, test } from "vitest";
import { createAzure } from "./azure.ts";
import type { AzureState, SimPrincipal } from "./azure/model.ts";
import {
  editBehind,
  GROUP,
  servedBy,
  serversOf,
  simAzure,
  simPrincipal,
  simZone,
  SUBSCRIPTION,
  TENANT,
  txt,
} from "./azure/zone.ts";
import { makeCertificate, trust } from "./certificate.ts";
import { publish } from "./publish.ts";
import { type SimServer, startSimServer } from "./server.ts";

// The simulator is proven by Azure's own clients over TLS, which know nothing of it.

const APEX = "mycompany.example";
const SPF = "v=spf1 include:_spf.google.com ~all";
const tls = makeCertificate();
trust(tls);

const open: SimServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

function zoneWithSpf() {
  return simZone(APEX, [txt("@", [[SPF]], { metadata: { owner: "it" }, TTL: 600 })]);
}

async function start(state: AzureState = simAzure({ zones: [zoneWithSpf()] })) {
  const server = await startSimServer({ handle: createAzure(state), tls });
  open.push(server);
  const [principal] = state.principals;
  const client = clientOf(server.url, principal as SimPrincipal);
  return { server, state, client, sets: client.recordSets };
}

function clientOf(url: string, { tenant, clientId, secret = "" }: SimPrincipal) {
  const login = {
    authorityHost: url,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  };
  const credential = new ClientSecretCredential(tenant, clientId, secret, login);
  return new DnsManagementClient(credential, SUBSCRIPTION, {
    endpoint: url,
    credentialScopes: `${url}/.default`,
    retryOptions: { maxRetries: 0 },
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("Azure's own client finds in the simulator what Azure documents", () => {
  test("a zone by its name, by its group and by the subscription", async () => {
    const { client } = await start();
    const zone = await client.zones.get(GROUP, APEX);
    expect(zone).toMatchObject({ name: APEX, zoneType: "Public", nameServers: serversOf(1) });
    expect(await all(client.zones.list())).toEqual([zone]);
    expect(await all(client.zones.listByResourceGroup(GROUP))).toEqual([zone]);
  });

  test("a record set is created, read, replaced, merged and deleted", async () => {
    const { sets } = await start();
    const values = { ttl: 300, txtRecords: [{ value: ["one", "two"] }], metadata: { a: "b" } };
    const made = await sets.createOrUpdate(GROUP, APEX, "a", "TXT", values);
    expect(made).toMatchObject({ ...values, name: "a", fqdn: `a.${APEX}.` });
    expect(await sets.get(GROUP, APEX, "a", "TXT")).toEqual(made);
    const whole = await sets.createOrUpdate(GROUP, APEX, "a", "TXT", { ttl: 60, txtRecords: [] });
    expect(whole).toMatchObject({ ttl: 60, txtRecords: [] });
    expect(whole.metadata).toBeUndefined();
    expect(whole.etag).not.toBe(made.etag);
    const merged = await sets.update(GROUP, APEX, "a", "TXT", { metadata: { c: "d" } });
    expect(merged).toMatchObject({ ttl: 60, metadata: { c: "d" } });
    await sets.delete(GROUP, APEX, "a", "TXT");
    await expect(sets.get(GROUP, APEX, "a", "TXT")).rejects.toMatchObject({
      statusCode: 404,
      code: "NotFound",
    });
    await sets.delete(GROUP, APEX, "a", "TXT");
  });

  test("everything in a zone, a type of it, or what lies below a name, by pages", async () => {
    const zones = [simZone(APEX, [txt("@", [[SPF]]), txt("a.b", [["1"]]), txt("b", [["2"]])])];
    const { server, sets } = await start(simAzure({ zones, mostPerPage: 2 }));
    const names = (found: readonly RecordSet[]) => found.map(({ name }) => name);
    expect(names(await all(sets.listByDnsZone(GROUP, APEX)))).toEqual(["@", "@", "@", "a.b", "b"]);
    expect(server.requests.filter(({ path }) => path.includes("recordsets"))).toHaveLength(3);
    expect(names(await all(sets.listAllByDnsZone(GROUP, APEX)))).toHaveLength(5);
    expect(names(await all(sets.listByType(GROUP, APEX, "TXT")))).toEqual(["@", "a.b", "b"]);
    const below = { recordsetnamesuffix: "b" };
    expect(names(await all(sets.listByDnsZone(GROUP, APEX, below)))).toEqual(["a.b"]);
  });

  test("conditions: only what was seen is overwritten or deleted, only what is new is created", async () => {
    const { sets, state } = await start();
    const values = { ttl: 300, txtRecords: [{ value: ["x"] }] };
    const { etag = "" } = await sets.get(GROUP, APEX, "@", "TXT");
    const exists = sets.createOrUpdate(GROUP, APEX, "@", "TXT", values, { ifNoneMatch: "*" });
    await expect(exists).rejects.toMatchObject({ statusCode: 412, code: "PreconditionFailed" });
    const [zone] = state.zones;
    if (zone) editBehind(zone, "@", "TXT", { TTL: 60, TXTRecords: [{ value: ["theirs"] }] });
    const stale = { statusCode: 412, code: "PreconditionFailed" };
    await expect(
      sets.createOrUpdate(GROUP, APEX, "@", "TXT", values, { ifMatch: etag }),
    ).rejects.toMatchObject(stale);
    await expect(sets.delete(GROUP, APEX, "@", "TXT", { ifMatch: etag })).rejects.toMatchObject(
      stale,
    );
    const now = await sets.get(GROUP, APEX, "@", "TXT");
    expect(now.txtRecords).toEqual([{ value: ["theirs"] }]);
    const made = await sets.createOrUpdate(GROUP, APEX, "@", "TXT", values, {
      ifMatch: `${now.etag}`,
    });
    expect(made.txtRecords).toEqual(values.txtRecords);
  });

  const cname = { ttl: 300, cnameRecord: { cname: "elsewhere.example" } };
  const bad = [400, "BadRequest"] as const;
  const conflict = [409, "Conflict"] as const;
  const noRoute = [404, "InvalidResourceType"] as const;
  test.each<[string, ["TXT" | "CNAME" | "A", string, RecordSet], readonly [number, string]]>([
    ["a CNAME beside other records", ["CNAME", "b", cname], conflict],
    ["a CNAME at the zone's own name", ["CNAME", "@", cname], conflict],
    ["other records beside a CNAME", ["TXT", "c", { ttl: 1, txtRecords: [] }], conflict],
    ["a target that is no name", ["CNAME", "d", { ttl: 1, cnameRecord: { cname: '"x"' } }], bad],
    ["no TTL", ["TXT", "d", { txtRecords: [] }], bad],
    ["a TTL of nothing", ["TXT", "d", { ttl: 0, txtRecords: [] }], bad],
    [
      "a string over 255",
      ["TXT", "d", { ttl: 1, txtRecords: [{ value: ["x".repeat(256)] }] }],
      bad,
    ],
    [
      "texts over 4096",
      [
        "TXT",
        "d",
        { ttl: 1, txtRecords: Array.from({ length: 17 }, () => ({ value: ["x".repeat(250)] })) },
      ],
      bad,
    ],
    [
      "21 records",
      ["TXT", "d", { ttl: 1, txtRecords: Array.from({ length: 21 }, () => ({ value: ["x"] })) }],
      bad,
    ],
    [
      "records of another type",
      ["TXT", "d", { ttl: 1, aRecords: [{ ipv4Address: "192.0.2.1" }] }],
      bad,
    ],
    ["an address that is none", ["A", "d", { ttl: 1, aRecords: [{ ipv4Address: "x" }] }], bad],
    ["an alias of type TXT", ["TXT", "d", { ttl: 1, targetResource: { id: "/x" } }], bad],
    ["a name with spaces", ["TXT", "d e", { ttl: 1, txtRecords: [] }], bad],
    ["a name with a slash", ["TXT", "d/e", { ttl: 1, txtRecords: [] }], noRoute],
  ])("%s is refused", async (_, [type, name, values], [statusCode, code]) => {
    const { sets, state } = await start();
    await sets.createOrUpdate(GROUP, APEX, "c", "CNAME", cname);
    await sets.createOrUpdate(GROUP, APEX, "b", "A", { ttl: 1, aRecords: [] });
    const before = state.zones[0]?.sets;
    const made = sets.createOrUpdate(GROUP, APEX, name, type, values);
    await expect(made).rejects.toMatchObject({ statusCode, code });
    expect(state.zones[0]?.sets).toBe(before);
  });

  test("the records that a zone lives by can't be deleted", async () => {
    const { sets } = await start();
    const refused = { statusCode: 400, code: "BadRequest" };
    await expect(sets.delete(GROUP, APEX, "@", "NS")).rejects.toMatchObject(refused);
    await expect(sets.delete(GROUP, APEX, "@", "SOA")).rejects.toMatchObject(refused);
  });

  test("what it holds is what its name servers answer", async () => {
    const { state, sets } = await start();
    const published = await publish({ zones: () => servedBy(state) });
    await sets.createOrUpdate(GROUP, APEX, "c", "CNAME", cname);
    const [zone] = published.served();
    expect(zone?.rrsets.map(({ name, type, values }) => [name, type, values[0]])).toEqual([
      [APEX, "NS", "ns1-01.azure-dns.com"],
      [APEX, "SOA", expect.stringContaining("azuredns-hostmaster.microsoft.com 1 3600 300")],
      [APEX, "TXT", SPF],
      [`c.${APEX}`, "CNAME", "elsewhere.example"],
    ]);
    await published.close();
  });

  test("an alias names its target instead of records", async () => {
    const { sets } = await start();
    const id = `/subscriptions/${SUBSCRIPTION}/x`;
    const made = await sets.createOrUpdate(GROUP, APEX, "a", "A", {
      ttl: 60,
      targetResource: { id },
    });
    expect(made.targetResource).toEqual({ id });
    expect(made.aRecords).toBeUndefined();
  });

  test("a zone, a group or a subscription that isn't there is told apart", async () => {
    const { client, server, state } = await start();
    const [principal = simPrincipal()] = state.principals;
    const missing = { statusCode: 404 };
    await expect(client.zones.get(GROUP, "other.example")).rejects.toMatchObject({
      ...missing,
      code: "ResourceNotFound",
    });
    await expect(client.recordSets.get(GROUP, "other.example", "@", "TXT")).rejects.toMatchObject({
      ...missing,
      code: "ParentResourceNotFound",
    });
    await expect(all(client.zones.listByResourceGroup("other"))).rejects.toMatchObject({
      ...missing,
      code: "ResourceGroupNotFound",
    });
    const stranger = clientOf(server.url, principal);
    stranger.subscriptionId = "99999999-9999-4999-8999-999999999999";
    await expect(all(stranger.zones.list())).rejects.toMatchObject({
      ...missing,
      code: "SubscriptionNotFound",
    });
  });

  test("locks stop writing or deleting, wherever above they stand", async () => {
    const { sets, state } = await start();
    const scope = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`;
    const values = { ttl: 300, txtRecords: [{ value: ["x"] }] };
    state.locks = [{ scope, name: "keep", level: "CanNotDelete" }];
    await sets.createOrUpdate(GROUP, APEX, "a", "TXT", values);
    const locked = { statusCode: 409, code: "ScopeLocked" };
    await expect(sets.delete(GROUP, APEX, "a", "TXT")).rejects.toMatchObject(locked);
    state.locks = [{ scope, name: "keep", level: "ReadOnly" }];
    const made = sets.createOrUpdate(GROUP, APEX, "a", "TXT", values);
    await expect(made).rejects.toMatchObject(locked);
  });

  test("a right that is missing is named", async () => {
    const scope = `/subscriptions/${SUBSCRIPTION}`;
    const grants = [{ scope, actions: ["Microsoft.Network/dnsZones/*/read"] }];
    const zones = [zoneWithSpf()];
    const { sets } = await start(simAzure({ zones, principals: [simPrincipal({ grants })] }));
    expect(await all(sets.listByDnsZone(GROUP, APEX))).toHaveLength(3);
    const action = "'Microsoft.Network/dnsZones/TXT/write'";
    const refused = { statusCode: 403, code: "AuthorizationFailed" };
    const made = sets.createOrUpdate(GROUP, APEX, "a", "TXT", { ttl: 1, txtRecords: [] });
    await expect(made).rejects.toMatchObject(refused);
    await expect(made).rejects.toThrow(action);
  });

  test("over the limit, calls are put off and told until when", async () => {
    let now = Date.now();
    const limits = { reads: { burst: 2, perSecond: 0.5 } };
    const state = simAzure({ zones: [zoneWithSpf()], limits, now: () => now });
    const { client } = await start(state);
    await client.zones.get(GROUP, APEX);
    await client.zones.get(GROUP, APEX);
    await expect(client.zones.get(GROUP, APEX)).rejects.toMatchObject({
      statusCode: 429,
      code: "TooManyRequests",
      response: expect.objectContaining({ status: 429 }),
    });
    now += 2000;
    await client.zones.get(GROUP, APEX);
  });
});

describe("Azure's own client logs in", () => {
  const options = (url: string) => ({
    authorityHost: url,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  });

  test("with a certificate", async () => {
    const { key, cert } = makeCertificate();
    const principal = simPrincipal({ certificate: cert });
    const { server } = await start(simAzure({ principals: [principal] }));
    const pem = { certificate: `${key}\n${cert}` };
    const { tenant, clientId } = principal;
    const login = new ClientCertificateCredential(tenant, clientId, pem, options(server.url));
    expect(await login.getToken(`${server.url}/.default`)).toMatchObject({ tokenType: "Bearer" });
    const other = makeCertificate();
    const wrong = { certificate: `${other.key}\n${other.cert}` };
    const stranger = new ClientCertificateCredential(tenant, clientId, wrong, options(server.url));
    await expect(stranger.getToken(`${server.url}/.default`)).rejects.toThrow("AADSTS700027");
  });

  test.each<[string, Partial<SimPrincipal>, string]>([
    ["the wrong secret", { secret: "wrong" }, "AADSTS7000215"],
    [
      "an unknown application",
      { clientId: "44444444-4444-4444-8444-444444444444" },
      "AADSTS700016",
    ],
    ["an unknown tenant", { tenant: TENANT.replaceAll("1", "5") }, "endpoints_resolution_error"],
  ])("%s is refused", async (_, wrong, code) => {
    const { server } = await start();
    const { tenant, clientId, secret = "" } = { ...simPrincipal(), ...wrong };
    const login = new ClientSecretCredential(tenant, clientId, secret, options(server.url));
    await expect(login.getToken(`${server.url}/.default`)).rejects.toThrow(code);
  });

  test("a token is refused when it is old, or was made for something else", async () => {
    let now = Date.now();
    const state = simAzure({ zones: [zoneWithSpf()], now: () => now });
    const { server, client } = await start(state);
    const { tenant, clientId, secret = "" } = simPrincipal();
    const login = new ClientSecretCredential(tenant, clientId, secret, options(server.url));
    const vault = new DnsManagementClient(login, SUBSCRIPTION, {
      endpoint: server.url,
      credentialScopes: "https://vault.azure.net/.default",
    });
    await expect(vault.zones.get(GROUP, APEX)).rejects.toMatchObject({
      statusCode: 401,
      code: "InvalidAuthenticationTokenAudience",
    });
    await client.zones.get(GROUP, APEX);
    now += 3_700_000;
    await expect(client.zones.get(GROUP, APEX)).rejects.toMatchObject({
      statusCode: 401,
      code: "ExpiredAuthenticationToken",
    });
  });
});
