import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkAllowed } from "../../../providers/ovh/client.ts";
import { rulesFor } from "../../../providers/ovh/access.ts";
import type { DomainName } from "../../../src/core/dns/name.ts";
import { MailDnsError } from "../../../src/core/errors.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { Authority } from "../../../src/ports/resolver.ts";
import { request } from "../../sim/faults.ts";
import {
  APEX,
  DKIM,
  DMARC,
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

let world: OvhWorld;
beforeEach(async () => {
  world = await startOvhWorld();
  world.zone.add({ fieldType: "TXT", subDomain: "", target: `"${SPF}"`, ttl: 600 });
  world.zone.add({ fieldType: "TXT", subDomain: "", target: "site-verification=1" });
  world.zone.refresh();
});
afterEach(() => world.close());

const join: readonly Op[] = [
  change("v=spf1 a -all", MERGED),
  { kind: "remove-value", name: APEX, type: "TXT", before: SPF, after: null, ttl: 600 },
];

function texts(): readonly string[] {
  return world.zone.served.flatMap(({ type, values }) => (type === "TXT" ? values : []));
}

function storedTexts(): readonly string[] {
  return world.zone.stored.flatMap(({ type, values }) => (type === "TXT" ? values : []));
}

async function read() {
  const provider = world.provider();
  const zone = await provider.findZone(APEX, SIGNAL);
  return provider.read(zone, [APEX, DKIM, DMARC], SIGNAL);
}

function refusePermission(path: string): void {
  const body = JSON.stringify({
    errorCode: "NOT_GRANTED_CALL",
    httpCode: "403 Forbidden",
    message: "This call has not been granted",
  });
  world.sim.faults.next(request("POST", path), { kind: "status", status: 403, body });
}

describe("reset, import, terminate and restore replace or cancel a zone", () => {
  test.each([
    ["POST", "/domain/zone/mycompany.example/reset"],
    ["POST", "/domain/zone/mycompany.example/import"],
    ["POST", "/domain/zone/mycompany.example/terminate"],
    ["POST", "/domain/zone/mycompany.example/confirmTermination"],
    ["POST", "/domain/zone/mycompany.example/history/2026-12-01/restore"],
    ["PUT", "/domain/zone/mycompany.example/soa"],
    ["POST", "/domain/zone/mycompany.example/record/../reset"],
    ["DELETE", "/domain/zone/mycompany.example/record"],
  ])("the client never sends %s %s", (method, path) => {
    expect(() => checkAllowed({ method, path })).toThrow("no call that is ever sent to OVH");
  });

  test("the access rules that are asked for do not allow them", () => {
    const paths = rulesFor(APEX).map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => /reset|import|terminat|restore|\/\*$/i.test(path))).toEqual([
      `/domain/zone/${APEX}/record/*`,
      `/domain/zone/${APEX}/record/*`,
      `/domain/zone/${APEX}/record/*`,
    ]);
  });
});

