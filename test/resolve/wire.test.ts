import packet from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelsOf } from "../../src/core/dns/name.ts";
import { readMessage, writeQuery } from "../../src/resolve/wire.ts";
import { message, pointer, wireName, wireQuestion, wireRecord, wireText } from "./raw-server.ts";
import { name } from "./world.ts";
import { law } from "../law.ts";

const owner = wireName("example", "com");
const question = wireQuestion(owner);

function answers(...records: readonly Buffer[]) {
  const counts = [1, records.length, 0, 0] as const;
  return readMessage(message({ id: 7, counts, body: [question, ...records] }))?.answer;
}

describe("reading a message", () => {
  it("keeps id, flags, code, question and every record with its TTL", () => {
    const record = wireRecord(pointer(12), wireText("v=spf1 ", "~all"), { ttl: 77 });
    expect(readMessage(message({ id: 7, flags: 0x8583, body: [question, record] }))).toEqual({
      id: 7,
      isResponse: true,
      opcode: 0,
      isAuthoritative: true,
      isTruncated: false,
      wantsRecursion: true,
      offersRecursion: true,
      rcode: 3,
      questions: [{ name: "example.com", type: "TXT", class: 1 }],
      answer: [{ name: "example.com", type: "TXT", ttl: 77, data: "v=spf1 ~all" }],
      authority: [],
      additional: [],
    });
  });

  it("keeps the octets of TXT as they are: NUL, escapes, what is no UTF-8", () => {
    expect(answers(wireRecord(owner, wireText("\0\u001b[31m\u00ff\u00e9")))?.[0]?.data).toBe(
      "\0\u001b[31m\u00ff\u00e9",
    );
  });

  it("tells a dot inside a label from a dot between labels, and keeps other octets apart", () => {
    const odd = wireRecord(wireName("a.b", "\u00e9", "com"), wireName("x.y", "org"), { type: 5 });
    expect(answers(odd)).toEqual([
      { name: "a\\.b.\\233.com", type: "CNAME", ttl: 300, data: "x\\.y.org" },
    ]);
  });

  it("compares names in lower case and writes IPv6 as RFC 5952 does", () => {
    const address = Buffer.from("20010db8000000000000000000000001", "hex");
    expect(answers(wireRecord(wireName("WWW", "Example", "COM"), address, { type: 28 }))).toEqual([
      { name: "www.example.com", type: "AAAA", ttl: 300, data: "2001:db8::1" },
    ]);
  });

  it("takes a TTL with its first bit set for zero (RFC 2181 8)", () => {
    expect(answers(wireRecord(owner, wireText("x"), { ttl: 0xffffffff }))?.[0]?.ttl).toBe(0);
  });

  it("keeps a type that it doesn't know as it came (RFC 3597), and drops other classes", () => {
    const unknown = wireRecord(owner, Buffer.from([1, 255]), { type: 65280 });
    const chaos = wireRecord(owner, wireText("x"), { class: 3 });
    expect(answers(unknown, chaos)).toEqual([
      { name: "example.com", type: "TYPE65280", ttl: 300, data: "\\# 2 01ff" },
    ]);
  });

  it("adds the upper bits of an OPT record to the code", () => {
    const opt = wireRecord(wireName(), Buffer.alloc(0), { type: 41, class: 1232, ttl: 0x01000000 });
    const whole = message({ id: 1, counts: [1, 0, 0, 1], body: [question, opt] });
    expect(readMessage(whole)).toMatchObject({ rcode: 16, edns: { udpSize: 1232, version: 0 } });
  });
});

