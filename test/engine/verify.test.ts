import { describe, expect, it } from "vitest";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Receipt } from "../../src/core/plan/schema.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import type { ApplyEvent } from "../../src/engine/apply-event.ts";
import { planStack, planUndoStack } from "../../src/engine/plan.ts";
import { lastApplied } from "../../src/engine/undo.ts";
import {
  DKIM,
  DOMAIN,
  type FakeWorldOptions,
  MERGED,
  ZONE,
  config,
  fakeWorld,
  listener,
  name,
  never,
  rrsets,
} from "./fake-world.ts";

interface Seen {
  readonly receipt: Receipt;
  readonly events: readonly ApplyEvent[];
  /** Milliseconds that it took. */
  readonly took: number;
}

async function applied(
  options: FakeWorldOptions = {},
  deadlineMs = 120_000,
  accept: readonly string[] = [],
): Promise<Seen> {
  const world = fakeWorld(options);
  const { events, onEvent } = listener();
  const planned = await planStack(config({ accept }), world, { source: "host" }, never);
  const startedAt = world.clock.now();
  const receipt = await applyPlan(planned, world, { verify: true, deadlineMs, onEvent }, never);
  return { receipt, events, took: world.clock.now() - startedAt };
}

function states({ receipt }: Seen): readonly string[] {
  return receipt.servers.map(({ address, state }) => `${address} ${state}`);
}

const RESULT = rrsets(
  `@ 600 TXT ${MERGED}`,
  "@ 600 TXT google-site-verification=rXOx",
  "odoo._domainkey 300 CNAME odoo._domainkey.odoo.com",
);

