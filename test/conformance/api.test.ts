import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { name } from "../engine/fake-world.ts";
import type { Fault, Match } from "../sim/faults.ts";
import { change, type Ending, isDone, worldOf } from "./change.ts";
import { APEX, DKIM, MERGED, ZONE } from "./faults.ts";
import { fixtures } from "./fixtures.ts";
import type { HostUnderTest, NativeRecord, RunningHost } from "./host-under-test.ts";

// What holds at every host that is reached through an API.

vi.setConfig({ testTimeout: 60_000 });

const PAUSE_MS = 30_000;
/** No change takes more requests than this, whatever goes wrong. */
const MOST_REQUESTS = 100;
const NEIGHBOUR = name("other.example");

const ofApi = Object.entries(fixtures).flatMap(([title, fixture]) =>
  fixture.requests === undefined ? [] : [{ title, fixture, requests: fixture.requests }],
);
const open: RunningHost[] = [];
afterEach(async () => {
  for (const host of open.splice(0)) await host.close();
});

test("hosts with an API are under test", () => {
  expect(ofApi.length).toBeGreaterThan(0);
});

describe.each(ofApi)("at $title", ({ fixture, requests }) => {
  const kinds = Object.entries(requests);

  test.each(kinds)("who asks for a pause gets it: %s", async (_, match) => {
    const { host, faults, clock } = await start(fixture);
    const asked: number[] = [];
    const isAsked: Match = (request) => {
      if (match(request)) asked.push(clock.now());
      return match(request);
    };
    const headers = { "retry-after": String(PAUSE_MS / 1000) };
    faults.next(isAsked, { kind: "status", status: 429, headers, body: {} });
    // Sees every later one too.
    faults.next((request) => isAsked(request) && false, { kind: "drop" });
    expect(isDone(await change(worldOf(host)))).toBe(true);
    const [first = 0, second = 0] = asked;
    expect(second - first).toBeGreaterThanOrEqual(PAUSE_MS);
    expect(await ours(host)).toEqual([DKIM, MERGED]);
  });

  const lasting = Object.keys(LASTING).flatMap((words) =>
    kinds.map(([kind, match]) => [words, kind, match] as const),
  );
  test.each(lasting)("%s, for as long as anybody asks: %s", async (words, _, match) => {
    const { host, faults, clock } = await start(fixture);
    let count = 0;
    const lift = faults.always(
      (request) => {
        count += 1;
        return match(request);
      },
      LASTING[words] ?? { kind: "drop" },
    );
    const ending = await change(worldOf(host));
    expect(count).toBeLessThan(MOST_REQUESTS);
    if (isDone(ending)) expect(await ours(host)).toEqual([DKIM, MERGED]);
    expect(await foreign(host)).toEqual(FOREIGN);
    lift();
    clock.pass(600_000);
    expect(isDone(await change(worldOf(host)))).toBe(true);
    expect(await foreign(host)).toEqual(FOREIGN);
    expect(await ours(host)).toEqual([DKIM, MERGED]);
  });

  const telling = Object.keys(TELLING).flatMap((words) =>
    kinds.map(([kind, match]) => [words, kind, match] as const),
  );
  test.each(telling)(
    "no credential is said, although %s repeats it: %s",
    async (words, _, match) => {
      const { host, faults } = await start(fixture);
      const told = fixture.secrets.map((secret) => `${secret} ${encodeURIComponent(secret)}`);
      const message = `bad credential ${told.join(" ")}`;
      const fault = TELLING[words]?.(message);
      if (fault === undefined) throw new Error("no such fault");
      const lift = faults.always(match, fault);
      const world = worldOf(host);
      const ending = await change(world);
      lift();
      const said = everythingIn([ending, await world.receipts.load(APEX), host.traced]);
      if (fault.kind === "status" && fault.status >= 400) expect(said).toContain("[redacted]");
      for (const secret of fixture.secrets) {
        expect(said).not.toContain(secret);
        expect(said).not.toContain(Buffer.from(secret).toString("base64").replace(/=+$/, ""));
      }
    },
  );

  test("an edit changes the text alone, and everything else is as somebody made it", async () => {
    const { host } = await start(fixture);
    const before = nativeOf(host);
    expect(isDone(await change(worldOf(host)))).toBe(true);
    const after = nativeOf(host);
    expect(after.filter(isOurs).map(withoutValue)).toEqual(before.filter(isOurs).map(withoutValue));
    const rest = (record: NativeRecord): boolean => !isOurs(record) && record.name !== DKIM;
    expect(after.filter(rest)).toEqual(before.filter(rest));
  });

  test("two domains at a time come out as one after the other", async () => {
    const beside = { apex: NEIGHBOUR, rrsets: ZONE.map(moved) };
    const { host } = await start(fixture, beside);
    const [one, other] = [worldOf(host), worldOf(host)];
    const endings: readonly Ending[] = await Promise.all([
      change(one),
      change(other, { domain: NEIGHBOUR, spf: { ...SPF_OF_NEIGHBOUR } }),
    ]);
    expect(endings.map(isDone)).toEqual([true, true]);
    expect(await ours(host)).toEqual([DKIM, MERGED]);
    const theirs = (await host.neighbour?.stored()) ?? [];
    const alone = (await host.stored()).map(moved);
    expect(sorted(theirs)).toEqual(sorted(alone));
  });
});