describe("octets that are no message", () => {
  const nothing: Readonly<Record<string, Buffer>> = {
    "nothing at all": Buffer.alloc(0),
    "half a header": Buffer.alloc(11),
    "counts that lie": message({ id: 1, counts: [1, 65535, 0, 0], body: [question] }),
    "a pointer to itself": message({
      id: 1,
      counts: [1, 0, 0, 0],
      body: [wireQuestion(pointer(12))],
    }),
    "a pointer forward": message({
      id: 1,
      counts: [1, 0, 0, 0],
      body: [wireQuestion(pointer(18)), wireName("a"), Buffer.alloc(9)],
    }),
    "two pointers that point at each other": message({
      id: 1,
      body: [
        wireQuestion(Buffer.concat([Buffer.from("\u0001a"), pointer(18)])),
        wireRecord(pointer(12), wireText("x")),
      ],
    }),
    "a label of a kind that was never used": message({
      id: 1,
      counts: [1, 0, 0, 0],
      body: [wireQuestion(Buffer.from([0x80, 1, 0]))],
    }),
    "a label that reaches over the end": message({
      id: 1,
      counts: [1, 0, 0, 0],
      body: [Buffer.from([63, 97])],
    }),
    "a name of more than 255 octets": message({
      id: 1,
      counts: [1, 0, 0, 0],
      body: [wireQuestion(wireName(...Array.from({ length: 5 }, () => "x".repeat(60))))],
    }),
    "a record longer than the message": message({
      id: 1,
      body: [
        question,
        wireRecord(owner, wireText("v=spf1 include:_spf.odoo.com -all"), { length: 200 }),
      ],
    }),
    "a string longer than its record": message({
      id: 1,
      body: [
        question,
        wireRecord(owner, Buffer.from([200, 97, 98])),
        wireRecord(owner, wireText("x".repeat(250))),
      ],
    }),
    "a TXT record without a string": message({
      id: 1,
      body: [question, wireRecord(owner, Buffer.alloc(0))],
    }),
    "an address of five octets": message({
      id: 1,
      body: [question, wireRecord(owner, Buffer.alloc(5), { type: 1 })],
    }),
    "a target that ends before its record": message({
      id: 1,
      body: [
        question,
        wireRecord(owner, Buffer.concat([wireName("a"), Buffer.alloc(1)]), { type: 5 }),
      ],
    }),
    "a SOA cut short": message({
      id: 1,
      body: [
        question,
        wireRecord(owner, Buffer.concat([wireName("a"), wireName("b"), Buffer.alloc(19)]), {
          type: 6,
        }),
      ],
    }),
  };
  it.each(Object.entries(nothing))("are refused: %s", (_, octets) => {
    expect(readMessage(octets)).toBeUndefined();
  });

  it("cost no more than their length, even as chains of pointers to pointers", () => {
    // 16 KiB of pointers, each to the one before, and 4000 records whose names begin at the last.
    const chain = Array.from({ length: 8000 }, (_, index) =>
      pointer(12 + 2 * Math.max(index - 1, 0)),
    );
    const record = wireRecord(pointer(12 + 2 * 7999), Buffer.alloc(0), { type: 10 });
    const body = [...chain, ...Array.from({ length: 4000 }, () => record)];
    expect(readMessage(message({ id: 1, counts: [0, 4000, 0, 0], body }))).toBeUndefined();
  });

  it("are never more than refused, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        readMessage(Buffer.from(octets));
      }),
      law(10_000),
    );
  });

  it("are never more than refused when a good message was damaged at any place", () => {
    const good = message({
      id: 1,
      counts: [1, 3, 0, 0],
      body: [
        question,
        wireRecord(pointer(12), wireText("v=spf1 ~all")),
        wireRecord(pointer(12), Buffer.concat([wireName("a"), pointer(12), Buffer.alloc(20)]), {
          type: 6,
        }),
        wireRecord(wireName("b"), Buffer.concat([Buffer.from([0, 10]), pointer(12)]), { type: 15 }),
      ],
    });
    const at = fc.nat(good.length - 1);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(at, fc.nat(255)), { minLength: 1, maxLength: 4 }),
        at,
        (damage, end) => {
          const octets = Buffer.from(good);
          for (const [place, value] of damage) octets[place] = value;
          readMessage(octets);
          readMessage(octets.subarray(0, end));
        },
      ),
      law(10_000),
    );
  });
});

describe("what dns-packet writes", () => {
  const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
  const host = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join("."));
  const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
  const text = fc.array(fc.string({ unit: octet, maxLength: 255 }), { minLength: 1, maxLength: 4 });

  it("is read as it was meant", () => {
    fc.assert(
      fc.property(host, host, text, fc.nat(0x7fffffff), (own, target, strings, ttl) => {
        const data = strings.map((part) => Buffer.from(part, "latin1"));
        const octets = packet.encode({
          type: "response",
          id: 1,
          questions: [{ name: own, type: "TXT" }],
          answers: [
            { name: own, type: "CNAME", ttl, data: target },
            { name: target, type: "TXT", ttl, data },
            { name: own, type: "MX", ttl, data: { preference: 10, exchange: target } },
          ],
        });
        expect(readMessage(octets)?.answer).toEqual([
          { name: own, type: "CNAME", ttl, data: target },
          { name: target, type: "TXT", ttl, data: strings.join("") },
          { name: own, type: "MX", ttl, data: `10 ${target}` },
        ]);
      }),
      law(10_000),
    );
  });
});

describe("writing a query", () => {
  it("asks for any name that can be, octet by octet", () => {
    const labels = fc.array(
      fc.string({
        unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
        minLength: 1,
        maxLength: 40,
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(labels, fc.nat(0xffff), fc.boolean(), (raw, id, recursion) => {
        const asked = readMessage(
          message({ id: 1, counts: [1, 0, 0, 0], body: [wireQuestion(wireName(...raw))] }),
        )?.questions[0]?.name;
        if (asked === undefined) throw new Error("a name that should have been read");
        const query = writeQuery(id, { name: asked, type: "AAAA" }, { recursion, edns: true });
        const read = query && readMessage(query);
        expect(read).toMatchObject({
          id,
          isResponse: false,
          wantsRecursion: recursion,
          questions: [{ name: asked, type: "AAAA", class: 1 }],
          edns: { udpSize: 1232, version: 0 },
        });
        expect(labelsOf(read?.questions[0]?.name ?? name("."))).toEqual(labelsOf(asked));
      }),
      law(10_000),
    );
  });

  it("leaves EDNS out for servers that don't know it", () => {
    const query = writeQuery(1, { name: name("."), type: "NS" }, { recursion: false, edns: false });
    expect(query && readMessage(query)).toMatchObject({
      questions: [{ name: ".", type: "NS" }],
      additional: [],
    });
    expect(query).toHaveLength(17);
  });

  it("knows types by number too, and none that has no number", () => {
    const options = { recursion: false, edns: false };
    const generic = writeQuery(1, { name: name("a"), type: "TYPE65280" }, options);
    expect(generic && readMessage(generic)?.questions[0]?.type).toBe("TYPE65280");
    expect(writeQuery(1, { name: name("a"), type: "NONSENSE" }, options)).toBeUndefined();
  });
});
