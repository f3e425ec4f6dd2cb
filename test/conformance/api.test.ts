import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { name } from "../engine/fake-world.ts";
import type { Match, SimRequest } from "../sim/faults.ts";
import { change, type Ending, isDone, worldOf } from "./change.ts";
import { APEX, DKIM, MERGED, ZONE } from "./faults.ts";
import { fixtures } from "./fixtures.ts";
import type { HostUnderTest, NativeRecord, RunningHost } from "./host-under-test.ts";

// What holds at every host that is reached through an API.

const PAUSE_MS = 30_000;
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
    let pausedAt = Infinity;
    const later: number[] = [];
    const isFirst: Match = (request) => {
      if (match(request)) pausedAt = Math.min(pausedAt, clock.now());
      return match(request);
    };
    const headers = { "retry-after": String(PAUSE_MS / 1000) };
    faults.next(isFirst, { kind: "status", status: 429, headers, body: {} });
    // What was on its way already does not count.
    const isLater: Match = () => clock.now() > pausedAt && later.push(clock.now()) < 0;
    faults.always(isLater, { kind: "drop" });
    expect(isDone(await change(worldOf(host)))).toBe(true);
    expect(later.length).toBeGreaterThan(0);
    expect(Math.min(...later) - pausedAt).toBeGreaterThanOrEqual(PAUSE_MS);
    expect(await ours(host)).toEqual([DKIM, MERGED]);
  });

  const telling = ECHOING.flatMap((status) =>
    kinds.map(([kind, match]) => [status, kind, match] as const),
  );
  test.each(telling)(
    "no credential is said, although %s repeats it: %s",
    async (status, _, match) => {
      const { host, faults } = await start(fixture);
      const sent: SimRequest[] = [];
      const isSent: Match = (request) => {
        if (match(request)) sent.push(request);
        return match(request);
      };
      const message = (): string => `you said ${JSON.stringify(sent.at(-1))}`;
      faults.always(isSent, { kind: "status", status, body: { toJSON: () => shapes(message()) } });
      const world = worldOf(host);
      const ending = await change(world);
      expect(sent.length).toBeGreaterThan(0);
      const said = everythingIn([ending, await world.receipts.load(APEX), host.traced]);
      const tokens = sent.flatMap(
        ({ headers }) => headers["authorization"]?.split(" ").at(-1) ?? [],
      );
      for (const secret of [...fixture.secrets, ...tokens]) {
        expect(said).not.toContain(secret);
        expect(said).not.toContain(encodeURIComponent(secret));
        expect(said).not.toContain(Buffer.from(secret).toString("base64").replace(/=+$/, ""));
      }
      const isSigned = [...fixture.secrets, ...tokens].some((one) =>
        everythingIn(sent).includes(one),
      );
      if (status >= 400 && isSigned) expect(said).toMatch(/you said .*\[redacted\]/);
    },
  );

  test("where a stale write can't be refused, the last request before it looks at the records", async () => {
    const { host, faults } = await start(fixture);
    const sent: string[] = [];
    const isNever: Match = (request) => {
      const kind = kinds.find(([, match]) => match(request))?.[0] ?? request.path;
      sent.push(`${request.method === "GET" ? "" : "write: "}${kind}`);
      return false;
    };
    faults.always(isNever, { kind: "drop" });
    expect(isDone(await change(worldOf(host)))).toBe(true);
    const first = sent.findIndex((kind) => kind.startsWith("write: "));
    expect(first).toBeGreaterThan(0);
    if (host.provider.capabilities.guard === "reread")
      expect(sent[first - 1]).toMatch(/^read (?:the records|a record)/);
  });

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

const ECHOING = [200, 400, 401, 403, 404, 409, 429, 500, 503];

/** What vendors call the reason of an error. */
function shapes(message: string): object {
  return { message, error_description: message, error: { message }, errors: [{ message }] };
}

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