describe("verification", () => {
  it("is done when every address of every name server has what was written", async () => {
    const seen = await applied();
    expect(seen.receipt.verified).toBe("yes");
    expect(states(seen)).toEqual(["192.0.2.1 answers", "192.0.2.2 answers"]);
    expect(seen.took).toBe(0);
  });

  it("waits for a server that lags behind, and tells when it has it", async () => {
    const seen = await applied({ serving: { "192.0.2.2": { lagMs: 5000 } } });
    expect(seen.receipt.verified).toBe("yes");
    const told = seen.events.filter((event) => event.kind === "server");
    expect(told.map(({ report }) => `${report.name} ${report.state}`)).toEqual([
      "ns1.mycompany.example answers",
      "ns2.mycompany.example waiting",
      "ns2.mycompany.example answers",
    ]);
    expect(told.at(-1)?.ms).toBe(7000);
  });

  it("ends at the deadline and names the server that does not have it", async () => {
    const seen = await applied({ serving: { "192.0.2.2": { zone: ZONE } } }, 60_000);
    expect(seen.receipt.verified).toBe("pending");
    expect(seen.receipt.visibleBy).toBeUndefined();
    expect(seen.receipt.servers[1]).toMatchObject({
      state: "waiting",
      detail: "the new TXT of mycompany.example is missing",
    });
    expect(seen.took).toBeLessThanOrEqual(60_000);
  });

  it("does not wait to the end for a server that says nothing at all", async () => {
    const seen = await applied({ serving: { "192.0.2.2": { silent: true } } });
    expect(seen.receipt.verified).toBe("pending");
    expect(states(seen)).toEqual(["192.0.2.1 answers", "192.0.2.2 silent"]);
    expect(seen.took).toBeLessThan(10_000);
  });

  it("does not need an address that can't be reached where the same server has another one", async () => {
    const seen = await applied({ serving: { "2001:db8::2": { silent: true } } });
    expect(seen.receipt.verified).toBe("yes");
    expect(states(seen)).toContain("2001:db8::2 silent");
  });

  it("needs every address that answers", async () => {
    const seen = await applied({ serving: { "2001:db8::2": { zone: ZONE } } }, 30_000);
    expect(seen.receipt.verified).toBe("pending");
    expect(states(seen)).toContain("2001:db8::2 waiting");
  });

  it("names a name server of the delegation that has no address", async () => {
    const seen = await applied({ lame: ["ns9.gone.example"] });
    expect(seen.receipt.verified).toBe("pending");
    expect(seen.receipt.servers.at(-1)).toEqual({
      name: "ns9.gone.example",
      address: "no address",
      state: "silent",
      detail: "has no address",
    });
  });

  it("does not count an answer from a server that does not hold the zone", async () => {
    const seen = await applied({ serving: { "192.0.2.1": { isLame: true } } });
    expect(seen.receipt.verified).toBe("pending");
    expect(seen.receipt.servers[0]).toMatchObject({ state: "silent", detail: "answers REFUSED" });
  });

  it("says no when nobody answers at all", async () => {
    const silent = { silent: true };
    const seen = await applied({ serving: { "192.0.2.1": silent, "192.0.2.2": silent } });
    expect(seen.receipt.verified).toBe("no");
  });

  it("says no, and why, when DNS does not know the zone; what was written stays written", async () => {
    const notFound = new MailDnsError("zone-not-live", "mycompany.example is not in DNS");
    const { receipt, events } = await applied({ notFound }, undefined, ["dns/not-live"]);
    expect(receipt.verified).toBe("no");
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(events.at(-1)).toEqual({ kind: "not-verified", reason: notFound.message });
  });

  it("says no when the host's zone is not the one that DNS knows", async () => {
    const accept = ["dns/not-live"];
    const { receipt, events } = await applied({ delegated: name("example") }, undefined, accept);
    expect(receipt.verified).toBe("no");
    expect(events.at(-1)).toMatchObject({
      reason: "DNS knows no zone mycompany.example: its names are served by example",
    });
  });

  it("is not begun, nor is anything written, when Ctrl-C comes while the servers are looked for", async () => {
    const ctrlC = new AbortController();
    const world = fakeWorld();
    const find = async () => {
      ctrlC.abort();
      throw new Error("aborted");
    };
    const planned = await planStack(config(), world, { source: "host" }, never);
    const stopped = { ...world, authority: { ...world.authority, find } };
    const run = applyPlan(planned, stopped, { verify: true, ...listener() }, ctrlC.signal);
    await expect(run).rejects.toMatchObject({ code: "interrupted" });
    expect(world.receipts.saves).toEqual([]);
    expect(world.provider.sent).toEqual([]);
  });

  it("finds a second SPF record that somebody made at the same moment", async () => {
    const twice = withValue(RESULT, "v=spf1 mx -all");
    const seen = await applied({ serving: { "192.0.2.2": { zone: twice } } }, 20_000);
    expect(seen.receipt.verified).toBe("pending");
    expect(seen.receipt.servers[1]?.detail).toContain("there are 2 SPF records");
  });

  it.each([
    ["a trailing space", `${MERGED} `],
    ["another case", MERGED.toUpperCase()],
    ["quotes", `"${MERGED}"`],
  ])("compares octet by octet: %s is not what was written", async (_, value) => {
    const zone = rrsets(`@ 600 TXT ${value}`, "odoo._domainkey 300 CNAME odoo._domainkey.odoo.com");
    const seen = await applied({ serving: { "192.0.2.1": { zone } } }, 20_000);
    expect(states(seen)[0]).toBe("192.0.2.1 waiting");
  });

  it("does not mind what others do at the same name", async () => {
    const seen = await applied({ serving: { "192.0.2.1": { zone: withValue(RESULT, "x=1") } } });
    expect(seen.receipt.verified).toBe("yes");
  });

  it("looks for the CNAME itself, not for what it leads to", async () => {
    const zone = [...RESULT.slice(0, 1), ...rrsets("odoo._domainkey 300 TXT v=DKIM1; p=MIG")];
    const seen = await applied({ serving: { "192.0.2.1": { zone } } }, 20_000);
    expect(seen.receipt.servers[0]?.detail).toContain(`CNAME of ${DKIM}`);
  });

  it("ends when it is interrupted, and keeps what it has seen", async () => {
    const ctrlC = new AbortController();
    const world = fakeWorld({ serving: { "192.0.2.2": { zone: ZONE } } });
    world.clock.at(world.clock.now() + 3000, () => ctrlC.abort(new Error("Ctrl-C")));
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, { source: "host" }, never);
    const receipt = await applyPlan(planned, world, { verify: true, onEvent }, ctrlC.signal);
    expect(receipt.verified).toBe("pending");
    expect(receipt.servers.map(({ state }) => state)).toEqual(["answers", "waiting"]);
    expect(events.at(-1)?.kind).toBe("interrupted");
    expect(world.receipts.saves.at(-1)).toEqual(receipt);
  });

  it("of an undo wants the old record back and ours gone", async () => {
    const world = fakeWorld();
    const planned = await planStack(config(), world, { source: "host" }, never);
    const quiet = { verify: true, onEvent: () => undefined };
    const receipt = await applyPlan(planned, world, quiet, never);
    const back = await planUndoStack(
      { config: config(), receipt },
      world,
      { source: "host" },
      never,
    );
    const undone = await applyPlan(back, world, quiet, never);
    expect(undone.verified).toBe("yes");
    const stuck = fakeWorld({
      rrsets: world.provider.rrsetsBefore(0),
      serving: { "192.0.2.1": { zone: RESULT } },
    });
    stuck.provider.edit(() => [...RESULT]);
    const again = await planUndoStack(
      { config: config(), receipt },
      stuck,
      { source: "host" },
      never,
    );
    const late = await applyPlan(again, stuck, { ...quiet, deadlineMs: 20_000 }, never);
    expect(late.servers[0]).toMatchObject({ state: "waiting" });
  });
});

