import { describe, expect, it } from "vitest";
import { lookUp } from "../../../examples/name-server/lookup.ts";
import { name, zone } from "../../resolve/world.ts";

const apex = "example.com";
const zones = [
  zone(apex, [
    "@ 3600 SOA ns1.example.com h.example.com 1 2 3 4 300",
    "@ 3600 NS ns1.example.com",
    "ns1 3600 A 192.0.2.53",
    "@ 300 TXT v=spf1 -all",
    "@ 300 MX 10 mail.example.com",
    "www 300 CNAME web.example.com",
    "web 60 A 192.0.2.1",
    "away 300 CNAME www.example.net",
    "out 300 CNAME www.elsewhere.test",
    "gone 300 CNAME no-such.example.com",
    "loop 300 CNAME loop2.example.com",
    "loop2 300 CNAME loop.example.com",
    "a.deep.name 300 A 192.0.2.2",
    "*.wild 300 TXT any",
    "*.wild 300 A 192.0.2.3",
    "there.wild 300 A 192.0.2.4",
    "below.empty.wild 300 A 192.0.2.5",
    "*.alias 300 CNAME web.example.com",
    "shop 3600 NS ns1.shop.example.com",
    "shop 3600 NS ns.example.net",
    "shop 3600 NS ns9.outside.test",
    "shop 3600 DS 1 2 3 abcd",
    "ns1.shop 3600 A 192.0.2.7",
    "ns1.shop 3600 AAAA 2001:db8::7",
    "moved 300 DNAME example.net",
    `${"x".repeat(60)} 300 DNAME ${[..."abcd"].map((char) => char.repeat(48)).join(".")}`,
  ]),
  zone("example.net", [
    "@ 100 SOA ns1.example.net h.example.net 1 2 3 4 900",
    "@ 100 NS ns1.example.net",
    "www 60 A 192.0.2.8",
    "ns 60 A 192.0.2.9",
  ]),
  zone("sub.example.net", [
    "@ 60 SOA ns1.example.net h.example.net 1 2 3 4 5",
    "@ 60 NS ns1.example.net",
  ]),
];

/** `rcode AA | answer | authority | additional`, as dig would show it, a line each. */
function dig(label: string, type: string): string {
  const owner = name(label.endsWith(".") ? label : label === "@" ? apex : `${label}.${apex}`);
  const reply = lookUp(zones, { name: owner, type });
  const lines = [reply.answer, reply.authority, reply.additional].map((section) =>
    section.flatMap(({ name, type, ttl, values }) =>
      values.map((value) => `${name} ${ttl} ${type} ${value}`),
    ),
  );
  return [
    `${reply.rcode}${reply.isAuthoritative ? " AA" : ""}`,
    ...lines.map((section) => section.join(", ")),
  ]
    .join(" | ")
    .replace(/( \| )+$/, "");
}

const SOA = "example.com 300 SOA ns1.example.com h.example.com 1 2 3 4 300";

describe("a name in the zone (RFC 1034 4.3.2)", () => {
  it("answers with its records", () => {
    expect(dig("@", "TXT")).toBe("NOERROR AA | example.com 300 TXT v=spf1 -all");
    expect(dig("@", "NS")).toBe("NOERROR AA | example.com 3600 NS ns1.example.com");
  });

  it("without records of the type has none, for the SOA's minimum (RFC 2308)", () => {
    expect(dig("web", "TXT")).toBe(`NOERROR AA |  | ${SOA}`);
  });

  it("that is not there is NXDOMAIN; one with something below it is not", () => {
    expect(dig("nothing", "A")).toBe(`NXDOMAIN AA |  | ${SOA}`);
    expect(dig("deep.name", "A")).toBe(`NOERROR AA |  | ${SOA}`);
    expect(dig("b.deep.name", "A")).toBe(`NXDOMAIN AA |  | ${SOA}`);
  });

  it("takes the smaller of the SOA's TTL and minimum", () => {
    expect(dig("no.example.net.", "A")).toContain("example.net 100 SOA");
  });

  it("gives one RRset for ANY (RFC 8482)", () => {
    expect(dig("@", "ANY")).toBe(
      "NOERROR AA | example.com 3600 SOA ns1.example.com h.example.com 1 2 3 4 300",
    );
  });

  it("outside every zone is refused", () => {
    expect(dig("example.org.", "A")).toBe("REFUSED");
    expect(dig("notexample.com.", "A")).toBe("REFUSED");
  });

  it("belongs to the zone that is closest", () => {
    expect(dig("sub.example.net.", "SOA")).toContain("sub.example.net 60 SOA");
  });
});

