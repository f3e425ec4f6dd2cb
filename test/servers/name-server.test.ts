import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NameServer, startNameServer } from "../../examples/name-server/server.ts";
import { readZone, rrsetsOf } from "../../providers/zonefile/zone.ts";
import { createExchange } from "../../src/resolve/exchange.ts";
import type { Endpoint } from "../../src/resolve/name-servers.ts";
import type { WireRecord } from "../../src/resolve/wire.ts";
import { name } from "../resolve/world.ts";
import { type Named, startNamed, wallClock } from "./bind.ts";

// The name server of the demo and of all other tests, held against BIND with the same zone. Of two
// liberties BIND takes another one: it doesn't follow aliases into another zone that it serves
// (ours plays the resolver, so it does), and it adds addresses to answers that hold NS.
const texts = {
  "example.com": `$TTL 3600
@ SOA ns1 hostmaster 1 2 3 4 300
@ NS ns1
@ NS ns.example.net.
ns1 A 192.0.2.53
@ TXT "v=spf1 -all"
@ TXT "two"
@ MX 10 mail
mail A 192.0.2.1
mail AAAA 2001:db8::1
www CNAME mail
chain CNAME www
away CNAME www.example.net.
out CNAME www.elsewhere.test.
gone CNAME no-such
a.deep.name A 192.0.2.2
*.wild TXT "any"
there.wild A 192.0.2.4
below.empty.wild A 192.0.2.5
*.alias CNAME mail
shop NS ns1.shop
shop NS ns.example.net.
ns1.shop A 192.0.2.7
moved DNAME deep.name
abroad DNAME example.net.
octets TXT "\\000\\255\\"quoted\\""
long TXT ${Array.from({ length: 6 }, () => `"${"k".repeat(255)}"`).join(" ")}
`,
};

const names = [
  ..."@ ns1 mail www chain away out gone no-such deep.name name b.deep.name x.deep.name".split(" "),
  ..."wild x.wild y.x.wild there.wild x.there.wild empty.wild x.empty.wild *.wild x.alias".split(
    " ",
  ),
  ..."shop www.shop ns1.shop moved a.moved no.moved abroad x.abroad octets long".split(" "),
];
const types = ["A", "AAAA", "TXT", "CNAME", "NS", "SOA", "MX", "DS", "DNAME"];

let bind: Named;
let own: NameServer;
beforeAll(async () => {
  const zones = Object.entries(texts).map(([apex, text]) => {
    const zone = readZone({ file: apex, text }, { origin: name(apex) });
    return { apex: zone.apex, rrsets: rrsetsOf(zone.records) };
  });
  own = await startNameServer({ zones });
  bind = await startNamed({
    address: "127.0.0.2",
    zones: texts,
    options: "minimal-responses yes; zero-no-soa-ttl no;",
  });
});
afterAll(async () => {
  await Promise.all([own.close(), bind.stop()]);
});

async function ask(server: Endpoint, label: string, type: string): Promise<unknown> {
  const question = { name: name(label === "@" ? "example.com" : `${label}.example.com`), type };
  const options = { recursion: false, timeouts: [3000, 3000] };
  const signal = new AbortController().signal;
  const reply = await createExchange(wallClock)(server, question, options, signal);
  if (reply.kind !== "message") return reply;
  const { rcode, isAuthoritative, isTruncated, answer, authority, additional } = reply.message;
  const print = (records: readonly WireRecord[]): string[] =>
    records.map(({ name, type, ttl, data }) => `${name} ${ttl} ${type} ${data}`).toSorted();
  return {
    rcode,
    isAuthoritative,
    isTruncated,
    answer: print(answer),
    authority: print(authority),
    additional: isAuthoritative ? [] : print(additional),
  };
}

describe("the embedded name server", () => {
  it.each(types)("says what BIND says, for every name and the type %s", async (type) => {
    for (const label of names) {
      const [ours, theirs] = await Promise.all([
        ask(own, label, type),
        ask({ address: bind.address, port: 53 }, label, type),
      ]);
      expect({ label, ...(ours as object) }).toEqual({ label, ...(theirs as object) });
    }
  });
});