describe("changes without refresh are stored, and not served", () => {
  test("a change ends with one refresh for all of it, and is served", async () => {
    await applyOps(world.provider(), [merge, addDkim]);
    expect(world.calls().filter((call) => call === "POST /refresh")).toHaveLength(1);
    expect(texts()).toContain(MERGED);
  });

  test("where the key may not refresh, nothing is left behind, and the rule is named", async () => {
    const before = world.zone.records;
    refusePermission("/refresh");
    await expect(applyOps(world.provider(), [merge, addDkim])).rejects.toMatchObject({
      code: "permission",
      details: {
        help: `Make a consumer key with the access rule POST /domain/zone/${APEX}/refresh.`,
      },
    });
    expect(world.zone.records).toEqual(before);
  });

  test("a run that was cut off before its refresh is finished by the next one", async () => {
    const first = world.zone.records.find(({ fieldType }) => fieldType === "TXT");
    world.zone.edit(first?.id ?? 0, { target: `"${MERGED}"` });
    expect((await read()).rrsets).toContainEqual(
      expect.objectContaining({ name: APEX, type: "TXT", values: [SPF, "site-verification=1"] }),
    );
    world.calls();
    expect(await applyOps(world.provider(), [merge])).toMatchObject([
      { outcome: "already" },
      { outcome: "done" },
    ]);
    expect(world.calls().filter((call) => !call.startsWith("GET"))).toEqual(["POST /refresh"]);
    expect(texts()).toContain(MERGED);
  });

  test("what somebody else has stored and not published at our names holds the change back", async () => {
    world.zone.add({ fieldType: "TXT", subDomain: "", target: "another=2" });
    const stored = world.zone.records;
    await expect(applyOps(world.provider(), [merge])).rejects.toMatchObject({
      code: "stale-write",
      details: { help: expect.stringContaining("not published yet") as string },
    });
    expect(world.zone.records).toEqual(stored);
    expect(texts()).not.toContain("another=2");
  });

  test("what others have stored elsewhere goes live too, and the plan says so", async () => {
    world.zone.add({ fieldType: "A", subDomain: "www", target: "192.0.2.1" });
    const provider = world.provider();
    await applyOps(provider, [merge]);
    expect(world.zone.served.some(({ name }) => name === `www.${APEX}`)).toBe(true);
    expect(provider.capabilities.exposure.join(" ")).toContain("not yet published goes live");
  });

  test("a publication that takes its time is waited for, a minute at most", async () => {
    world.zone.publication = { afterMs: 20_000 };
    const provider = world.provider();
    await applyOps(provider, [merge]);
    const zone = await provider.findZone(APEX, SIGNAL);
    expect(await provider.settle(zone, SIGNAL)).toEqual({ state: "published" });
    world.zone.publication = "never";
    await applyOps(provider, [change(MERGED, SPF)]);
    const began = world.clock.now();
    expect(await provider.settle(zone, SIGNAL)).toMatchObject({ state: "pending" });
    expect(world.clock.now() - began).toBeLessThanOrEqual(60_000);
  });

  test("where no name server can be asked, OVH's own status decides", async () => {
    const authority = { ...world.context.authority, find: () => Promise.reject(nobody) };
    const nobody = new MailDnsError("transient", "nobody answers");
    const provider = world.provider({ authority });
    await applyOps(provider, [merge]);
    const zone = await provider.findZone(APEX, SIGNAL);
    expect(await provider.settle(zone, SIGNAL)).toEqual({ state: "published" });
    expect(world.calls().at(-1)).toBe("GET /status");
  });

  test("a key that may not ask for the status still gets its change served and seen", async () => {
    world.zone.publication = { afterMs: 20_000 };
    world.sim.account.rules = world.sim.account.rules.filter(({ method }) => method !== "GET");
    world.sim.account.rules = [
      ...world.sim.account.rules,
      ...["", "/*/export", "/*/record", "/*/record/*"].map((path) => {
        return { method: "GET", path: `/domain/zone${path}` };
      }),
    ];
    const provider = world.provider();
    await applyOps(provider, [merge]);
    const zone = await provider.findZone(APEX, SIGNAL);
    expect(await provider.settle(zone, SIGNAL)).toEqual({ state: "published" });
    world.zone.publication = "never";
    await applyOps(provider, [change(MERGED, SPF)]);
    expect(await provider.settle(zone, SIGNAL)).toMatchObject({
      state: "pending",
      detail: expect.stringContaining("This call has not been granted") as string,
    });
  });

  test("a zone that OVH can't deploy is told with OVH's own reason", async () => {
    world.zone.add({ fieldType: "CNAME", subDomain: "www", target: "a." });
    world.zone.add({ fieldType: "TXT", subDomain: "www", target: "a" });
    const provider = world.provider();
    await applyOps(provider, [merge]);
    const zone = await provider.findZone(APEX, SIGNAL);
    expect(await provider.settle(zone, SIGNAL)).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("CNAME and other data") as string,
    });
  });
});