describe("when resolvers have it", () => {
  it("is the old TTL, as the name servers served it, after the last of them had the new record", async () => {
    const seen = await applied({ serving: { "192.0.2.2": { lagMs: 5000 } } });
    expect(seen.receipt.visibleBy).toBe("2026-11-24T18:50:19.000Z");
    expect(seen.events.at(-1)).toEqual({
      kind: "visible-by",
      at: "2026-11-24T18:50:19.000Z",
      seconds: 600,
    });
  });

  it("is how long a missing name is remembered, for a new record (RFC 2308 5)", async () => {
    const done = ZONE.map((rrset) =>
      rrset.type === "TXT" && rrset.name === DOMAIN ? { ...rrset, values: [MERGED] } : rrset,
    );
    const seen = await applied({ rrsets: done });
    expect(seen.receipt.steps).toHaveLength(1);
    expect(seen.events.at(-1)).toMatchObject({ kind: "visible-by", seconds: 300 });
  });

  it("is taken from the servers, not from what the host calls automatic", async () => {
    const zone = ZONE.map((rrset) =>
      rrset.type === "TXT" && rrset.name === DOMAIN ? { ...rrset, ttl: "default" as const } : rrset,
    );
    const seen = await applied({ rrsets: zone });
    expect(seen.events.at(-1)).toMatchObject({ kind: "visible-by", seconds: 300 });
  });
});

describe("a host that a person writes at", () => {
  it("gets instructions, and the run waits until every name server has the records", async () => {
    const world = fakeWorld({ writes: false });
    const { events, onEvent } = listener();
    const planned = await planStack(config(), world, { source: "host" }, never);
    world.clock.at(world.clock.now() + 70_000, () =>
      world.provider.edit(() => [...ZONE.slice(0, 2), ...RESULT]),
    );
    const receipt = await applyPlan(planned, world, { verify: true, onEvent }, never);
    expect(world.provider.sent).toEqual([]);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(receipt.verified).toBe("yes");
    const instructions = events.find((event) => event.kind === "instructions");
    expect(instructions?.calls).toHaveLength(2);
    expect(world.receipts.saves.at(-1)).toEqual(receipt);
  });

  it("whose person does one of two things is told what is left", async () => {
    const world = fakeWorld({ writes: false });
    const planned = await planStack(config(), world, { source: "host" }, never);
    world.clock.at(world.clock.now() + 70_000, () => world.provider.edit(() => RESULT.slice(0, 1)));
    const quiet = { verify: true, deadlineMs: 300_000, onEvent: () => undefined };
    const receipt = await applyPlan(planned, world, quiet, never);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["done", "pending"]);
    expect(receipt.verified).toBe("pending");
  });

  it("is not waited for when nobody wants to verify", async () => {
    const world = fakeWorld({ writes: false });
    const planned = await planStack(config(), world, { source: "host" }, never);
    const receipt = await applyPlan(planned, world, { verify: false, ...listener() }, never);
    expect(receipt.steps.map(({ outcome }) => outcome)).toEqual(["pending", "pending"]);
    expect(receipt.verified).toBe("not-asked");
    // The person may do it tomorrow: then this is the receipt that knows how it was.
    expect((await lastApplied(DOMAIN, world.receipts))?.id).toBe(receipt.id);
  });
});

function withValue(zone: typeof ZONE, value: string): typeof ZONE {
  return zone.map((rrset) =>
    rrset.type === "TXT" ? { ...rrset, values: [...rrset.values, value] } : rrset,
  );
}
