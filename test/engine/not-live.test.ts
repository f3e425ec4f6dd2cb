import { describe, expect, it } from "vitest";
import { MailDnsError } from "../../src/core/errors.ts";
import { planStack } from "../../src/engine/plan.ts";
import { type FakeWorldOptions, config, fakeWorld, name, never, rrsets } from "./fake-world.ts";

const fromHost = { source: "host" } as const;
const READY = rrsets(
  "@ 600 TXT v=spf1 include:_spf.odoo.com ~all",
  "odoo._domainkey 600 CNAME odoo._domainkey.odoo.com",
);

async function partsIn(options: FakeWorldOptions, accept: readonly string[] = []) {
  const { plan } = await planStack(config({ accept }), fakeWorld(options), fromHost, never);
  return plan.parts;
}

describe("a zone at the host that is not the one the world asks", () => {
  it("is not written to, and the plan names both sets of name servers", async () => {
    const { spf, dkim } = await partsIn({ nameservers: [name("ns.other.example")] });
    expect([spf.status, dkim.status]).toEqual(["refused", "refused"]);
    const message =
      "mycompany.example at Fake Host is not the live zone: it is served by ns.other.example, but the registry names ns1.mycompany.example and ns2.mycompany.example";
    expect("because" in spf && spf.because).toMatchObject([{ rule: "dns/not-live", message }]);
  });

  it.each<[string, FakeWorldOptions]>([
    ["a part of another zone", { delegated: name("example") }],
    ["not in DNS", { notFound: new MailDnsError("zone-not-live", "It is not in DNS.") }],
  ])("because DNS knows it as %s is not written to", async (_, options) => {
    expect((await partsIn(options)).spf.status).toBe("refused");
  });

  it("may be prepared by who says so in the stack file", async () => {
    const options = { nameservers: [name("ns.other.example")] };
    expect((await partsIn(options, ["dns/not-live"])).spf.status).toBe("changes");
  });

  it("is no matter where nothing is to be written: nobody is asked", async () => {
    const world = fakeWorld({ rrsets: READY, nameservers: [name("ns.other.example")] });
    const find = () => Promise.reject(new Error("asked"));
    const quiet = { ...world, authority: { ...world.authority, find } };
    const { plan } = await planStack(config(), quiet, fromHost, never);
    expect(plan.parts.spf.status).toBe("unchanged");
  });

  it("can't be told where no name server answers; verification will say", async () => {
    const notFound = new MailDnsError("transient", "Nobody answers.");
    expect((await partsIn({ notFound })).spf.status).toBe("changes");
  });
});