describe("refresh after a partial failure publishes half a change", () => {
  beforeEach(() => {
    world.zone.add({ fieldType: "SPF", subDomain: "", target: '"v=spf1 a -all"' });
    world.zone.refresh();
  });

  test("what failed half-way is put back, and nothing of it is published", async () => {
    const before = texts();
    const count = world.zone.history.length;
    world.sim.faults.next(request("DELETE"), { kind: "status", status: 500 });
    await expect(applyOps(world.provider(), join)).rejects.toMatchObject({ code: "transient" });
    expect(storedTexts().toSorted()).toEqual(before.toSorted());
    expect(world.zone.history).toHaveLength(count);
  });

  test("the change of another name is published all the same", async () => {
    world.sim.faults.next(request("DELETE"), { kind: "status", status: 500 });
    const results = await applyOps(world.provider(), [addDkim, ...join]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done", "failed", "failed"]);
    expect(world.zone.served.some(({ name }) => name === DKIM)).toBe(true);
    expect(texts()).toEqual(expect.arrayContaining([SPF, "v=spf1 a -all"]));
    expect(texts()).not.toContain(MERGED);
  });

  test("where it can't be put back, nothing is published, and the staged record is named", async () => {
    const count = world.zone.history.length;
    const forbidden = { kind: "status", status: 403, body: '{"errorCode":"FORBIDDEN"}' } as const;
    world.sim.faults.next(request("DELETE"), forbidden);
    world.sim.faults.next(request("PUT"), { kind: "edit", edit: () => undefined });
    world.sim.faults.next(request("PUT"), forbidden);
    const provider = world.provider();
    const results = await applyOps(provider, [addDkim, ...join]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done", "done", "failed"]);
    expect(results[1]?.detail).toContain("could not be put back");
    expect(world.zone.history).toHaveLength(count);
    const zone = await provider.findZone(APEX, SIGNAL);
    expect(await provider.settle(zone, SIGNAL)).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(
        /TXT record at mycompany\.example .* Nothing was published/,
      ) as string,
    });
  });
});

describe("reading TXT only would make a second SPF record", () => {
  test.each([
    ["SPF", "", SPF, '"v=spf1 include:_spf.google.com ~all"'],
    ["SPF", "", SPF, SPF],
    ["DMARC", "_dmarc", "v=DMARC1;p=none", "v=DMARC1;p=none"],
    ["DKIM", "s._domainkey", "v=DKIM1;k=rsa;p=MIGf", "v=DKIM1;k=rsa;p=MIGf"],
  ] as const)("a %s record at '%s' is read as TXT", async (fieldType, subDomain, value, target) => {
    world.zone.records = world.zone.records.filter(({ fieldType }) => fieldType === "NS");
    world.zone.add({ fieldType, subDomain, target });
    world.zone.refresh();
    const { rrsets } = await read();
    expect(rrsets.filter(({ type }) => type === "TXT").map(({ values }) => values)).toEqual([
      [value],
    ]);
  });

  test("the SPF record is changed as the SPF record that it is, in the form that it has", async () => {
    world.zone.records = world.zone.records.filter(({ fieldType }) => fieldType === "NS");
    const { id } = world.zone.add({ fieldType: "SPF", subDomain: "", target: SPF, ttl: 600 });
    world.zone.refresh();
    await applyOps(world.provider(), [merge]);
    expect(
      world.zone.records.filter(
        ({ subDomain, fieldType }) => subDomain === "" && fieldType !== "NS",
      ),
    ).toEqual([{ id, zone: APEX, fieldType: "SPF", subDomain: "", target: MERGED, ttl: 600 }]);
  });

  test("a SPF record that comes between plan and write is seen, and stops it", async () => {
    const provider = world.provider();
    const snapshot = await provider.read(await provider.findZone(APEX, SIGNAL), [APEX], SIGNAL);
    world.zone.add({ fieldType: "SPF", subDomain: "", target: '"v=spf1 a -all"' });
    world.zone.refresh();
    const calls = provider.compile([merge], snapshot);
    await expect(provider.apply(calls, snapshot, SIGNAL)).rejects.toMatchObject({
      code: "stale-write",
    });
  });
});

