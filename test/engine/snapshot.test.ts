import { describe, expect, it } from "vitest";
import { isWithin } from "../../src/core/dns/name.ts";
import { checkStack } from "../../src/engine/check.ts";
import { planStack } from "../../src/engine/plan.ts";
import { takeSnapshot } from "../../src/engine/snapshot.ts";
import {
  DKIM,
  DOMAIN,
  type FakeWorldOptions,
  GOOGLE_ONLY,
  ZONE,
  config,
  fakeWorld,
  name,
  never,
  rrsets,
} from "./fake-world.ts";

const dns = { source: "dns" } as const;

async function taken(options: FakeWorldOptions = {}) {
  const world = fakeWorld(options);
  const { snapshot, delegation } = await takeSnapshot(config(), world, dns, never);
  return { snapshot, delegation, world };
}

describe("a snapshot from public DNS", () => {
  it("is what the zone's own name servers say, and no resolver is asked", async () => {
    const { snapshot, world } = await taken();
    expect(snapshot.source).toBe("dns");
    expect(snapshot.zone).toMatchObject({
      apex: DOMAIN,
      nameservers: ["ns1.mycompany.example", "ns2.mycompany.example"],
    });
    const txt = snapshot.rrsets.find(({ name, type }) => name === DOMAIN && type === "TXT");
    expect(txt).toEqual({
      name: DOMAIN,
      type: "TXT",
      ttl: 600,
      values: [GOOGLE_ONLY, "google-site-verification=rXOx"],
    });
    expect(world.resolved).toEqual([]);
    expect(snapshot.coverage).toContain(DKIM);
  });

  it("leaves out a name on which the servers don't agree, and says which of them differ", async () => {
    const { snapshot } = await taken({
      serving: { "192.0.2.2": { zone: rrsets("@ 600 TXT v=spf1 -all") } },
    });
    expect(snapshot.coverage).not.toContain(DOMAIN);
    expect(snapshot.unread?.find(({ name }) => name === DOMAIN)?.reason).toBe(
      "ns1.mycompany.example (192.0.2.1) and ns2.mycompany.example (192.0.2.2) give different TXT answers for mycompany.example",
    );
  });

  it("does not take another order or another TTL for a difference", async () => {
    const zone = ZONE.map((rrset) => ({ ...rrset, ttl: 60, values: rrset.values.toReversed() }));
    const { snapshot } = await taken({ serving: { "192.0.2.2": { zone } } });
    expect(snapshot.unread).toBeUndefined();
    const txt = snapshot.rrsets.find(({ name, type }) => name === DOMAIN && type === "TXT");
    expect(txt?.ttl).toBe(600);
  });

  it("goes by those who answer when a server is silent", async () => {
    const { snapshot } = await taken({ serving: { "192.0.2.2": { silent: true } } });
    expect(snapshot.unread).toBeUndefined();
  });

  it("knows nothing where nobody answers, and says what each of them did", async () => {
    const { snapshot } = await taken({
      serving: { "192.0.2.1": { silent: true }, "192.0.2.2": { isLame: true } },
    });
    expect(snapshot.coverage).toEqual([]);
    expect(snapshot.unread?.[0]?.reason).toBe(
      "ns1.mycompany.example (192.0.2.1) gave no answer within 8 s; ns2.mycompany.example (192.0.2.2) answers REFUSED",
    );
  });

  it("reads a CNAME as one", async () => {
    const { snapshot } = await taken({
      rrsets: rrsets("odoo._domainkey 300 CNAME odoo._domainkey.odoo.com"),
    });
    expect(snapshot.rrsets).toEqual([
      { name: DKIM, type: "CNAME", ttl: 300, values: ["odoo._domainkey.odoo.com"] },
    ]);
  });

  it("sees that a part of the domain is delegated, and the plan refuses to write below it", async () => {
    const cut = name(`_domainkey.${DOMAIN}`);
    const world = fakeWorld();
    const { find, ask } = world.authority;
    const authority = {
      async find(owner: typeof DOMAIN, options: object, signal: AbortSignal) {
        const delegation = await find(owner, options, signal);
        if (!isWithin(owner, cut)) return delegation;
        return { ...delegation, zone: cut, parent: [name("ns.other.example")] };
      },
      async ask(...[server, question, signal]: Parameters<typeof ask>) {
        if (!isWithin(question.name, cut)) return ask(server, question, signal);
        const detail = `only refers to the name servers of ${cut}`;
        return { answer: { status: "servfail", detail } as const, authoritative: false };
      },
    };
    const { plan, snapshot } = await planStack(config(), { ...world, authority }, dns, never);
    expect(snapshot.coverage).toContain(DKIM);
    expect(plan.parts.dkim).toMatchObject({
      status: "refused",
      because: [{ rule: "dns/delegated" }],
    });
    expect(plan.parts.spf.status).toBe("changes");
  });

  it("changes its version with the content and not with the moment", async () => {
    const [one, two, other] = [
      await taken(),
      await taken(),
      await taken({ rrsets: ZONE.slice(0, 2) }),
    ];
    expect(one.snapshot.version).toBe(two.snapshot.version);
    expect(other.snapshot.version).not.toBe(one.snapshot.version);
  });

  it("makes the same plan as the host's own data", async () => {
    const world = fakeWorld();
    const [publicly, hosted] = [
      await planStack(config(), world, dns, never),
      await planStack(config(), world, { source: "host" }, never),
    ];
    expect(publicly.plan.digest).toBe(hosted.plan.digest);
  });

  it("leaves the part unknown whose name could not be read, and plans the others", async () => {
    const zone = rrsets("@ 600 TXT x");
    const world = fakeWorld({ serving: { "192.0.2.2": { zone } } });
    const { plan } = await planStack(config(), world, dns, never);
    expect(plan.parts.spf).toMatchObject({ status: "unknown" });
    const [because] = "because" in plan.parts.spf ? plan.parts.spf.because : [];
    expect(because?.message).toContain("give different TXT answers");
    expect(plan.parts.dkim.status).toBe("changes");
  });
});

describe("the zone of a stack", () => {
  it("is refused when it is another one than the stack file says", async () => {
    const run = planStack(
      config({ zone: name("example") }),
      fakeWorld({ apex: DOMAIN }),
      dns,
      never,
    );
    await expect(run).rejects.toMatchObject({ code: "zone-not-found" });
  });

  it("is not asked for names outside of it", async () => {
    const spf = {
      off: false,
      domain: name("bounce.other.example"),
      terms: ["include:_spf.odoo.com"],
      placement: "first",
    } as const;
    const world = fakeWorld();
    const { snapshot } = await planStack(config({ spf }), world, { source: "host" }, never);
    expect(snapshot.coverage).not.toContain("bounce.other.example");
  });
});

describe("check", () => {
  it("says from public DNS whether the domain is ready, and whom it asked", async () => {
    const { report, delegation } = await checkStack(config(), fakeWorld(), dns, never);
    expect(report.ready).toBe(false);
    expect(delegation?.servers.map(({ address }) => address)).toEqual(["192.0.2.1", "192.0.2.2"]);
  });

  it("says from the host's own data the same", async () => {
    const { report, delegation } = await checkStack(
      config(),
      fakeWorld(),
      { source: "host" },
      never,
    );
    expect(report.ready).toBe(false);
    expect(delegation).toBeUndefined();
  });
});
