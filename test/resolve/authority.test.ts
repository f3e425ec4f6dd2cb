import packet from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import type { Authority, Resolver } from "../../src/ports/resolver.ts";
import { createAuthority } from "../../src/resolve/authority.ts";
import { parseNameServers } from "../../src/resolve/name-servers.ts";
import { ROOT_SERVERS } from "../../src/resolve/root-servers.ts";
import { isIP } from "node:net";
import { askedFor, type RawQuery, type RawServer, reply, startRawServer } from "./raw-server.ts";
import { name, patientClock, startWorld, type World, zone } from "./world.ts";

const signal = new AbortController().signal;
const apex = name("mycompany.example");
const world: { now?: World } = {};
const servers: RawServer[] = [];
afterEach(async () => {
  await world.now?.close();
  delete world.now;
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options: Parameters<typeof startWorld>[0]): Promise<World> {
  world.now = await startWorld(options);
  return world.now;
}

/** An authority whose root is this server, and whose resolver knows no name but those given. */
async function under(
  onQuery: (query: RawQuery) => void,
  mapping: (port: number) => string = (port) => `.=127.0.0.1:${port}`,
  known: Readonly<Record<string, string>> = {},
): Promise<Authority> {
  const server = await startRawServer(onQuery);
  servers.push(server);
  const resolver: Resolver = {
    resolve: async (questions) =>
      questions.map((question) => {
        const data = known[`${question.name} ${question.type}`];
        return data === undefined
          ? { status: "nxdomain" }
          : { status: "records", records: [{ data, ttl: 60 }] };
      }),
  };
  const overrides = parseNameServers(mapping(server.port));
  return createAuthority({ resolver, overrides, clock: patientClock });
}

const ns = (owner: string, target: string): packet.Answer => ({
  type: "NS",
  name: owner,
  ttl: 9,
  data: target,
});
const a = (owner: string, data: string): packet.Answer => ({
  type: "A",
  name: owner,
  ttl: 9,
  data,
});
const soa = (owner: string): packet.Answer => ({
  type: "SOA",
  name: owner,
  ttl: 9,
  data: { mname: "ns1.example", rname: "h.example", serial: 1, minimum: 60 },
});
const AA = packet.AUTHORITATIVE_ANSWER;

describe("the walk from the root", () => {
  it("asks the root once for many domains, and each parent once a domain", async () => {
    const apexes = ["a", "b", "c", "d"].map((label) => name(`${label}.example`));
    const { authority, asked } = await start({ zones: apexes.map((one) => zone(one, [])) });
    await Promise.all(apexes.map((one) => authority.find(one, {}, signal)));
    const at = (server: string): string[] =>
      asked.filter((one) => one.server === server).map(({ question }) => question);
    expect(at("root")).toEqual(["example SOA"]);
    expect(at("tld").toSorted()).toEqual(apexes.map((one) => `${one} SOA`));
  });

  it("never asks the resolver, nor any server above the zone, for a name in the zone", async () => {
    const { authority, asked } = await start({ zones: [zone(apex, [])] });
    await authority.find(name(`odoo._domainkey.${apex}`), {}, signal);
    const above = asked.filter(({ server }) => !server.startsWith("ns"));
    expect(above.map(({ question }) => question)).toEqual(["example SOA", `${apex} SOA`]);
  });

  it("finds a zone below another, also where one server holds both", async () => {
    const shop = name(`shop.${apex}`);
    const { authority } = await start({
      zones: [zone(apex, [`shop 300 NS ns1.${apex}`]), zone(shop, [`@ 300 NS ns1.${apex}`])],
    });
    expect((await authority.find(name(`www.${shop}`), {}, signal)).zone).toBe(shop);
    expect((await authority.find(name(`www.${apex}`), {}, signal)).zone).toBe(apex);
  });

  it("takes an alias for a name of its zone, wherever it leads", async () => {
    const { authority } = await start({
      zones: [zone(apex, ["mail 300 CNAME other.example"]), zone("other.example", [])],
    });
    expect((await authority.find(name(`mail.${apex}`), {}, signal)).zone).toBe(apex);
  });

  it("says where a domain is not delegated at all", async () => {
    const { authority } = await start({ zones: [zone(apex, [])] });
    await expect(authority.find(name("unregistered.example"), {}, signal)).rejects.toMatchObject({
      code: "zone-not-live",
      message: expect.stringContaining("unregistered.example is not in DNS"),
    });
  });

  it("tells servers that don't serve the zone from servers that don't answer", async () => {
    const refusing = await under(
      (query) => {
        const isTop = askedFor(query) === "example SOA";
        const authorities = [ns("example", "a.nic.example")];
        reply(query, isTop ? { flags: 0, authorities } : { flags: 0, rcode: 5 });
      },
      (port) => `.=127.0.0.1:${port},a.nic.example=127.0.0.1:${port}`,
    );
    await expect(refusing.find(apex, {}, signal)).rejects.toMatchObject({
      code: "zone-not-live",
      message: expect.stringContaining("the name servers of example don't serve it"),
    });
    const gone = await under(() => undefined);
    await servers.pop()?.close();
    await expect(gone.find(apex, {}, signal)).rejects.toMatchObject({
      code: "transient",
      message: expect.stringContaining("None of the name servers of the root answered"),
    });
  });

  it("believes no glue for names outside the parent's zone, and looks them up instead", async () => {
    const authority = await under(
      (query) => {
        const asked = askedFor(query);
        if (asked === "example SOA") {
          return reply(query, {
            flags: 0,
            authorities: [ns("example", "a.nic.example")],
            additionals: [a("a.nic.example", "192.0.2.1")],
          });
        }
        if (asked === `${apex} SOA`) {
          return reply(query, {
            flags: 0,
            authorities: [ns(apex, "ns1.other.test"), ns(apex, "ns.forged.example")],
            additionals: [a("ns1.other.test", "192.0.2.66"), a("unasked.example", "192.0.2.67")],
          });
        }
        return reply(query, { flags: AA, answers: [ns(apex, "ns1.other.test")] });
      },
      (port) => `.=127.0.0.1:${port},a.nic.example=127.0.0.1:${port}`,
      { "ns1.other.test A": "127.0.0.77" },
    );
    const found = await authority.find(apex, {}, signal);
    expect(found.servers).toEqual([{ name: "ns1.other.test", address: "127.0.0.77", port: 53 }]);
    expect(found.lame).toContainEqual({
      name: "ns.forged.example",
      reason: "there is no such name in DNS",
    });
  });

  it("follows a referral from a server that calls itself authoritative for it", async () => {
    const authority = await under(
      (query) =>
        reply(query, {
          flags: AA,
          [askedFor(query).endsWith("SOA") ? "authorities" : "answers"]: [
            ns(askedFor(query).split(" ")[0] ?? "", `ns1.${apex}`),
          ],
        }),
      (port) => `.=127.0.0.1:${port},ns1.${apex}=127.0.0.1:${port}`,
    );
    expect(await authority.find(apex, {}, signal)).toMatchObject({ zone: apex, lame: [] });
  });

  it("passes over servers that point upwards, sideways or at themselves", async () => {
    const authority = await under(
      (query) => {
        if (query.number === 0)
          return reply(query, { flags: 0, authorities: [ns(".", "a.root-servers.net")] });
        if (query.number === 1)
          return reply(query, { flags: 0, authorities: [ns("other", "ns1.other")] });
        if (query.number === 2) return reply(query, { flags: 0, authorities: [soa("example")] });
        return reply(query, { flags: 0, rcode: 2 });
      },
      (port) => [1, 2, 3, 4].map(() => `.=127.0.0.1:${port}`).join(","),
    );
    await expect(authority.find(apex, {}, signal)).rejects.toMatchObject({
      code: "transient",
      message: expect.stringMatching(/in place of the root's.*a\.root-servers\.net know more/),
    });
  });
});

describe("the servers of a zone", () => {
  it("are those of the parent and those of the zone, where they differ", async () => {
    const own = zone(apex, [
      "ns1 300 A 192.0.2.1",
      "ns3 300 A 192.0.2.3",
      `@ 300 NS ns1.${apex}`,
      `@ 300 NS ns3.${apex}`,
    ]);
    const { authority } = await start({
      zones: [own],
      parents: { [apex]: [`ns1.${apex}`, `ns2.${apex}`] },
    });
    const found = await authority.find(apex, {}, signal);
    expect(found.parent).toEqual([`ns1.${apex}`, `ns2.${apex}`]);
    expect(found.child).toEqual([`ns1.${apex}`, `ns3.${apex}`]);
    expect(found.servers.map((server) => server.name)).toEqual([
      `ns1.${apex}`,
      `ns2.${apex}`,
      `ns3.${apex}`,
    ]);
  });

  it("are lame when they are silent at every address, or serve something else", async () => {
    const started = await start({ zones: [zone(apex, [])] });
    await started.stop(`ns2.${apex}`);
    expect((await started.authority.find(apex, {}, signal)).lame).toEqual([
      { name: `ns2.${apex}`, reason: "127.0.0.1 refuses connections at this port" },
    ]);
  });

  it("are not lame for an address that can't be reached while another answers", async () => {
    const answering = (query: RawQuery): void =>
      reply(query, { flags: AA, answers: [ns(apex, `ns1.${apex}`)], authorities: [soa(apex)] });
    const authority = await under(
      answering,
      (port) => `ns1.${apex}=127.0.0.1:${port},ns1.${apex}=[::1]:9`,
    );
    const found = await authority.find(apex, { nameservers: [name(`ns1.${apex}`)] }, signal);
    expect(found.servers.map((server) => server.address)).toEqual(["127.0.0.1", "::1"]);
    expect(found.lame).toEqual([]);
  });

  it("are not asked by the hundred", async () => {
    const many = Array.from({ length: 100 }, (_, index) => ns(apex, `ns${index}.${apex}`));
    let asked = 0;
    const authority = await under(
      (query) => {
        asked += 1;
        reply(
          query,
          askedFor(query).endsWith("SOA")
            ? { flags: AA, answers: [soa(apex)] }
            : { flags: AA, answers: many },
        );
      },
      (port) =>
        Array.from({ length: 100 }, (_, index) => `ns${index}.${apex}=127.0.0.1:${port}`).join(","),
    );
    const found = await authority.find(apex, { nameservers: [name(`ns0.${apex}`)] }, signal);
    expect(asked).toBe(2 + 32);
    expect(found.lame).toHaveLength(100 - 33);
  });
});

describe("ODOO_MAIL_DNS_NAMESERVERS", () => {
  it("makes the walk needless where it has every name server of the host, but not the root", async () => {
    const asked: string[] = [];
    const authority = await under(
      (query) => {
        asked.push(askedFor(query));
        const answers = askedFor(query).endsWith("NS") ? [ns(apex, `ns1.${apex}`)] : [];
        reply(query, { flags: AA, answers, authorities: [soa(apex)] });
      },
      (port) => `ns1.${apex}=127.0.0.1:${port}`,
    );
    const found = await authority.find(
      name(`www.${apex}`),
      { nameservers: [name(`ns1.${apex}`)] },
      signal,
    );
    expect(found).toMatchObject({
      zone: apex,
      parent: [`ns1.${apex}`],
      child: [`ns1.${apex}`],
      lame: [],
      overridden: true,
    });
    expect(asked).toEqual([`www.${apex} SOA`, `${apex} NS`]);
  });

  it("finds the zone of an alias there, and a zone that the world doesn't have", async () => {
    const started = await start({
      zones: [zone("corp", ["www 300 CNAME web.corp", "web 300 A 192.0.2.1"])],
    });
    const [, ...mapping] = started.env.ODOO_MAIL_DNS_NAMESERVERS.split(",");
    const { resolver, clock } = started;
    const overrides = parseNameServers(mapping.join(","));
    const authority = createAuthority({ resolver, overrides, clock });
    const options = { nameservers: [name("ns1.corp"), name("ns2.corp")] };
    expect((await authority.find(name("www.corp"), options, signal)).zone).toBe("corp");
    expect((await authority.find(name("not.there.corp"), options, signal)).zone).toBe("corp");
  });

  it("says so when those servers don't have the zone, or don't answer", async () => {
    const options = { nameservers: [name(`ns1.${apex}`)] };
    const other = await under(
      (query) => reply(query, { flags: AA, rcode: 5 }),
      (port) => `ns1.${apex}=127.0.0.1:${port}`,
    );
    await expect(other.find(apex, options, signal)).rejects.toMatchObject({
      code: "zone-not-live",
    });
    const gone = await under(
      () => undefined,
      (port) => `ns1.${apex}=127.0.0.1:${port}`,
    );
    await servers.pop()?.close();
    await expect(gone.find(apex, options, signal)).rejects.toMatchObject({ code: "transient" });
  });
});

describe("asking one server", () => {
  it("gives up when the caller does", async () => {
    const caller = new AbortController();
    const authority = await under(() => caller.abort(new Error("Ctrl-C")));
    const [server] = servers;
    const asked = authority.ask(
      { name: apex, address: "127.0.0.1", port: server?.port ?? 0 },
      { name: apex, type: "TXT" },
      caller.signal,
    );
    await expect(asked).rejects.toThrow("Ctrl-C");
  });

  it("takes a no that comes with the zone's own NS for a no (RFC 2308 2.2)", async () => {
    const authority = await under((query) =>
      reply(query, { flags: AA, authorities: [ns(apex, `ns1.${apex}`)] }),
    );
    const [server] = servers;
    const asked = await authority.ask(
      { name: apex, address: "127.0.0.1", port: server?.port ?? 0 },
      { name: apex, type: "TXT" },
      signal,
    );
    expect(asked).toEqual({ authoritative: true, answer: { status: "nodata" } });
  });

  it("marks what a server says that doesn't hold the zone", async () => {
    const authority = await under((query) =>
      reply(query, { flags: 0, answers: [{ type: "TXT", name: apex, ttl: 5, data: "cached" }] }),
    );
    const [server] = servers;
    const asked = await authority.ask(
      { name: apex, address: "127.0.0.1", port: server?.port ?? 0 },
      { name: apex, type: "TXT" },
      signal,
    );
    expect(asked).toEqual({
      authoritative: false,
      answer: { status: "records", records: [{ data: "cached", ttl: 5 }] },
    });
  });
});

it("the root has thirteen name servers, each with an IPv4 and an IPv6 address", () => {
  expect(ROOT_SERVERS.map(([server]) => server)).toEqual(
    [..."abcdefghijklm"].map((letter) => `${letter}.root-servers.net`),
  );
  expect(ROOT_SERVERS.every(([, ipv4, ipv6]) => isIP(ipv4) === 4 && isIP(ipv6) === 6)).toBe(true);
});