describe("a CNAME target without a dot points inside the zone", () => {
  test("ours is sent with its dot", async () => {
    await applyOps(world.provider(), [addDkim]);
    expect(world.zone.records.at(-1)).toMatchObject({ target: "odoo._domainkey.odoo.com." });
  });

  test("somebody's without is read as what it means", async () => {
    world.zone.add({
      fieldType: "CNAME",
      subDomain: "odoo._domainkey",
      target: "odoo._domainkey.odoo.com",
    });
    world.zone.refresh();
    expect((await read()).rrsets.find(({ name }) => name === DKIM)?.values).toEqual([
      "odoo._domainkey.odoo.com.mycompany.example",
    ]);
  });
});

test("a zone that other name servers serve can be prepared here", async () => {
  const elsewhere = ["ns1.elsewhere.example"] as DomainName[];
  const authority: Authority = {
    find: async (name, options, signal) => {
      const found = await world.context.authority.find(name, options, signal);
      const servers = elsewhere.map((name) => ({ name, address: "127.0.0.1", port: 53 }));
      return { ...found, parent: elsewhere, child: elsewhere, servers };
    },
    ask: async () => ({ answer: { status: "nxdomain" }, authoritative: true }),
  };
  const provider = world.provider({ authority });
  expect(await applyOps(provider, [merge])).toMatchObject([{ outcome: "done" }, {}]);
  const zone = await provider.findZone(APEX, SIGNAL);
  expect(await provider.settle(zone, SIGNAL)).toEqual({ state: "published" });
});

describe("names and ids", () => {
  test("filters are patterns, so that records of other names are neither counted nor touched", async () => {
    world.zone.add({ fieldType: "TXT", subDomain: "odooX_domainkey", target: "x" });
    world.zone.add({ fieldType: "TXT", subDomain: "odoo.Xdomainkey", target: "x" });
    world.zone.refresh();
    const before = world.zone.records;
    await applyOps(world.provider(), [addDkim]);
    expect(world.zone.records.slice(0, -1)).toEqual(before);
  });

  test("ids that change between plan and write do not matter", async () => {
    const provider = world.provider();
    const snapshot = await provider.read(await provider.findZone(APEX, SIGNAL), [APEX], SIGNAL);
    world.zone.renumber();
    await provider.apply(provider.compile([merge], snapshot), snapshot, SIGNAL);
    expect(texts()).toContain(MERGED);
  });

  test("names are compared in any case", async () => {
    world.zone.add({
      fieldType: "CNAME",
      subDomain: "Odoo._DomainKey",
      target: "Elsewhere.Example.",
    });
    world.zone.refresh();
    expect((await read()).rrsets.find(({ name }) => name === DKIM)?.values).toEqual([
      "elsewhere.example",
    ]);
  });

  test("a record made with the id 0 is found, and made once", async () => {
    world.zone.answersIdZero = true;
    expect(await applyOps(world.provider(), [addDkim])).toMatchObject([
      { outcome: "done" },
      { outcome: "done" },
    ]);
    expect(world.zone.records.filter(({ fieldType }) => fieldType === "CNAME")).toHaveLength(1);
  });

  test("a value that was entered twice is changed as one", async () => {
    world.zone.add({ fieldType: "TXT", subDomain: "", target: `"${SPF}"` });
    world.zone.refresh();
    await applyOps(world.provider(), [merge]);
    expect(storedTexts().toSorted()).toEqual(["site-verification=1", MERGED].toSorted());
  });

  test("the longest zone that fits is taken", async () => {
    const inner = world.sim.zone("mail.mycompany.example");
    inner.refresh();
    const { apex } = await world
      .provider()
      .findZone("x.mail.mycompany.example" as typeof APEX, SIGNAL);
    expect(apex).toBe("mail.mycompany.example");
  });
});