describe("an alias", () => {
  it("is followed inside the zone and into others that are served here", () => {
    expect(dig("www", "A")).toBe(
      "NOERROR AA | www.example.com 300 CNAME web.example.com, web.example.com 60 A 192.0.2.1",
    );
    expect(dig("away", "A")).toContain("www.example.net 60 A 192.0.2.8");
  });

  it("is all that there is when it leads elsewhere", () => {
    expect(dig("out", "A")).toBe("NOERROR AA | out.example.com 300 CNAME www.elsewhere.test");
  });

  it("is not followed when it is what was asked for", () => {
    expect(dig("www", "CNAME")).toBe("NOERROR AA | www.example.com 300 CNAME web.example.com");
  });

  it("to nothing is NXDOMAIN (RFC 6604), to nothing of the type no data", () => {
    expect(dig("gone", "A")).toBe(
      `NXDOMAIN AA | gone.example.com 300 CNAME no-such.example.com | ${SOA}`,
    );
    expect(dig("www", "MX")).toBe(
      `NOERROR AA | www.example.com 300 CNAME web.example.com | ${SOA}`,
    );
  });

  it("in a loop ends", () => {
    expect(dig("loop", "A")).toMatch(/^NOERROR AA \| loop\.example\.com 300 CNAME/);
  });

  it("of a whole subtree renames what is below it, not itself (RFC 6672)", () => {
    expect(dig("www.moved", "A")).toBe(
      "NOERROR AA | moved.example.com 300 DNAME example.net, www.moved.example.com 300 CNAME www.example.net, www.example.net 60 A 192.0.2.8",
    );
    expect(dig("www.moved", "CNAME")).toBe(
      "NOERROR AA | moved.example.com 300 DNAME example.net, www.moved.example.com 300 CNAME www.example.net",
    );
    expect(dig("moved", "A")).toBe(`NOERROR AA |  | ${SOA}`);
    expect(dig(`${"y".repeat(60)}.${"x".repeat(60)}`, "A")).toMatch(/^YXDOMAIN AA/);
  });
});

describe("a delegation", () => {
  const referral =
    "NOERROR |  | shop.example.com 3600 NS ns1.shop.example.com, shop.example.com 3600 NS ns.example.net, shop.example.com 3600 NS ns9.outside.test" +
    " | ns1.shop.example.com 3600 A 192.0.2.7, ns1.shop.example.com 3600 AAAA 2001:db8::7";

  it("refers to the servers below, with glue of this zone, and is not authoritative", () => {
    expect(dig("shop", "A")).toBe(referral);
    expect(dig("shop", "NS")).toBe(referral);
    expect(dig("a.b.shop", "TXT")).toBe(referral);
    expect(dig("ns1.shop", "A")).toBe(referral);
  });

  it("keeps DS on the parent's side (RFC 4035 3.1.4.1)", () => {
    expect(dig("shop", "DS")).toBe("NOERROR AA | shop.example.com 3600 DS 1 2 3 abcd");
    expect(dig("sub.example.net.", "DS")).toContain("example.net 100 SOA");
    expect(dig("example.net.", "DS")).toContain("example.net 100 SOA");
  });
});

describe("a wildcard (RFC 4592)", () => {
  it("stands for every name that is not there, at any depth, under the name that was asked", () => {
    expect(dig("x.wild", "TXT")).toBe("NOERROR AA | x.wild.example.com 300 TXT any");
    expect(dig("y.x.wild", "A")).toBe("NOERROR AA | y.x.wild.example.com 300 A 192.0.2.3");
    expect(dig("x.wild", "MX")).toBe(`NOERROR AA |  | ${SOA}`);
  });

  it("does not stand for a name that is there, has something below it, or lies below one", () => {
    expect(dig("there.wild", "TXT")).toBe(`NOERROR AA |  | ${SOA}`);
    expect(dig("x.there.wild", "TXT")).toBe(`NXDOMAIN AA |  | ${SOA}`);
    expect(dig("empty.wild", "TXT")).toBe(`NOERROR AA |  | ${SOA}`);
    expect(dig("x.empty.wild", "TXT")).toBe(`NXDOMAIN AA |  | ${SOA}`);
    expect(dig("wild", "TXT")).toBe(`NOERROR AA |  | ${SOA}`);
  });

  it("can be an alias", () => {
    expect(dig("any.alias", "A")).toBe(
      "NOERROR AA | any.alias.example.com 300 CNAME web.example.com, web.example.com 60 A 192.0.2.1",
    );
  });
});
