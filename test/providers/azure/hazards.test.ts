import { afterEach, describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/plan/schema.ts";
import { editBehind, simZone, txt } from "../../sim/azure/zone.ts";
import { request } from "../../sim/faults.ts";
import {
  APEX,
  type AzureWorld,
  type Choices,
  createDkim,
  DKIM,
  MERGED,
  mergeSpf,
  nameOf,
  SIGNAL,
  SPF,
  startAzure,
  valuesAt,
} from "./world.ts";

// What can destroy a zone at Azure, each with its defence.

const open: AzureWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) {
    await world.close();
    expect(world.faults.waiting).toBe(0);
  }
});

const TOKEN = "google-site-verification=rXOx";
const CUT = ["v=DKIM1; k=rsa; p=", "MIGfMA0GCSq"];

async function start(choices: Partial<Choices> = {}) {
  const more = { TTL: 600, metadata: { owner: "it", ticket: "42" } };
  const zone = simZone(APEX, [txt("@", [[TOKEN], [SPF], CUT], more)]);
  const world = await startAzure({ zones: [zone], ...choices });
  open.push(world);
  return { ...world, zone };
}

function texts(zone: {
  readonly sets: readonly {
    readonly name: string;
    readonly type: string;
    readonly properties: object;
  }[];
}) {
  return zone.sets.find(({ name, type }) => name === "@" && type === "TXT")?.properties;
}

describe("set write with only our value: other apex TXT lost", () => {
  test("every other value goes again, in the same strings and at the same place", async () => {
    const { apply, zone } = await start();
    expect(await apply([mergeSpf])).toMatchObject([{ outcome: "done" }]);
    expect(texts(zone)).toMatchObject({
      TXTRecords: [{ value: [TOKEN] }, { value: [MERGED] }, { value: CUT }],
    });
  });

  test("a value that comes to others leaves them, and takes their TTL", async () => {
    const { apply, zone } = await start();
    const add: Op = { ...mergeSpf, kind: "add-value", before: null, after: "one more", ttl: 60 };
    await apply([add]);
    expect(texts(zone)).toMatchObject({
      TTL: 600,
      TXTRecords: [{ value: [TOKEN] }, { value: [SPF] }, { value: CUT }, { value: ["one more"] }],
    });
  });

  test("what somebody added after the plan is never written over", async () => {
    const { apply, snapshot, zone } = await start();
    const planned = await snapshot();
    const theirs = { TTL: 600, TXTRecords: [{ value: [SPF] }, { value: ["theirs"] }] };
    editBehind(zone, "@", "TXT", theirs);
    await expect(apply([mergeSpf], planned)).rejects.toMatchObject({ code: "stale-write" });
    expect(texts(zone)).toEqual(theirs);
  });
});

describe("PUT without header: overwrites; also drops `metadata` and TTL", () => {
  test("a change names the etag that was read, a new record set that nothing may be there", async () => {
    const { provider, snapshot } = await start();
    const planned = await snapshot();
    const etag = (planned.native as readonly { name: string; type: string; etag: string }[]).find(
      ({ name, type }) => name === APEX && type === "TXT",
    )?.etag;
    const calls = provider.compile([mergeSpf, createDkim], planned);
    expect(calls.map(({ method, body }) => [method, body])).toMatchObject([
      ["PUT", { headers: { "If-Match": etag } }],
      ["PUT", { headers: { "If-None-Match": "*" } }],
    ]);
  });

  test("metadata and TTL stay, also where the last change takes a value out", async () => {
    const { apply, zone } = await start();
    await apply([mergeSpf]);
    const remove: Op = { ...mergeSpf, kind: "remove-value", before: TOKEN, after: null };
    await apply([remove]);
    expect(texts(zone)).toMatchObject({ TTL: 600, metadata: { owner: "it", ticket: "42" } });
  });

  test("a record set that came into being after the plan is not overwritten", async () => {
    const { apply, snapshot, zone, calls } = await start();
    const planned = await snapshot();
    const theirs = { TTL: 60, CNAMERecord: { cname: "theirs.example" } };
    editBehind(zone, "odoo._domainkey", "CNAME", theirs);
    await expect(apply([createDkim], planned)).rejects.toMatchObject({ code: "stale-write" });
    expect(calls().at(-1)).toBe(`GET dnsZones/${APEX}/CNAME/odoo._domainkey`);
    expect(zone.sets.find(({ type }) => type === "CNAME")?.properties).toEqual(theirs);
  });

  test("no write is ever sent without a condition", async () => {
    const seen: string[] = [];
    const { apply, faults } = await start();
    const isBare = ({
      method,
      headers,
    }: {
      method: string;
      headers: Readonly<Record<string, string>>;
    }) => {
      if (method === "GET" || method === "POST") return false;
      seen.push(method);
      return headers["if-match"] === undefined && headers["if-none-match"] === undefined;
    };
    faults.next(isBare, { kind: "status", status: 500 });
    await apply([mergeSpf, createDkim]);
    await apply([{ ...createDkim, kind: "remove-value", before: createDkim.after, after: null }]);
    expect(seen).toEqual(["PUT", "PUT", "DELETE"]);
    expect(faults.take({ method: "PUT", path: "", headers: {}, body: "" })).toBeDefined();
  });
});