describe("an answer that got lost", () => {
  test.each([
    ["PUT", "/record/", [merge]],
    ["POST", "/record", [addDkim]],
    [
      "DELETE",
      "/record/",
      [{ kind: "remove-value", name: APEX, type: "TXT", before: SPF, after: null, ttl: 600 }],
    ],
    ["POST", "/refresh", [merge, addDkim]],
  ] as const)(
    "to %s %s is found out by looking, and nothing is written twice",
    async (method, path, ops) => {
      world.sim.faults.next(request(method, path), { kind: "lost" });
      const results = await applyOps(world.provider(), ops);
      expect(results.every(({ outcome }) => outcome === "done")).toBe(true);
      const writes = world.calls().filter((call) => call.startsWith(method) && call.includes(path));
      expect(writes).toHaveLength(path === "/refresh" ? 2 : 1);
      const values = world.zone.stored.flatMap(({ values }) => values);
      expect(new Set(values).size).toBe(values.length);
      expect(world.zone.served.slice(1)).toEqual(world.zone.stored);
    },
  );

  test.each([
    ["PUT", "/record/", merge],
    ["POST", "/record", addDkim],
  ] as const)(
    "to %s %s that never arrived fails, and leaves all as it was",
    async (method, path, op) => {
      const before = world.zone.records;
      world.sim.faults.next(request(method, path), { kind: "drop" });
      await expect(applyOps(world.provider(), [op])).rejects.toMatchObject({ code: "transient" });
      expect(world.zone.records).toEqual(before);
    },
  );

  test("where the look fails as well, it is told as unknown, and not published", async () => {
    const count = world.zone.history.length;
    world.sim.faults.next(request("PUT"), { kind: "lost" });
    world.sim.faults.next(
      (one) => {
        const isLook = one.method === "GET" && /\/record\/\d+$/.test(one.path);
        return isLook && storedTexts().includes(MERGED);
      },
      { kind: "status", status: 403, body: '{"errorCode":"INVALID_CREDENTIAL"}' },
    );
    expect(await applyOps(world.provider(), [merge])).toMatchObject([{ outcome: "unknown" }]);
    expect(world.zone.history).toHaveLength(count);
  });
});

describe("a second administrator", () => {
  test("who changes the record right before the write makes the plan stale", async () => {
    const provider = world.provider();
    const snapshot = await provider.read(await provider.findZone(APEX, SIGNAL), [APEX], SIGNAL);
    const calls = provider.compile([merge], snapshot);
    const edit = () => {
      const record = world.zone.records.find(({ fieldType }) => fieldType === "TXT");
      world.zone.edit(record?.id ?? 0, { target: '"v=spf1 -all"' });
    };
    world.sim.faults.next(request("GET", "/record?"), { kind: "edit", edit });
    await expect(provider.apply(calls, snapshot, SIGNAL)).rejects.toMatchObject({
      code: "stale-write",
    });
    expect(storedTexts()).toContain("v=spf1 -all");
  });

  test.each([
    ["PUT", merge],
    ["POST", addDkim],
  ] as const)("whose change is under way is waited for with a %s", async (method, op) => {
    const body = '{"class":"Client::Conflict","message":"An action is already pending"}';
    world.sim.faults.next(request(method), { kind: "status", status: 409, body });
    expect(await applyOps(world.provider(), [op])).toMatchObject([{ outcome: "done" }, {}]);
  });

  test("whose refresh is under way is waited for", async () => {
    world.zone.publication = { afterMs: 5000 };
    world.zone.refresh();
    await applyOps(world.provider(), [merge]);
    expect(world.calls().filter((call) => call === "POST /refresh").length).toBeGreaterThan(1);
    world.clock.pass(5000);
    expect(texts()).toContain(MERGED);
  });

  test("whose refresh does not end leaves ours stored, and the next run publishes it", async () => {
    world.zone.publication = { afterMs: 120_000 };
    world.zone.refresh();
    const provider = world.provider();
    expect(await applyOps(provider, [merge])).toMatchObject([{ outcome: "done" }]);
    const zone = await provider.findZone(APEX, SIGNAL);
    expect(await provider.settle(zone, SIGNAL)).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("Run the same command again") as string,
    });
    world.zone.publication = { afterMs: 0 };
    world.clock.pass(120_000);
    await applyOps(world.provider(), [merge]);
    expect(texts()).toContain(MERGED);
  });
});
