import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RRset } from "../../src/core/dns/rrset.ts";
import { isMailDnsError } from "../../src/core/errors.ts";
import { isInPlace } from "../../src/core/plan/inverse.ts";
import type { Op, Receipt } from "../../src/core/plan/schema.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import { planStack, planUndoStack } from "../../src/engine/plan.ts";
import { type FakeHost, type Fault, faults } from "./fake-host.ts";
import { DKIM, DOMAIN, type FakeWorld, config, fakeWorld, never, rrsets } from "./fake-world.ts";
import { law } from "../law.ts";

const host = { source: "host" } as const;
const quiet = { verify: true, onEvent: () => undefined } as const;
const RUNS = law(2_000);

/** Zones as they are found: with and without SPF, other values around it, a CNAME right or wrong. */
const zones = fc
  .record({
    spf: fc.constantFrom(
      [],
      ["v=spf1 include:_spf.google.com ~all"],
      ["v=spf1 -all"],
      ["V=SPF1  mx  a:mail.mycompany.example ip4:203.0.113.7   -all "],
      ["v=spf1 include:_spf.odoo.com ~all"],
      ["v=spf1 a ~all include:_spf.odoo.com"],
      ["v=spf1 -all", "v=spf1 mx -all"],
    ),
    before: fc.subarray(["MS=ms1", "google-site-verification=a", '\u00e9\u0000\\"']),
    after: fc.subarray(["x=1", "x=2"]),
    cname: fc.constantFrom([], ["odoo._domainkey.odoo.com"], ["odoo.com"]),
    ttl: fc.constantFrom(60, 300, 86_400),
  })
  .map(({ spf, before, after, cname, ttl }) =>
    rrsets(
      "@ 3600 NS ns1.mycompany.example",
      "@ 300 MX 1 smtp.google.com",
      "www 300 CNAME mycompany.example",
      ...[...before, ...spf, ...after].map((value) => `@ ${ttl} TXT ${value}`),
      ...cname.map((target) => `odoo._domainkey ${ttl} CNAME ${target}`),
    ),
  );

const fault = fc.constantFrom<Fault>(...faults);
const behaviours = fc.record({
  rrsets: zones,
  guard: fc.constantFrom("server" as const, "reread" as const),
  shows: fc.boolean(),
});

async function applied(world: FakeWorld): Promise<Receipt> {
  return applyPlan(await planStack(config(), world, host, never), world, quiet, never);
}

async function undone(world: FakeWorld, receipt: Receipt): Promise<Receipt> {
  const planned = await planUndoStack({ config: config(), receipt }, world, host, never);
  return applyPlan(planned, world, quiet, never);
}

function content(zone: readonly RRset[]): ReadonlySet<string> {
  return new Set(
    zone.flatMap(({ name, type, values }) => values.map((value) => `${name} ${type} ${value}`)),
  );
}

function liveFor(fake: FakeHost, op: Op): readonly string[] {
  const found = fake.rrsets().find(({ name, type }) => name === op.name && type === op.type);
  return found?.values ?? [];
}

/** What others may do at any moment: at our names, in our records, or elsewhere. */
const edits = fc.constantFrom<(zone: readonly RRset[]) => readonly RRset[]>(
  (zone) => addValue(zone, "somebody-else=1"),
  (zone) => addValue(zone, "v=spf1 ip4:203.0.113.99 -all"),
  (zone) => changeSpf(zone, (value) => value.replace(/^(v=spf1)/i, "$1 ip4:203.0.113.99")),
  (zone) => zone.filter(({ name, type }) => !(name === DOMAIN && type === "TXT")),
  (zone) => [
    ...zone.filter(({ name }) => name !== DKIM),
    ...rrsets("odoo._domainkey 300 TXT theirs"),
  ],
  (zone) => [...zone, ...rrsets("shop 300 A 203.0.113.1")],
);

function addValue(zone: readonly RRset[], value: string): readonly RRset[] {
  const own = zone.find(({ name, type }) => name === DOMAIN && type === "TXT");
  if (own === undefined) return [...zone, ...rrsets(`@ 300 TXT ${value}`)];
  return zone.map((rrset) => (rrset === own ? { ...own, values: [...own.values, value] } : rrset));
}

