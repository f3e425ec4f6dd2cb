import { createConnection } from "node:net";
import packet from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import {
  type NameServer,
  startNameServer,
  type Zone,
} from "../../../examples/name-server/server.ts";
import { respond } from "../../../examples/name-server/message.ts";
import type { RRset } from "../../../src/core/dns/rrset.ts";
import { rcodeName } from "../../../src/resolve/codes.ts";
import { createExchange } from "../../../src/resolve/exchange.ts";
import { splitMessages } from "../../../src/resolve/transport.ts";
import { type Message, readMessage, writeQuery } from "../../../src/resolve/wire.ts";
import { name, patientClock, zone } from "../../resolve/world.ts";

const signal = new AbortController().signal;
const LONG = "k".repeat(1400);
const example = zone("example.com", [
  "@ 300 TXT v=spf1 -all",
  "@ 300 SPF v=spf1 -all",
  "@ 300 MX 10 mail.example.com",
  "@ 300 AAAA 2001:db8::1",
  "octets 300 TXT \u0000\u001b[31m\u00ff",
  `long 300 TXT ${LONG}`,
  "own 300 TYPE65280 \\# 3 00ff10",
  "odd 300 CAA 0 issue example.org",
  "dotted 300 CNAME a\\.b.example.com",
  "x\\032y 300 TXT space",
]);

/** What comes back for a query with these parts, in one message and without a network. */
function send(
  query: packet.Packet,
  zones: readonly Zone[] = [example],
  transport: "udp" | "tcp" = "udp",
): Message | undefined {
  const response = respond(zones, packet.encode({ id: 7, type: "query", ...query }), transport);
  return response && readMessage(response);
}

function question(label: string, type: packet.RecordType = "TXT"): packet.Question {
  return { name: label === "@" ? "example.com" : `${label}.example.com`, type };
}

