import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { hosts } from "../../providers/index.ts";
import { parseName, type DomainName } from "../../src/core/dns/name.ts";
import type { RRset, Snapshot } from "../../src/core/dns/rrset.ts";
import { isMailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { CallResult } from "../../src/ports/dns-provider.ts";
import { contextOf } from "../providers/zonefile/fixtures.ts";
import { fixtures } from "./fixtures.ts";
import type { RunningHost } from "./host-under-test.ts";

const APEX = parseName("mycompany.example") as DomainName;
const DKIM = parseName("odoo._domainkey.mycompany.example") as DomainName;
const WWW = parseName("www.mycompany.example") as DomainName;
const SIGNAL = new AbortController().signal;
const SPF = "v=spf1 include:_spf.google.com ~all";
const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";
const LONG = `v=DKIM1; k=rsa; p=${"MIGfMA0G".repeat(60)}`;
const ZONE: readonly RRset[] = [
  {
    name: APEX,
    type: "TXT",
    ttl: 600,
    values: ["google-site-verification=abc", SPF, LONG, 'a "b" \\ c;'],
  },
  { name: WWW, type: "A", ttl: 60, values: ["192.0.2.1", "192.0.2.2"] },
  {
    name: parseName("x._domainkey.mycompany.example") as DomainName,
    type: "CNAME",
    ttl: 300,
    values: ["x.elsewhere.example"],
  },
];

const merge: Op = {
  kind: "replace-value",
  name: APEX,
  type: "TXT",
  before: SPF,
  after: MERGED,
  ttl: 600,
};
const addValue: Op = {
  kind: "add-value",
  name: APEX,
  type: "TXT",
  before: null,
  after: "one more",
  ttl: 600,
};
const removeValue: Op = {
  kind: "remove-value",
  name: APEX,
  type: "TXT",
  before: LONG,
  after: null,
  ttl: 600,
};
const dkim: Op = {
  kind: "create-rrset",
  name: DKIM,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: 900,
};
const ALL: readonly Op[] = [merge, addValue, removeValue, dkim];

test("every host of the registry that can write is under test, and no other", async () => {
  const writing = await Promise.all(
    Object.entries(hosts).map(async ([name, host]) => {
      const adapter = await host.load();
      const provider = adapter.create(fixtures[name]?.options ?? {}, contextOf("/"));
      return provider.capabilities.writes ? [name] : [];
    }),
  );
  expect(writing.flat().sort()).toEqual(Object.keys(fixtures).sort());
});

describe.each(Object.entries(fixtures))("%s", (_, fixture) => {
  const running: RunningHost[] = [];
  afterEach(async () => {
    for (const host of running.splice(0)) await host.close();
  });

  async function start(rrsets: readonly RRset[] = ZONE): Promise<RunningHost> {
    const host = await fixture.start({ apex: APEX, rrsets });
    running.push(host);
    return host;
  }

  async function snapshotOf({ provider }: RunningHost): Promise<Snapshot> {
    const zone = await provider.findZone(APEX, SIGNAL);
    return provider.read(zone, [APEX, DKIM, WWW], SIGNAL);
  }

  async function apply(
    host: RunningHost,
    ops: readonly Op[],
    planned?: Snapshot,
  ): Promise<readonly CallResult[]> {
    if (planned !== undefined) host.clock?.pass(60_000);
    const snapshot = planned ?? (await snapshotOf(host));
    return host.provider.apply(host.provider.compile(ops, snapshot), snapshot, SIGNAL);
  }

  test("it finds the zone of a name, and no zone for a name elsewhere", async () => {
    const { provider } = await start();
    expect((await provider.findZone(APEX, SIGNAL)).apex).toBe(APEX);
    expect((await provider.findZone(DKIM, SIGNAL)).apex).toBe(APEX);
    const elsewhere = parseName("other.example") as DomainName;
    await expect(provider.findZone(elsewhere, SIGNAL)).rejects.toMatchObject({
      code: "zone-not-found",
    });
  });

  test("it reads what is there, and says for which names it can tell", async () => {
    const snapshot = await snapshotOf(await start());
    const names = snapshot.coverage === "zone" ? [APEX, DKIM, WWW] : snapshot.coverage;
    expect(names).toEqual(expect.arrayContaining([APEX, DKIM, WWW]));
    expect(byName(snapshot.rrsets)).toMatchObject(byName(ZONE.slice(0, 2)));
    expect(snapshot.rrsets.filter(({ name }) => name === DKIM)).toEqual([]);
  });

  test("its version changes with the data, and only then", async () => {
    const host = await start();
    const first = await snapshotOf(host);
    expect((await snapshotOf(host)).version).toBe(first.version);
    await host.overwrite([...ZONE, { name: DKIM, type: "TXT", ttl: 60, values: ["x"] }]);
    expect((await snapshotOf(host)).version).not.toBe(first.version);
  });

  test("ops become calls without touching anything; each op once, in order, as plain data", async () => {
    const host = await start();
    const snapshot = await snapshotOf(host);
    const calls = host.provider.compile(ALL, snapshot);
    expect(calls.flatMap((call) => call.ops)).toEqual([0, 1, 2, 3]);
    expect(host.provider.compile(ALL, snapshot)).toEqual(calls);
    expect(JSON.parse(JSON.stringify(calls))).toEqual(calls);
    expect(byName(await host.stored())).toEqual(byName(ZONE));
    expect(host.provider.compile([], snapshot)).toEqual([]);
  });

  test("what is written is there, and every other value, TTL and name is as before", async () => {
    const host = await start();
    expect((await apply(host, ALL)).every(({ outcome }) => outcome === "done")).toBe(true);
    expect(byName(await host.stored())).toEqual(byName(afterwards(ZONE, ALL)));
  });

  test("what the host says it stored is what it holds", async () => {
    const host = await start();
    const stored = (await apply(host, ALL)).flatMap((result) => result.stored ?? []);
    const held = byName(await host.stored());
    const ours = stored.filter(({ type }) => type === "TXT" || type === "CNAME");
    expect(held).toMatchObject(byName(ours));
  });

  test("any value is read back byte for byte", async () => {
    const range = fixture.isPrintableOnly ? { min: 0x20, max: 0x7e } : { min: 0, max: 255 };
    const octet = fc.integer(range).map((code) => String.fromCharCode(code));
    const value = fc.string({ unit: octet, minLength: 1, maxLength: fixture.anyOctets });
    await fc.assert(
      fc.asyncProperty(value, async (after) => {
        fc.pre(!ZONE[0]?.values.includes(after));
        const host = await start();
        await apply(host, [{ ...merge, after }]);
        const read = (await snapshotOf(host)).rrsets.find(
          ({ name, type }) => name === APEX && type === "TXT",
        );
        expect(new Set(read?.values)).toEqual(
          new Set(ZONE[0]?.values.map((old) => (old === SPF ? after : old))),
        );
        await host.close();
        running.pop();
      }),
      { numRuns: 200 },
    );
  });

  test("applied twice, nothing is written the second time", async () => {
    const host = await start();
    const planned = await snapshotOf(host);
    await apply(host, ALL, planned);
    const states = (await host.history()).length;
    const again = await apply(host, ALL, planned);
    expect(again.every(({ outcome }) => outcome === "already")).toBe(true);
    expect(await host.history()).toHaveLength(states);
  });

  test("applied backwards, the zone is as before", async () => {
    const host = await start();
    await apply(host, ALL);
    await apply(host, ALL.map(backwards));
    expect(byName(await host.stored())).toEqual(byName(ZONE));
  });

  test.each<[string, readonly RRset[]]>([
    [
      "our value was changed",
      withApex((values) => values.map((value) => (value === SPF ? `${SPF} ` : value))),
    ],
    ["our value is gone", withApex((values) => values.filter((value) => value !== SPF))],
    ["another value came to the name", withApex((values) => [...values, "new"])],
    ["the TTL is another", withApex((values) => values, 700)],
  ])("a stale plan is refused and nothing is written: %s", async (_, changed) => {
    const host = await start();
    const planned = await snapshotOf(host);
    await host.overwrite(changed);
    await expect(apply(host, [merge], planned)).rejects.toMatchObject({ code: "stale-write" });
    expect(byName(await host.stored())).toEqual(byName(changed));
  });

  test("a change elsewhere in the zone does not hold ours back, and stays", async () => {
    const host = await start();
    const planned = await snapshotOf(host);
    const changed = ZONE.map((rrset) =>
      rrset.name === WWW ? { ...rrset, values: ["192.0.2.9"] } : rrset,
    );
    await host.overwrite(changed);
    await apply(host, [merge], planned);
    expect(byName(await host.stored())).toEqual(byName(afterwards(changed, [merge])));
  });

  test("an answer that got lost is not taken for failure, and the write is never doubled", async () => {
    const host = await start();
    const planned = await snapshotOf(host);
    host.loseNextAnswer();
    const outcome = await apply(host, [merge], planned).then(
      ([result]) => result?.outcome,
      (error: unknown) => (isMailDnsError(error) ? error.code : "wrong error"),
    );
    expect(["unknown", "unknown-outcome", "transient", "done"]).toContain(outcome);
    expect((await apply(host, [merge], planned)).map((result) => result.outcome)).toEqual([
      "already",
    ]);
    expect(byName(await host.stored())).toEqual(byName(afterwards(ZONE, [merge])));
  });

  test("there are never two SPF records, nor none, at any moment", async () => {
    const host = await start();
    await apply(host, ALL);
    await apply(host, ALL.map(backwards));
    const counts = (await host.history()).map(
      (rrsets) =>
        rrsets.flatMap(({ values }) => values).filter((value) => value.startsWith("v=spf1 "))
          .length,
    );
    expect(counts.length).toBeGreaterThan(2);
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  test.each<[string, Op]>([
    ["beside other records", { ...dkim, name: WWW }],
    ["at the zone's own name", { ...dkim, name: APEX }],
  ])("a CNAME %s is refused before anything is sent", async (_, op) => {
    const host = await start();
    await expect(apply(host, [op])).rejects.toMatchObject({ code: "conflict" });
    expect(byName(await host.stored())).toEqual(byName(ZONE));
  });

  test("a name outside the zone is refused before anything is sent", async () => {
    const host = await start();
    await expect(
      apply(host, [{ ...dkim, name: "odoo._domainkey.other.example" }]),
    ).rejects.toMatchObject({
      code: "invalid-input",
    });
    expect(await host.history()).toHaveLength(1);
  });

  test("no credential is in what it says", async () => {
    const host = await start();
    const snapshot = await snapshotOf(host);
    const said = JSON.stringify([
      snapshot,
      host.provider.compile(ALL, snapshot),
      await apply(host, ALL),
    ]);
    for (const secret of fixture.secrets) expect(said).not.toContain(secret);
  });
});

function withApex(
  change: (values: readonly string[]) => readonly string[],
  ttl = 600,
): readonly RRset[] {
  const [apex, ...others] = ZONE;
  return apex ? [{ ...apex, ttl, values: change(apex.values) }, ...others] : others;
}

/** `name type` to TTL and values, so that order does not matter. */
function byName(rrsets: readonly RRset[]): Record<string, unknown> {
  return Object.fromEntries(
    rrsets.map(({ name, type, ttl, values }) => [
      `${name} ${type}`,
      { ttl, values: [...values].sort() },
    ]),
  );
}

function afterwards(rrsets: readonly RRset[], ops: readonly Op[]): readonly RRset[] {
  return ops.reduce<readonly RRset[]>((zone, { name, type, before, after, ttl }) => {
    const old = zone.find((rrset) => rrset.name === name && rrset.type === type);
    const kept = (old?.values ?? []).filter((value) => value !== before);
    const values = after === null ? kept : [...kept, after];
    const others = zone.filter((rrset) => rrset !== old);
    return [...others, { name: name as DomainName, type, ttl: old?.ttl ?? ttl, values }];
  }, rrsets);
}

function backwards({ name, type, before, after, ttl }: Op): Op {
  if (before === null) return { kind: "remove-value", name, type, before: after, after: null, ttl };
  if (after === null) return { kind: "add-value", name, type, before: null, after: before, ttl };
  return { kind: "replace-value", name, type, before: after, after: before, ttl };
}