function changeSpf(zone: readonly RRset[], change: (value: string) => string): readonly RRset[] {
  return zone.map((rrset) =>
    rrset.name === DOMAIN && rrset.type === "TXT"
      ? { ...rrset, values: rrset.values.map(change) }
      : rrset,
  );
}

/** Runs to the end, whatever is thrown; what was thrown on purpose is given back. */
async function trying(run: Promise<Receipt>): Promise<Receipt | Error> {
  try {
    return await run;
  } catch (error) {
    if (isMailDnsError(error) || error instanceof TypeError) return error;
    throw error;
  }
}

describe("laws of apply", () => {
  it("is idempotent: the second run sends nothing and changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(behaviours, async (options) => {
        const world = fakeWorld(options);
        await applied(world);
        const [sent, zone] = [world.provider.sent.length, world.provider.rrsets()];
        await applied(world);
        expect(world.provider.sent).toHaveLength(sent);
        expect(world.provider.rrsets()).toEqual(zone);
      }),
      RUNS,
    );
  });

  it("is undone to the very same records", async () => {
    await fc.assert(
      fc.asyncProperty(behaviours, async (options) => {
        const world = fakeWorld(options);
        await undone(world, await applied(world));
        expect(content(world.provider.rrsets())).toEqual(content(options.rrsets));
      }),
      RUNS,
    );
  });

  it("touches no value but its own", async () => {
    await fc.assert(
      fc.asyncProperty(behaviours, async (options) => {
        const world = fakeWorld(options);
        const { steps } = await applied(world);
        const [before, after] = [content(options.rrsets), content(world.provider.rrsets())];
        const ours = new Set(
          steps.flatMap(({ op }) => [op.before, op.after].map((v) => `${op.name} ${op.type} ${v}`)),
        );
        expect(
          [...before, ...after].filter(
            (one) => before.has(one) !== after.has(one) && !ours.has(one),
          ),
        ).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe("laws of apply, whatever goes wrong at whichever call", () => {
  const troubles = fc.record({
    options: behaviours,
    at: fc.nat({ max: 1 }),
    fault,
    unreadable: fc.subarray([1, 2, 3, 4]),
  });

  it("every step says what is true", async () => {
    await fc.assert(
      fc.asyncProperty(troubles, async ({ options, at, fault, unreadable }) => {
        const world = fakeWorld({
          ...options,
          fault: new Map([[at, fault]]),
          unreadable: new Set(unreadable),
        });
        await trying(applied(world));
        world.clock.pass(60_000);
        for (const { op, outcome } of world.receipts.saves.at(-1)?.steps ?? []) {
          const isThere = isInPlace(op, liveFor(world.provider, op));
          if (outcome === "done" && unreadable.length === 0) expect(isThere).toBe(true);
          if (outcome === "failed" || outcome === "pending") expect(isThere).toBe(false);
        }
      }),
      RUNS,
    );
  });

  it("nothing is sent twice, and the next run finishes without help", async () => {
    await fc.assert(
      fc.asyncProperty(troubles, async ({ options, at, fault, unreadable }) => {
        const world = fakeWorld({
          ...options,
          fault: new Map([[at, fault]]),
          unreadable: new Set(unreadable),
        });
        await trying(applied(world));
        const texts = world.provider.sent.map((call) => JSON.stringify(call.body));
        expect(new Set(texts).size).toBe(texts.length);
        world.clock.pass(60_000);
        world.provider.heal();
        await applied(world);
        const left = await planStack(config(), world, host, never);
        expect(left.calls).toEqual([]);
      }),
      RUNS,
    );
  });

  // A join that was carried out by half is not taken back to two records: that would be an error.
  it("an undo brings back the very same records, where one SPF record was", async () => {
    await fc.assert(
      fc.asyncProperty(troubles, async ({ options, at, fault, unreadable }) => {
        fc.pre(spfRecords(options.rrsets) < 2);
        const world = fakeWorld({
          ...options,
          fault: new Map([[at, fault]]),
          unreadable: new Set(unreadable),
        });
        await trying(applied(world));
        world.clock.pass(60_000);
        world.provider.heal();
        for (const id of await world.receipts.ids(DOMAIN)) {
          const receipt = (await world.receipts.load(DOMAIN, id)) as Receipt;
          await undone(world, receipt);
        }
        expect(content(world.provider.rrsets())).toEqual(content(options.rrsets));
      }),
      RUNS,
    );
  });
});

describe("laws of apply, while others edit the zone", () => {
  const races = fc.record({
    rrsets: zones,
    at: fc.nat({ max: 1 }),
    edit: edits,
    shows: fc.boolean(),
  });

  it("a host that guards its writes loses no edit of others, and takes none of ours over it", async () => {
    await fc.assert(
      fc.asyncProperty(races, async ({ at, edit, ...options }) => {
        let theirs: readonly RRset[] | undefined;
        const meanwhile = new Map([
          [
            at,
            (fake: FakeHost) => {
              if (theirs !== undefined) return;
              fake.edit(edit);
              theirs = fake.rrsets();
            },
          ],
        ]);
        const world = fakeWorld({ ...options, guard: "server", meanwhile });
        await trying(applied(world));
        if (theirs === undefined) return;
        const now = content(world.provider.rrsets());
        const ours = new Set(
          world.provider.sent.map(({ body }) => {
            const { name, type, before } = body as Op;
            return `${name} ${type} ${before}`;
          }),
        );
        const lost = [...content(theirs)].filter((one) => !now.has(one) && !ours.has(one));
        expect(lost).toEqual([]);
      }),
      RUNS,
    );
  });

  it("an edit between plan and apply stops it, or is kept", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ options: behaviours, edit: edits }),
        async ({ options, edit }) => {
          const world = fakeWorld(options);
          const planned = await planStack(config(), world, host, never);
          world.clock.pass(10_000);
          world.provider.edit(edit);
          const theirs = world.provider.rrsets();
          await trying(applyPlan(planned, world, quiet, never));
          const now = content(world.provider.rrsets());
          const ours = new Set(
            world.provider.sent.map(({ body }) => {
              const { name, type, before } = body as Op;
              return `${name} ${type} ${before}`;
            }),
          );
          expect([...content(theirs)].filter((one) => !now.has(one) && !ours.has(one))).toEqual([]);
        },
      ),
      RUNS,
    );
  });
});