describe("name with `/` or `..`: path changes to another resource", () => {
  test.each(["a/b", String.raw`\.\.`, "a b", "a%2fb", String.raw`x\../y`])(
    "%s is refused before anything is sent",
    async (label) => {
      const { apply, calls, snapshot, state } = await start();
      const planned = await snapshot();
      const before = calls().length;
      const name = nameOf(`${label.replace("/", String.raw`\/`)}.${APEX}`);
      const op: Op = { ...createDkim, name };
      await expect(apply([op], planned)).rejects.toMatchObject({ code: "invalid-input" });
      expect(calls()).toHaveLength(before);
      expect(state.zones).toHaveLength(1);
    },
  );

  test("a zone whose id leads elsewhere is not taken", async () => {
    const { provider, faults } = await start();
    const id = `/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/../providers/Microsoft.Network/dnszones/${APEX}`;
    const zone = { id, name: APEX, properties: { nameServers: [] } };
    faults.next(request("GET", "dnsZones"), {
      kind: "status",
      status: 200,
      body: { value: [zone] },
    });
    await expect(provider.findZone(APEX, SIGNAL)).rejects.toMatchObject({ code: "transient" });
  });
});

describe("zone not the live one: false success", () => {
  test("of two zones with one name the one that DNS leads to is taken", async () => {
    const { zone, ...world } = await startTwo("ns1-02.azure-dns.com");
    expect(await world.provider.findZone(APEX, SIGNAL)).toMatchObject({
      nativeId: expect.stringContaining("/resourceGroups/live/"),
      nameservers: zone.nameServers.map((server) => server.slice(0, -1)),
    });
  });

  test("where DNS leads to neither, the stack file has to say which", async () => {
    const { provider } = await startTwo("ns1.elsewhere.example");
    await expect(provider.findZone(APEX, SIGNAL)).rejects.toMatchObject({
      code: "zone-ambiguous",
      message: expect.stringContaining("old, live"),
    });
  });

  async function startTwo(server: string) {
    const servers = ["com", "net", "org", "info"].map(
      (top, at) => `ns${at + 1}-02.azure-dns.${top}.`,
    );
    const zone = simZone(APEX, [], { resourceGroup: "live", nameServers: servers });
    const zones = [simZone(APEX, [], { resourceGroup: "old" }), zone];
    const parent = [nameOf(server)];
    const find = async () => ({
      zone: APEX,
      parent,
      child: parent,
      servers: [],
      lame: [],
      overridden: false,
    });
    const world = await startAzure({ zones, authority: { find } });
    open.push(world);
    return { ...world, zone };
  }
});

describe("IDN or case mismatch: duplicate record", () => {
  test("a name in other letters is the same record set", async () => {
    const zone = simZone("MyCompany.Example", [txt("ODOO._DomainKey", [["x"]])]);
    const world = await startAzure({ zones: [zone] });
    open.push(world);
    const { rrsets } = await world.snapshot();
    expect(valuesAt(rrsets, DKIM, "TXT")).toEqual(["x"]);
  });
});

describe("second SPF or second DMARC record", () => {
  test("two values are never put into one record, nor one into two", async () => {
    const { apply, zone, snapshot } = await start();
    const long = `v=spf1 ${"include:_spf.google.com ".repeat(20)}~all`;
    await apply([{ ...mergeSpf, after: long }]);
    expect(valuesAt((await snapshot()).rrsets, APEX, "TXT")).toContain(long);
    const records = (texts(zone) as { TXTRecords: { value: string[] }[] }).TXTRecords;
    expect(records).toHaveLength(3);
    expect(records[1]?.value.every((string) => string.length <= 255)).toBe(true);
  });
});