const LASTING: Readonly<Record<string, Fault>> = {
  "429 with a pause": {
    kind: "status",
    status: 429,
    headers: { "retry-after": "7" },
    body: {},
  },
  "429 without a word": { kind: "status", status: 429, body: "" },
  "503 before it": { kind: "status", status: 503, body: "" },
  "503 after it": { kind: "after", status: 503 },
  "connections die before it": { kind: "drop" },
  "connections die after it": { kind: "lost" },
  "answers are cut off": { kind: "truncated" },
  "answers come too late": { kind: "slow", ms: 61_000 },
};

const TELLING: Readonly<Record<string, (message: string) => Fault>> = {
  "401": (message) => ({ kind: "status", status: 401, body: { message, error: { message } } }),
  "400": (message) => ({ kind: "status", status: 400, body: { message, errors: [{ message }] } }),
  "503": (message) => ({ kind: "status", status: 503, body: message }),
  "200 of another kind": (message) => ({ kind: "status", status: 200, body: { result: message } }),
};

const SPF_OF_NEIGHBOUR = {
  off: false,
  domain: NEIGHBOUR,
  terms: ["include:_spf.odoo.com"],
  placement: "first",
} as const;

async function start(fixture: HostUnderTest, beside?: Parameters<HostUnderTest["start"]>[1]) {
  const host = await fixture.start({ apex: APEX, rrsets: ZONE }, beside);
  open.push(host);
  const { faults, clock } = host;
  if (faults === undefined || clock === undefined) throw new Error("nothing can go wrong there");
  return { host, faults, clock };
}

/** The key's name if it is there, and every SPF record. */
async function ours(host: RunningHost): Promise<readonly string[]> {
  const rrsets = await host.stored();
  const keys = rrsets.filter(({ name, type }) => name === DKIM && type === "CNAME");
  const texts = rrsets.flatMap(({ values }) =>
    values.filter((value) => value.startsWith("v=spf1 ")),
  );
  return [...keys.map(({ name }) => name), ...texts];
}

const FOREIGN = foreignIn(ZONE);

async function foreign(host: RunningHost): Promise<readonly string[]> {
  return foreignIn(await host.stored());
}

function foreignIn(rrsets: readonly RRset[]): readonly string[] {
  return rrsets
    .flatMap(({ name, type, ttl, values }) =>
      values.map((value) => `${name} ${ttl} ${type} ${value}`),
    )
    .filter((line) => !line.includes("v=spf1 ") && !line.includes(DKIM))
    .sort();
}

function sorted(rrsets: readonly RRset[]): readonly string[] {
  return rrsets
    .flatMap(({ name, type, ttl, values }) =>
      values.map((value) => `${name} ${ttl} ${type} ${value}`),
    )
    .sort();
}

function moved(rrset: RRset): RRset {
  return { ...rrset, name: name(rrset.name.replace(APEX, NEIGHBOUR)) };
}

function nativeOf(host: RunningHost): readonly NativeRecord[] {
  const records = host.native?.() ?? [];
  expect(records.length).toBeGreaterThan(2);
  return records;
}

function isOurs({ value }: NativeRecord): boolean {
  return value.includes("v=spf1 ");
}

function withoutValue({ name, type, kept }: NativeRecord) {
  return { name, type, kept };
}

/** All that a value holds, hidden properties and causes of errors too. */
function everythingIn(value: unknown): string {
  return inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity });
}
