import { afterEach, describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/plan/schema.ts";
import {
  DNS_ZONE_CONTRIBUTOR,
  editBehind,
  GROUP,
  simPrincipal,
  simZone,
  SUBSCRIPTION,
  txt,
} from "../../sim/azure/zone.ts";
import { request } from "../../sim/faults.ts";
import {
  APEX,
  type AzureWorld,
  type Choices,
  createDkim,
  DKIM,
  MERGED,
  mergeSpf,
  SECRET,
  SIGNAL,
  SPF,
  startAzure,
  valuesAt,
} from "./world.ts";

const open: AzureWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) {
    await world.close();
    expect(world.faults.waiting).toBe(0);
  }
});

const seeds = [txt("@", [[SPF], ["google-site-verification=rXOx"]], { TTL: 600 })];
const ZONE_SCOPE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Network/dnszones/${APEX}`;

async function start(choices: Partial<Choices> = {}, more: Parameters<typeof simZone>[1] = []) {
  const zone = simZone(APEX, [...seeds, ...more]);
  const world = await startAzure({ zones: [zone], ...choices });
  open.push(world);
  return { ...world, zone };
}

describe("reading", () => {
  test("one call shows the whole zone, every type of it", async () => {
    const { snapshot, calls } = await start({}, [
      { name: "www", type: "A", properties: { ARecords: [{ ipv4Address: "192.0.2.1" }] } },
      { name: "www", type: "AAAA", properties: { AAAARecords: [{ ipv6Address: "2001:DB8::1" }] } },
      {
        name: "@",
        type: "MX",
        properties: { MXRecords: [{ preference: 10, exchange: "Mail.example." }] },
      },
      {
        name: "sub",
        type: "NS",
        properties: { NSRecords: [{ nsdname: "ns1.elsewhere.example." }] },
      },
      { name: "*", type: "PTR", properties: { PTRRecords: [{ ptrdname: "a.example" }] } },
      {
        name: "_sip._tcp",
        type: "SRV",
        properties: { SRVRecords: [{ priority: 1, weight: 2, port: 3, target: "a.example." }] },
      },
      {
        name: "@",
        type: "CAA",
        properties: { caaRecords: [{ flags: 0, tag: "issue", value: "ca.example" }] },
      },
    ]);
    const { rrsets, coverage } = await snapshot();
    expect(coverage).toBe("zone");
    expect(calls()).toEqual(["GET dnsZones", `GET dnsZones/${APEX}/recordsets`]);
    expect(rrsets.map(({ name, type, values }) => `${name} ${type} ${values[0]}`).sort()).toEqual([
      "*.mycompany.example PTR a.example",
      "_sip._tcp.mycompany.example SRV 1 2 3 a.example",
      'mycompany.example CAA 0 issue "ca.example"',
      "mycompany.example MX 10 mail.example",
      "mycompany.example NS ns1-01.azure-dns.com",
      "mycompany.example SOA ns1-01.azure-dns.com azuredns-hostmaster.microsoft.com 1 3600 300 2419200 300",
      `mycompany.example TXT ${SPF}`,
      "sub.mycompany.example NS ns1.elsewhere.example",
      "www.mycompany.example A 192.0.2.1",
      "www.mycompany.example AAAA 2001:db8::1",
    ]);
  });

  test("a large zone comes by pages, and is whole", async () => {
    const many = Array.from({ length: 250 }, (_, index) => txt(`n${index}`, [[`${index}`]]));
    const { snapshot, calls } = await start({ mostPerPage: 100 }, many);
    expect((await snapshot()).rrsets).toHaveLength(253);
    expect(calls().filter((call) => call.endsWith("/recordsets"))).toHaveLength(3);
  });

  test("null in the place of a list, of metadata or of an alias is nothing", async () => {
    const properties = { TXTRecords: null, metadata: null, targetResource: { id: null } };
    const { snapshot, apply, zone } = await start({}, [
      { name: "_dmarc", type: "TXT", properties },
    ]);
    const { rrsets, holds } = await snapshot();
    const name = `_dmarc.${APEX}`;
    expect(rrsets.find((rrset) => rrset.name === name)).toMatchObject({ type: "TXT", values: [] });
    expect(holds).toEqual([]);
    const op: Op = {
      ...mergeSpf,
      name,
      kind: "add-value",
      before: null,
      after: "v=DMARC1; p=none",
    };
    expect(await apply([op])).toMatchObject([{ outcome: "done" }]);
    expect(valuesAt((await snapshot()).rrsets, name, "TXT")).toEqual(["v=DMARC1; p=none"]);
    expect(zone.sets).toHaveLength(4);
  });

  test("text outside ASCII is read as the octets that DNS serves, and goes again as it was", async () => {
    const { snapshot, apply, zone } = await start({}, [txt("a", [["café"], ["x"]])]);
    const name = `a.${APEX}`;
    expect(valuesAt((await snapshot()).rrsets, name, "TXT")).toEqual(["caf\u00c3\u00a9", "x"]);
    await apply([{ ...mergeSpf, name, before: "x", after: "y" }]);
    expect(zone.sets.find((set) => set.name === "a")?.properties).toMatchObject({
      TXTRecords: [{ value: ["café"] }, { value: ["y"] }],
    });
    const odd: Op = { ...mergeSpf, name, before: "y", after: "caf\u00e9" };
    await expect(apply([odd])).rejects.toMatchObject({ code: "invalid-input" });
  });

  test.each<[string, unknown]>([
    ["a page of HTML", "<html>"],
    ["a list of something else", { value: [{ name: 1 }] }],
    ["an empty list", { value: [] }],
    ["a set twice", undefined],
  ])("%s is no zone", async (words, body) => {
    const { provider, faults, zone } = await start();
    const ref = await provider.findZone(APEX, SIGNAL);
    if (words === "a set twice") zone.sets = [...zone.sets, ...zone.sets];
    else faults.next(request("GET", "/recordsets"), { kind: "status", status: 200, body });
    await expect(provider.read(ref, [APEX], SIGNAL)).rejects.toMatchObject({
      code: "transient",
      message: expect.stringContaining("recordsets can't be understood"),
    });
  });

  test("the token goes to nobody else, whatever the link to the next page says", async () => {
    const { provider, faults, server } = await start();
    const ref = await provider.findZone(APEX, SIGNAL);
    const nextLink = `${server.url.replace("127.0.0.1", "127.0.0.9")}/subscriptions`;
    const body = { value: [], nextLink };
    faults.next(request("GET", "/recordsets"), { kind: "status", status: 200, body });
    await expect(provider.read(ref, [APEX], SIGNAL)).rejects.toThrow("leads elsewhere");
  });

  test("a list without an end comes to one", async () => {
    const { provider, server, state } = await start({
      limits: { reads: { burst: 1e6, perSecond: 1e6 } },
    });
    const ref = await provider.findZone(APEX, SIGNAL);
    expect(state.zones).toHaveLength(1);
    const fetchAgain = `${server.url}${ZONE_SCOPE}/recordsets?api-version=2018-05-01`;
    for (let page = 0; page < 200; page += 1) {
      const body = { value: [], nextLink: fetchAgain };
      open
        .at(-1)
        ?.faults.next(request("GET", "/recordsets"), { kind: "status", status: 200, body });
    }
    await expect(provider.read(ref, [APEX], SIGNAL)).rejects.toThrow("more than 200 pages");
  });
});

describe("writing", () => {
  test("costs one write for each record set, and the answer shows what is stored", async () => {
    const { snapshot, apply, calls } = await start();
    const planned = await snapshot();
    const before = calls().length;
    const results = await apply([mergeSpf, createDkim], planned);
    expect(results).toMatchObject([
      { outcome: "done", stored: [{ name: APEX, type: "TXT", ttl: 600 }] },
      { outcome: "done", stored: [{ name: DKIM, type: "CNAME", ttl: 3600 }] },
    ]);
    expect(calls().slice(before)).toEqual([
      `PUT dnsZones/${APEX}/TXT/@`,
      `PUT dnsZones/${APEX}/CNAME/odoo._domainkey`,
    ]);
  });

  test("the last value of a set takes the set along; what is gone already is no failure", async () => {
    const { snapshot, apply, zone } = await start({}, [txt("_dmarc", [["v=DMARC1; p=none"]])]);
    const name = `_dmarc.${APEX}`;
    const gone: Op = {
      ...mergeSpf,
      name,
      kind: "remove-value",
      before: "v=DMARC1; p=none",
      after: null,
    };
    const planned = await snapshot();
    expect(await apply([gone], planned)).toMatchObject([{ outcome: "done", stored: [] }]);
    expect(zone.sets.some((set) => set.name === "_dmarc")).toBe(false);
    expect(await apply([gone], planned)).toMatchObject([{ outcome: "already", stored: [] }]);
  });

  test("a write whose answer got lost is seen to be done, and the next one goes on", async () => {
    const { apply, faults, zone } = await start();
    faults.next(request("PUT"), { kind: "lost" });
    expect(await apply([mergeSpf, createDkim])).toMatchObject([
      { outcome: "done" },
      { outcome: "done" },
    ]);
    expect(zone.history).toHaveLength(3);
  });

  test("our own write, met again as a changed set, is not taken for somebody else's", async () => {
    const { apply, snapshot, zone } = await start();
    const planned = await snapshot();
    await apply([mergeSpf], planned);
    expect(await apply([mergeSpf], planned)).toMatchObject([
      { outcome: "already", stored: [{ values: expect.arrayContaining([MERGED]) }] },
    ]);
    expect(zone.history).toHaveLength(2);
  });

  test("of two sets the second was changed by somebody: the first stays written, and that is told", async () => {
    const { apply, snapshot, zone } = await start();
    const planned = await snapshot();
    editBehind(zone, "odoo._domainkey", "CNAME", {
      TTL: 60,
      CNAMERecord: { cname: "theirs.example" },
    });
    const results = await apply([mergeSpf, createDkim], planned);
    expect(results).toMatchObject([
      { outcome: "done" },
      { outcome: "failed", detail: expect.stringContaining("somebody changed it meanwhile") },
    ]);
  });

  test("records that came beside the name of the CNAME are Azure's own refusal", async () => {
    const { apply, snapshot, zone } = await start();
    const planned = await snapshot();
    editBehind(zone, "odoo._domainkey", "TXT", { TTL: 60, TXTRecords: [{ value: ["x"] }] });
    await expect(apply([createDkim], planned)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("another record with the same name already exists"),
    });
  });

  test("no call is begun once the run is broken off", async () => {
    const { provider, snapshot, zone } = await start();
    const planned = await snapshot();
    const calls = provider.compile([mergeSpf], planned);
    expect(await provider.apply(calls, planned, AbortSignal.abort())).toEqual([]);
    expect(zone.history).toHaveLength(1);
  });
});

describe("what stands in the way of a write is known before it", () => {
  const holds = async ({ provider, snapshot }: AzureWorld, ops: readonly Op[]) => {
    const planned = await snapshot();
    const further = (await provider.holds?.(ops, planned, SIGNAL)) ?? [];
    return [...(planned.holds ?? []), ...further].map(({ name, type, reason }) => [
      name,
      type,
      reason,
    ]);
  };
  const removeSpf: Op = { ...mergeSpf, kind: "remove-value", after: null };

  test("an alias, whose data Azure fills in", async () => {
    const id = "/subscriptions/x/resourceGroups/web/providers/Microsoft.Cdn/profiles/front";
    const world = await start({}, [
      { name: "odoo._domainkey", type: "CNAME", properties: { targetResource: { id } } },
      { name: "@", type: "A", properties: { targetResource: { id } } },
    ]);
    const told = "it is an alias of profiles/front, whose data Azure itself fills in";
    expect(await holds(world, [createDkim])).toEqual([
      [DKIM, "CNAME", told],
      [APEX, "A", told],
    ]);
    await expect(world.apply([createDkim])).rejects.toMatchObject({ code: "protected" });
  });

  type Lock = readonly [scope: string, level: "ReadOnly" | "CanNotDelete"];
  test.each<[string, Lock, readonly Op[], readonly string[]]>([
    ["on the zone", [ZONE_SCOPE, "ReadOnly"], [mergeSpf, createDkim], ["TXT", "CNAME"]],
    ["on the subscription", [`/subscriptions/${SUBSCRIPTION}`, "ReadOnly"], [mergeSpf], ["TXT"]],
    ["on one record set", [`${ZONE_SCOPE}/TXT/@`, "ReadOnly"], [mergeSpf, createDkim], ["TXT"]],
    ["that forbids deleting, for an edit", [ZONE_SCOPE, "CanNotDelete"], [mergeSpf, removeSpf], []],
  ])("a lock %s", async (_, [scope, level], ops, types) => {
    const world = await start({ locks: [{ scope, name: "keep", level }] });
    expect((await holds(world, ops)).map(([, type]) => type)).toEqual(types);
  });

  test("a lock that forbids deleting, where nothing would be left of a set", async () => {
    const locks = [{ scope: ZONE_SCOPE, name: "keep", level: "CanNotDelete" as const }];
    const world = await start({ locks }, [txt("_dmarc", [["x"]])]);
    const gone: Op = { ...removeSpf, name: `_dmarc.${APEX}`, before: "x" };
    expect(await holds(world, [gone])).toEqual([
      [`_dmarc.${APEX}`, "TXT", `the CanNotDelete lock keep stands on dnszones ${APEX}`],
    ]);
    await expect(world.apply([gone])).rejects.toMatchObject({ code: "protected" });
  });

  test("20 values at a name, 4,096 characters, and characters that can't be sent", async () => {
    const full = Array.from({ length: 19 }, (_, index) => [`${index}`.padStart(200, "x")]);
    const world = await start({}, [txt("a", full)]);
    const add = (after: string): Op => ({
      ...mergeSpf,
      name: `a.${APEX}`,
      kind: "add-value",
      before: null,
      after,
    });
    const reasons = async (...ops: readonly Op[]) =>
      (await holds(world, ops)).map(([, , reason]) => reason);
    expect(await reasons(add("one"))).toEqual([]);
    expect(await reasons(add("one"), add("two"))).toEqual([
      "Azure lets no more than 20 TXT values stand at one name",
    ]);
    expect(await reasons(add("y".repeat(297)))).toEqual([
      "Azure lets the TXT values at one name have 4096 characters, and these would have 4097",
    ]);
    expect(await reasons(add("é"))).toEqual([expect.stringContaining("printable ASCII")]);
  });

  test("a login that may not see locks learns of them from the write", async () => {
    const actions = DNS_ZONE_CONTRIBUTOR.filter((action) => action.includes("dnsZones"));
    const scope = `/subscriptions/${SUBSCRIPTION}`;
    const principals = [simPrincipal({ secret: SECRET, grants: [{ scope, actions }] })];
    const locks = [{ scope: ZONE_SCOPE, name: "keep", level: "ReadOnly" as const }];
    const world = await start({ principals, locks });
    expect(await holds(world, [mergeSpf])).toEqual([]);
    await expect(world.apply([mergeSpf])).rejects.toMatchObject({
      code: "protected",
      details: { native: { code: "ScopeLocked", requestId: expect.any(String) } },
    });
  });
});

test("our own pace keeps a large run within what Azure lets one login do", async () => {
  const { provider, server, zone } = await start();
  const ref = await provider.findZone(APEX, SIGNAL);
  const reads = Array.from({ length: 600 }, () => provider.read(ref, [APEX], SIGNAL));
  await Promise.all(reads);
  expect(server.requests.filter(({ status }) => status === 429)).toEqual([]);
  expect(zone.history).toHaveLength(1);
});

describe("rights", () => {
  const scope = `/subscriptions/${SUBSCRIPTION}`;
  const with_ = (...actions: readonly string[]) => ({
    principals: [simPrincipal({ secret: SECRET, grants: [{ scope, actions: [...actions] }] })],
  });

  test("a right that is missing is named with the place where", async () => {
    const world = await start(
      with_("Microsoft.Network/dnsZones/*/read", "Microsoft.Network/dnsZones/read"),
    );
    await expect(world.apply([mergeSpf])).rejects.toMatchObject({
      code: "permission",
      message: expect.stringMatching(
        /lacks Microsoft\.Network\/dnsZones\/TXT\/write on \/subscriptions\/.*\/TXT\/@\.$/,
      ),
    });
  });

  test("the least that is documented is enough for plan, write, and taking back", async () => {
    const least = [
      "read",
      "recordsets/read",
      "TXT/read",
      "TXT/write",
      "TXT/delete",
      "CNAME/read",
      "CNAME/write",
      "CNAME/delete",
    ];
    const world = await start(
      with_(...least.map((action) => `Microsoft.Network/dnsZones/${action}`)),
    );
    expect(await world.apply([mergeSpf, createDkim])).toMatchObject([
      { outcome: "done" },
      { outcome: "done" },
    ]);
    const back: Op = { ...createDkim, kind: "remove-value", before: createDkim.after, after: null };
    expect(await world.apply([back])).toMatchObject([{ outcome: "done" }]);
  });
});