function opt(udpPayloadSize: number, ednsVersion = 0): packet.OptAnswer {
  return {
    type: "OPT",
    name: ".",
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

describe("the message that goes back", () => {
  it("carries id, question and RD of the query, AA, and OPT only where one came", () => {
    const plain = send({ questions: [question("@")], flags: packet.RECURSION_DESIRED });
    expect(plain).toMatchObject({
      id: 7,
      isResponse: true,
      isAuthoritative: true,
      wantsRecursion: true,
      offersRecursion: false,
      questions: [{ name: "example.com", type: "TXT", class: 1 }],
      answer: [{ name: "example.com", type: "TXT", ttl: 300, data: "v=spf1 -all" }],
    });
    expect(plain?.edns).toBeUndefined();
    expect(send({ questions: [question("@")], additionals: [opt(4096)] })?.edns).toEqual({
      udpSize: 1232,
      version: 0,
    });
  });

  it("keeps every type that a zone may hold, octet by octet", () => {
    const data = (label: string, type: string): string | undefined => {
      const owner = name(label === "@" ? "example.com" : `${label}.example.com`);
      const query = writeQuery(1, { name: owner, type }, { recursion: false, edns: true });
      const response = query && respond([example], query, "udp");
      return response && readMessage(response)?.answer[0]?.data;
    };
    expect(data("octets", "TXT")).toBe("\u0000\u001b[31m\u00ff");
    expect(data("@", "SPF")).toBe("v=spf1 -all");
    expect(data("@", "MX")).toBe("10 mail.example.com");
    expect(data("@", "AAAA")).toBe("2001:db8::1");
    expect(data("@", "NS")).toBe("ns1.example.com");
    expect(data("@", "SOA")).toBe("ns1.example.com hostmaster.invalid 1 3600 600 1209600 300");
    expect(data("own", "TYPE65280")).toBe("\\# 3 00ff10");
    expect(data("x\\032y", "TXT")).toBe("space");
  });

  it("is SERVFAIL, and not 'none', for what it can't put on the wire", () => {
    expect(rcodeName(send({ questions: [question("odd", "CAA")] })?.rcode ?? 0)).toBe("SERVFAIL");
    expect(rcodeName(send({ questions: [question("dotted", "CNAME")] })?.rcode ?? 0)).toBe(
      "SERVFAIL",
    );
    const huge: RRset = {
      name: name("huge.example.com"),
      type: "TXT",
      ttl: 1,
      values: Array.from({ length: 60 }, (_, index) => `${index}${LONG}`),
    };
    const zones = [{ ...example, rrsets: [...example.rrsets, huge] }];
    expect(rcodeName(send({ questions: [question("huge")] }, zones, "tcp")?.rcode ?? 0)).toBe(
      "SERVFAIL",
    );
  });

  it("is empty with TC over UDP when it is longer than the client takes", () => {
    const cut = { isTruncated: true, answer: [], rcode: 0, isAuthoritative: true };
    expect(send({ questions: [question("long")] })).toMatchObject(cut);
    expect(send({ questions: [question("long")], additionals: [opt(65_535)] })).toMatchObject(cut);
    const whole = { isTruncated: false, answer: [{ data: LONG }] };
    expect(send({ questions: [question("long")] }, [example], "tcp")).toMatchObject(whole);
    const middle = zone("example.com", [`long 300 TXT ${"k".repeat(700)}`]);
    expect(send({ questions: [question("long")] }, [middle])).toMatchObject(cut);
    expect(
      send({ questions: [question("long")], additionals: [opt(100)] }, [middle]),
    ).toMatchObject(cut);
    expect(
      send({ questions: [question("long")], additionals: [opt(1232)] }, [middle]),
    ).toMatchObject({ isTruncated: false });
  });

  it("refuses what an authoritative server of this kind does not do", () => {
    const code = (query: packet.Packet): string => rcodeName(send(query)?.rcode ?? 0);
    expect(code({ questions: [{ ...question("@"), class: "CH" }] })).toBe("REFUSED");
    expect(code({ questions: [question("@", "AXFR")] })).toBe("REFUSED");
    expect(code({ questions: [question("@", "IXFR")] })).toBe("REFUSED");
    expect(code({ questions: [] })).toBe("FORMERR");
    expect(code({ questions: [question("@"), question("@")] })).toBe("FORMERR");
    expect(code({ questions: [question("@")], flags: 5 << 11 })).toBe("NOTIMP");
    expect(code({ questions: [question("@")], additionals: [opt(1232, 1)] })).toBe("RCODE 16");
    expect(code({ questions: [{ name: "example.org", type: "A" }] })).toBe("REFUSED");
  });

  it("is none for what is no query", () => {
    expect(send({ type: "response", questions: [question("@")] })).toBeUndefined();
    expect(respond([example], Buffer.from("GET / HTTP/1.1\r\n\r\n"), "tcp")).toBeUndefined();
  });
});

describe("the server", () => {
  let server: NameServer;
  afterEach(() => server.close());

  const ask = async (label = "@", type = "TXT"): Promise<string> => {
    const owner = name(label === "@" ? "example.com" : `${label}.example.com`);
    const options = { recursion: false, timeouts: [1000] };
    const reply = await createExchange(patientClock)(
      server,
      { name: owner, type },
      options,
      signal,
    );
    if (reply.kind !== "message") return reply.detail;
    return reply.message.answer[0]?.data ?? rcodeName(reply.message.rcode);
  };

  it("answers over UDP, over TCP what is longer, and tells what it was asked", async () => {
    const asked: string[] = [];
    server = await startNameServer({
      zones: [example],
      onQuestion: ({ name, type }, transport) => asked.push(`${transport} ${name} ${type}`),
    });
    expect(await ask()).toBe("v=spf1 -all");
    expect(await ask("long")).toBe(LONG);
    expect(asked).toEqual([
      "udp example.com TXT",
      "udp long.example.com TXT",
      "tcp long.example.com TXT",
    ]);
  });

  it("serves changed zones with the next query", async () => {
    let zones = [example];
    server = await startNameServer({ zones: async () => zones });
    expect(await ask()).toBe("v=spf1 -all");
    zones = [zone("example.com", ["@ 300 TXT new"])];
    expect(await ask()).toBe("new");
  });

  it("answers SERVFAIL while the zones can't be had", async () => {
    server = await startNameServer({
      zones: () => {
        throw new Error("no such file");
      },
    });
    expect(await ask()).toBe("SERVFAIL");
  });

  it("answers several queries on one connection, and ends one that talks nonsense", async () => {
    server = await startNameServer({ zones: [example] });
    const stream = createConnection({ host: server.address, port: server.port });
    const ids: number[] = [];
    stream.on(
      "data",
      splitMessages((octets) => ids.push(octets.readUInt16BE(0))),
    );
    for (const id of [1, 2, 3]) {
      stream.write(packet.streamEncode({ id, type: "query", questions: [question("long")] }));
    }
    stream.write(Buffer.from([0, 2, 1, 1]));
    await new Promise((resolve) => stream.on("close", resolve));
    expect(ids).toEqual([1, 2, 3]);
  });

  it("closes with clients still connected", async () => {
    server = await startNameServer({ zones: [example] });
    const stream = createConnection({ host: server.address, port: server.port });
    await new Promise((resolve) => stream.on("connect", resolve));
    const closed = new Promise((resolve) => stream.on("close", resolve));
    await server.close();
    await closed;
    server = await startNameServer({ zones: [] });
  });

  it("listens on loopback only, and on the port that it is given or not at all", async () => {
    server = await startNameServer({ zones: [] });
    const { port } = server;
    await expect(startNameServer({ zones: [], port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    for (const address of ["0.0.0.0", "192.0.2.1", "::"]) {
      await expect(startNameServer({ zones: [], address })).rejects.toThrow("no loopback address");
    }
  });
});
