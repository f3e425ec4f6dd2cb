import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Authority, Resolver } from "../../src/ports/resolver.ts";
import { createAuthority } from "../../src/resolve/authority.ts";
import { parseNameServers } from "../../src/resolve/name-servers.ts";
import { createResolver } from "../../src/resolve/resolver.ts";
import { name } from "../resolve/world.ts";
import { type Named, startNamed, wallClock } from "./bind.ts";

// DNS as it is in the world, all of it BIND: a root, a top-level domain, two servers of ours and a
// resolver, each on port 53 of an address of its own.
const [ROOT, TLD, NS1, NS2, RESOLVER] = [2, 3, 4, 5, 6].map((n) => `127.0.0.${n}`);
const signal = new AbortController().signal;
const soa = (host: string): string => `@ SOA ${host} hostmaster 7 3600 600 1209600 300\n`;

const LONG = `v=DKIM1; k=rsa; p=${"A".repeat(1800)}`;
const strings = (LONG.match(/.{1,255}/g) ?? []).map((part) => `"${part}"`).join(" ");

const zones = {
  root: `$TTL 86400\n${soa("a.root.test.")}
@ NS a.root.test.
a.root.test. A ${ROOT}
example. NS a.nic.example.
a.nic.example. A ${TLD}
`,
  example: `$TTL 172800\n${soa("a.nic.example.")}
@ NS a.nic
a.nic A ${TLD}
mycompany NS ns1.mycompany
mycompany NS ns2.mycompany
ns1.mycompany A ${NS1}
ns2.mycompany A ${NS2}
; the parent knows one server that the zone doesn't, and the zone one that the parent doesn't
changed NS ns1.mycompany
changed NS old.mycompany
; nobody at this address has the zone
lame NS ns1.mycompany
lame NS ns2.mycompany
; served from another zone's names, without glue
glueless NS ns1.mycompany
nowhere NS gone.mycompany
`,
  mycompany: `$TTL 3600\n${soa("ns1")}
@ NS ns1
@ NS ns2
ns1 A ${NS1}
ns2 A ${NS2}
old A ${NS1}
@ 300 TXT "v=spf1 include:_spf.google.com ~all"
odoo._domainkey 1800 CNAME selector.changed.example.
google._domainkey TXT ${strings}
chain CNAME chain2
chain2 CNAME chain3.changed.example.
loop CNAME loop2
loop2 CNAME loop
deep.er.below A 192.0.2.9
`,
  changed: `$TTL 600\n${soa("ns1.mycompany.example.")}
@ NS ns1.mycompany.example.
@ NS ns2.mycompany.example.
selector TXT "v=DKIM1; p=AAAA"
chain3 120 A 192.0.2.7
`,
  glueless: `$TTL 600\n${soa("ns1.mycompany.example.")}
@ NS ns1.mycompany.example.
`,
};

let servers: Named[];
let authority: Authority;
let resolver: Resolver;