describe("laws of undo, after others have edited the zone", () => {
  it("takes out our own part only, and keeps every change of others", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ options: behaviours, edit: edits }),
        async ({ options, edit }) => {
          fc.pre(!hasOurs(options.rrsets) && spfRecords(options.rrsets) < 2);
          const world = fakeWorld(options);
          const receipt = await applied(world);
          world.provider.edit(edit);
          const theirs = [...content(world.provider.rrsets())];
          await undone(world, receipt);
          const now = content(world.provider.rrsets());
          expect(hasOurs(world.provider.rrsets())).toBe(false);
          const kept = theirs.map((one) => one.replace(" include:_spf.odoo.com", ""));
          const made = receipt.steps.map(({ op }) => op.after);
          const gone = kept.filter((one) => !now.has(one));
          // What goes is what we wrote, and nothing else: the CNAME, and a record that was not there.
          expect(gone.filter((one) => !made.some((value) => isOf(one, value)))).toEqual([]);
        },
      ),
      RUNS,
    );
  });
});

function hasOurs(zone: readonly RRset[]): boolean {
  return zone.some(({ values }) => values.some((value) => value.includes("include:_spf.odoo.com")));
}

/** Whether a line of content holds this value, our term taken out of it or not. */
function isOf(line: string, value: string | null): boolean {
  const without = value?.replace(" include:_spf.odoo.com", "");
  return line.endsWith(` ${value}`) || line.endsWith(` ${without}`);
}

function spfRecords(zone: readonly RRset[]): number {
  return zone.flatMap(({ values }) => values).filter((value) => /^v=spf1( |$)/i.test(value)).length;
}