beforeAll(async () => {
  const own = { "mycompany.example": zones.mycompany, "changed.example": zones.changed };
  servers = await Promise.all([
    startNamed({ address: `${ROOT}`, zones: { ".": zones.root } }),
    startNamed({ address: `${TLD}`, zones: { example: zones.example } }),
    startNamed({
      address: `${NS1}`,
      zones: { ...own, "glueless.example": zones.glueless, "lame.example": zones.glueless },
    }),
    startNamed({ address: `${NS2}`, zones: own }),
    startNamed({ address: `${RESOLVER}`, rootServer: `${ROOT}` }),
  ]);
  resolver = createResolver({ servers: [{ address: `${RESOLVER}`, port: 53 }], clock: wallClock });
  const overrides = parseNameServers(`.=${ROOT}`);
  authority = createAuthority({ resolver, overrides, clock: wallClock });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

describe("the walk to the servers of a zone", () => {
  it("goes down from the root by referrals and glue", async () => {
    expect(await authority.find(name("mycompany.example"), {}, signal)).toEqual({
      zone: "mycompany.example",
      parent: expect.arrayContaining(["ns1.mycompany.example", "ns2.mycompany.example"]),
      child: expect.arrayContaining(["ns1.mycompany.example", "ns2.mycompany.example"]),
      servers: expect.arrayContaining([
        { name: "ns1.mycompany.example", address: NS1, port: 53 },
        { name: "ns2.mycompany.example", address: NS2, port: 53 },
      ]),
      lame: [],
      overridden: true,
    });
  });

  it("finds the zone of a name inside it: below empty names, of an alias, of what isn't there", async () => {
    for (const inside of ["deep.er.below", "er.below", "chain", "odoo._domainkey", "not.there"]) {
      const found = await authority.find(name(`${inside}.mycompany.example`), {}, signal);
      expect(found.zone).toBe("mycompany.example");
    }
  });

  it("sees where parent and zone name different servers, and asks them all", async () => {
    const found = await authority.find(name("changed.example"), {}, signal);
    expect(found.parent.toSorted()).toEqual(["ns1.mycompany.example", "old.mycompany.example"]);
    expect(found.child.toSorted()).toEqual(["ns1.mycompany.example", "ns2.mycompany.example"]);
    expect(found.servers.map(({ name }) => name).toSorted()).toEqual([
      "ns1.mycompany.example",
      "ns2.mycompany.example",
      "old.mycompany.example",
    ]);
    expect(found.lame).toEqual([]);
  });

  it("names a server that does not have the zone", async () => {
    const found = await authority.find(name("lame.example"), {}, signal);
    expect(found.lame).toEqual([
      { name: "ns2.mycompany.example", reason: `${NS2} answers REFUSED` },
    ]);
  });

  it("names a server whose own name does not exist", async () => {
    const found = await authority.find(name("nowhere.example"), {}, signal);
    expect(found.servers).toEqual([]);
    expect(found.lame).toEqual([
      { name: "gone.mycompany.example", reason: "there is no such name in DNS" },
    ]);
  });

  it("resolves name servers that come without an address", async () => {
    const found = await authority.find(name("glueless.example"), {}, signal);
    expect(found.servers).toEqual([{ name: "ns1.mycompany.example", address: NS1, port: 53 }]);
  });

  it("says so where no such domain is delegated", async () => {
    await expect(authority.find(name("unregistered.example"), {}, signal)).rejects.toMatchObject({
      code: "zone-not-live",
    });
    await expect(authority.find(name("mycompany.invalid"), {}, signal)).rejects.toMatchObject({
      code: "zone-not-live",
    });
  });
});

describe("asking one authoritative server", () => {
  const server = { name: name("ns1.mycompany.example"), address: `${NS1}`, port: 53 };
  const ask = (label: string, type: string) =>
    authority.ask(server, { name: name(`${label}mycompany.example`), type }, signal);

  it("gives the record with its own TTL and the AA bit", async () => {
    expect(await ask("", "TXT")).toMatchObject({
      authoritative: true,
      answer: {
        status: "records",
        records: [{ data: "v=spf1 include:_spf.google.com ~all", ttl: 300 }],
      },
    });
  });

  it("gets what is too long for UDP over TCP, strings joined with nothing", async () => {
    expect(await ask("google._domainkey.", "TXT")).toMatchObject({
      answer: { status: "records", records: [{ data: LONG, ttl: 3600 }] },
    });
  });

  it("gives an alias as a record, or says that there is one, and never follows it", async () => {
    expect((await ask("odoo._domainkey.", "CNAME")).answer).toEqual({
      status: "records",
      records: [{ data: "selector.changed.example", ttl: 1800 }],
    });
    expect((await ask("odoo._domainkey.", "TXT")).answer).toEqual({
      status: "nodata",
      aliases: ["selector.changed.example"],
    });
  });

  it("says how long a no may be remembered, and the serial that said it", async () => {
    const soa = { serial: 7, ttl: 300, minimum: 300 };
    expect(await ask("_dmarc.", "TXT")).toEqual({
      authoritative: true,
      answer: { status: "nxdomain", negativeTtl: 300 },
      soa,
    });
    expect(await ask("er.below.", "TXT")).toEqual({
      authoritative: true,
      answer: { status: "nodata", negativeTtl: 300 },
      soa,
    });
    expect(await ask("", "SOA")).toMatchObject({ soa: { serial: 7, ttl: 3600, minimum: 300 } });
  });

  it("takes a refusal, and a referral, for no answer at all", async () => {
    const refused = { name: name("elsewhere.test"), type: "TXT" };
    expect(await authority.ask(server, refused, signal)).toEqual({
      authoritative: false,
      answer: { status: "servfail", detail: "answers REFUSED" },
    });
    const parent = { name: name("a.nic.example"), address: `${TLD}`, port: 53 };
    const below = { name: name("mycompany.example"), type: "TXT" };
    expect((await authority.ask(parent, below, signal)).answer).toMatchObject({
      status: "servfail",
      detail: expect.stringContaining("know more"),
    });
  });

  it("reports a port where nobody listens as silence", async () => {
    const nobody = { ...server, address: "127.0.0.9" };
    expect(
      await authority.ask(nobody, { name: name("mycompany.example"), type: "TXT" }, signal),
    ).toEqual({
      authoritative: false,
      answer: { status: "timeout", detail: "refuses connections at this port" },
    });
  });
});

describe("the recursive resolver", () => {
  const resolve = async (label: string, type: string) =>
    (await resolver.resolve([{ name: name(`${label}mycompany.example`), type }], signal))[0];

  it("follows aliases across zones and names them", async () => {
    expect(await resolve("chain.", "A")).toEqual({
      status: "records",
      records: [{ data: "192.0.2.7", ttl: 120 }],
      aliases: ["chain2.mycompany.example", "chain3.changed.example"],
    });
  });

  it("gives the key behind the DKIM alias", async () => {
    expect(await resolve("odoo._domainkey.", "TXT")).toEqual({
      status: "records",
      records: [{ data: "v=DKIM1; p=AAAA", ttl: 600 }],
      aliases: ["selector.changed.example"],
    });
  });

  it("never takes a loop of aliases for none", async () => {
    expect(await resolve("loop.", "A")).toMatchObject({ status: "servfail" });
  });

  it("tells no such name from no such record, each with its time", async () => {
    expect(await resolve("no-such.", "TXT")).toEqual({ status: "nxdomain", negativeTtl: 300 });
    expect(await resolve("", "AAAA")).toEqual({ status: "nodata", negativeTtl: 300 });
  });

  it("gives what is too long for UDP", async () => {
    expect(await resolve("google._domainkey.", "TXT")).toMatchObject({ records: [{ data: LONG }] });
  });
});
