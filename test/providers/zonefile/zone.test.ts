import { describe, expect, test, vi } from "vitest";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import { isMailDnsError } from "../../../src/core/errors.ts";
import { apexOf, readZone, rrsetsOf, type Zone } from "../../../providers/zonefile/zone.ts";
import type { Include } from "../../../providers/zonefile/records.ts";

// Much work, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const origin = parseName("mycompany.example") as DomainName;
const SOA = "@ 3600 IN SOA ns1 hostmaster 2026112401 7200 3600 1209600 300\n";

function read(text: string, include?: Include): Zone {
  return readZone({ file: "my.zone", text }, { origin, ...(include && { include }) });
}

/** `name ttl type data` of everything but the SOA. */
function lines(text: string, include?: Include): string[] {
  return read(text, include)
    .records.filter((record) => record.type !== "SOA")
    .map(({ name, ttl, type, data }) => `${name} ${ttl} ${type} ${data}`);
}

function complaint(text: string, include?: Include): string {
  try {
    read(text, include);
  } catch (error) {
    if (isMailDnsError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return "none";
}

function files(all: Record<string, string>): Include {
  return (path) => ({ file: path, text: all[path] ?? "" });
}

describe("a master file is read as name servers read it (RFC 1035 5.1)", () => {
  test.each([
    [
      "relative, absolute and @ names",
      "www A 192.0.2.1\nA.B.EXAMPLE. A 192.0.2.9\n@ NS ns1\n",
      ["www.mycompany.example 60 A 192.0.2.1", "mycompany.example 60 NS ns1.mycompany.example"],
    ],
    [
      "class and TTL in any order, in any case",
      "a in 5 A 192.0.2.1\nb 5 IN A 192.0.2.1\nc 1h30m a 192.0.2.1\n",
      [
        "a.mycompany.example 5 A 192.0.2.1",
        "b.mycompany.example 5 A 192.0.2.1",
        "c.mycompany.example 5400 A 192.0.2.1",
      ],
    ],
    [
      "a blank owner is the one before, also after $ORIGIN",
      "www A 192.0.2.1\n$ORIGIN sub\n  TXT x\n",
      ["www.mycompany.example 60 A 192.0.2.1", "www.mycompany.example 60 TXT x"],
    ],
    [
      "$ORIGIN is relative to the one before",
      "$ORIGIN a\n$ORIGIN b\n@ A 192.0.2.1\n$ORIGIN example.\nx.mycompany A 192.0.2.2\n",
      ["b.a.mycompany.example 60 A 192.0.2.1", "x.mycompany.example 60 A 192.0.2.2"],
    ],
    [
      "strings are joined with nothing",
      '@ TXT "v=spf1 include:" "_spf.google.com ~all"\n@ TXT v=spf1 ~all\n',
      [
        "mycompany.example 60 TXT v=spf1 include:_spf.google.com ~all",
        "mycompany.example 60 TXT v=spf1~all",
      ],
    ],
    [
      "a semicolon in quotes is text, one after a word is a comment",
      '@ TXT "v=DMARC1; p=none" ; why\n@ TXT a;b\n@ TXT a\\;b\n',
      [
        "mycompany.example 60 TXT v=DMARC1; p=none",
        "mycompany.example 60 TXT a",
        "mycompany.example 60 TXT a;b",
      ],
    ],
    ["escapes are decimal", '@ TXT "\\052\\"\\\\"\n', ['mycompany.example 60 TXT 4"\\']],
    [
      "parentheses hold lines together, comments and all",
      '@ TXT ( ; one\r\n "a" ; (two\r\n"b")\r\n TXT(c)\r\n',
      ["mycompany.example 60 TXT ab", "mycompany.example 60 TXT c"],
    ],
    [
      "a name with a dot or a space in a label",
      "a\\.b\\032c A 192.0.2.1\n",
      ["a\\.b\\032c.mycompany.example 60 A 192.0.2.1"],
    ],
    ["the last line needs no end", "www A 192.0.2.1", ["www.mycompany.example 60 A 192.0.2.1"]],
    [
      "bytes outside ASCII survive in text and names",
      '\u00e4 TXT "\u00e4"\n',
      ["\\228.mycompany.example 60 TXT \u00e4"],
    ],
    [
      "octets of any type (RFC 3597)",
      "@ TXT \\# 4 03 616263\n@ TYPE16 \\# 2 0178\n@ CLASS1 CNAME \\# 3 016100\n@ TYPE65280 \\# 1 FF\n@ A \\# 4 c0000201\n@ AAAA \\# 16 20010db8000000000000000000000001\n@ MX \\# 5 000a 016100\n",
      [
        "mycompany.example 60 TXT abc",
        "mycompany.example 60 TXT x",
        "mycompany.example 60 CNAME a",
        "mycompany.example 60 TYPE65280 \\# 1 ff",
        "mycompany.example 60 A 192.0.2.1",
        "mycompany.example 60 AAAA 2001:db8:0:0:0:0:0:1",
        "mycompany.example 60 MX 10 a",
      ],
    ],
    [
      "other types stay as they are written",
      '_a._tcp SRV 0 5 443 "x" www ; why\n@ MX 010 mail\n',
      [
        '_a._tcp.mycompany.example 60 SRV 0 5 443 "x" www',
        "mycompany.example 60 MX 10 mail.mycompany.example",
      ],
    ],
  ])("%s", (_, text, expected) => {
    expect(lines(`$TTL 60\n${SOA}${text}`)).toEqual(expected);
  });

  test("without $TTL the TTL stated last goes on, and before any the SOA's minimum", () => {
    expect(lines("@ SOA a b 1 2 3 4 300\n@ NS a\n@ 7 TXT x\n TXT y\n")).toEqual([
      "mycompany.example 300 NS a.mycompany.example",
      "mycompany.example 7 TXT x",
      "mycompany.example 300 TXT y",
    ]);
    expect(lines(`${SOA}@ 7 TXT x\n TXT y\n`)).toEqual([
      "mycompany.example 7 TXT x",
      "mycompany.example 7 TXT y",
    ]);
  });

  test("an SOA over several lines, with time units and comments", () => {
    const { soa, apex } = read(
      "@ 1d IN SOA ns1 ( host\\.master 007 ; serial\n 2h\n 1h 2w ; x\n 5m )\n",
    );
    expect(apex).toBe(origin);
    expect(soa.data).toBe(
      "ns1.mycompany.example host\\.master.mycompany.example 7 7200 3600 1209600 300",
    );
  });
});

describe("$INCLUDE and $GENERATE are followed, since they can define our names", () => {
  test("the included file has its own origin, the parent's is back afterwards", () => {
    const include = files({ "a.inc": "www A 192.0.2.1\n$ORIGIN x\n@ A 192.0.2.2\n$TTL 9\n" });
    expect(lines(`${SOA}$INCLUDE a.inc sub ; why\nwww A 192.0.2.3\n`, include)).toEqual([
      "www.sub.mycompany.example 3600 A 192.0.2.1",
      "x.sub.mycompany.example 3600 A 192.0.2.2",
      "www.mycompany.example 9 A 192.0.2.3",
    ]);
  });

  test("the owner before an $INCLUDE is the owner after it", () => {
    const include = files({ "a.inc": "www A 192.0.2.1\n" });
    expect(lines(`${SOA}$INCLUDE a.inc\n TXT x\n`, include)[1]).toBe(
      "mycompany.example 3600 TXT x",
    );
  });

  test.each([
    ["1-3 host$ A 192.0.2.$", ["host1 A 192.0.2.1", "host2 A 192.0.2.2", "host3 A 192.0.2.3"]],
    [
      "0-4/2 h${10,4,x} 60 IN CNAME t$$.",
      ["h000a CNAME t\\036", "h000c CNAME t\\036", "h000e CNAME t\\036"],
    ],
    ["1-1 ${0,3,n} PTR a.", ["1.0 PTR a"]],
    ['1-1 a\\$$ TXT "x $ y"', ["a\\0361 TXT x1y"]],
    ["18-18 ${-8,2}-${0,0,o}-${0,0,X} A 192.0.2.1", ["10-22-12 A 192.0.2.1"]],
  ])("$GENERATE %s", (text, expected) => {
    const found = lines(`${SOA}$GENERATE ${text}\n`);
    expect(found.map((line) => line.replace(/\.mycompany\.example \d+/, ""))).toEqual(expected);
  });
});

describe("what no name server would load is refused, with its place", () => {
  test.each([
    ['@ TXT "open\n', "invalid-input my.zone:2:7: this quote is not closed on its line"],
    ["@ TXT ( a\n", "invalid-input my.zone:2:7: this parenthesis is never closed"],
    ["@ TXT a )\n", "invalid-input my.zone:2:9: this parenthesis was never opened"],
    ["(a) A 192.0.2.1\n", "invalid-input my.zone:2:1: a line can't begin with a parenthesis"],
    [
      "@ CH TXT a\n",
      "invalid-input my.zone:2:3: the record's class is not IN; this file is no zone of the Internet",
    ],
    [
      `@ TXT ${"a".repeat(256)}\n`,
      "invalid-input my.zone:2:7: a string has 256 octets; DNS allows 255",
    ],
    ["@ TXT \\256\n", "invalid-input my.zone:2:7: an escape is not `\\DDD` (0 to 255) or `\\X`"],
    ["@ TXT a\\\n", "invalid-input my.zone:2:8: a backslash stands at the end of the line"],
    [
      "@ A 1\rb A 2\n",
      "invalid-input my.zone:2:6: a carriage return stands inside the line; name servers read that differently",
    ],
    ["@ A \0\n", "invalid-input my.zone:2:5: there is a NUL octet"],
    ["a..b A 192.0.2.1\n", "invalid-input my.zone:2:1: no domain name stands here"],
    [`${"a".repeat(64)} A 192.0.2.1\n`, "invalid-input my.zone:2:1: no domain name stands here"],
    ["@ 3600\n", "invalid-input my.zone:2:3: the record has no type"],
    ["@ CNAME a b\n", "invalid-input my.zone:2:11: the record's data have 2 parts where 1 belong"],
    [
      "@ TXT \\# 3 0161\n",
      "invalid-input my.zone:2:3: the octets after \\# do not fit their length",
    ],
    ["$FOO x\n", "invalid-input my.zone:2:1: there is no such directive"],
    ["$INCLUDE a\n", "invalid-input my.zone:2:1: $INCLUDE is not possible here"],
    [SOA, "invalid-input my.zone has 2 SOA records; a zone has one."],
  ])("%j", (text, message) => {
    expect(complaint(`${SOA}${text}`)).toBe(message);
  });

  test("no SOA, a byte order mark, a blank owner at the start", () => {
    expect(complaint("")).toBe("invalid-input my.zone has no SOA record: it is no zone.");
    expect(complaint(`\u00ef\u00bb\u00bf${SOA}`)).toContain(
      "my.zone:1:1: the file begins with a byte",
    );
    expect(complaint(" A 192.0.2.1\n")).toContain("my.zone:1:1: the first record of a file needs");
  });
});

describe("work is bounded", () => {
  test("files that include each other", () => {
    const include: Include = (path) => ({ file: path, text: "$INCLUDE loop\n" });
    expect(complaint(`${SOA}$INCLUDE loop\n`, include)).toBe(
      "limit-exceeded loop:1:1: the zone has files that include each other 10 deep.",
    );
  });

  test("a file that is included again and again", () => {
    const include: Include = (path) => ({ file: path, text: "" });
    expect(complaint(`${SOA}${"$INCLUDE a\n".repeat(1001)}`, include)).toContain(
      "the zone has more than 1000 files",
    );
  });

  test("a range and a width out of all proportion", () => {
    expect(complaint(`${SOA}$GENERATE 0-2147483647 a$ A 192.0.2.1\n`)).toBe(
      "limit-exceeded my.zone:2:1: the zone has more than 131072 generated records.",
    );
    expect(complaint(`${SOA}$GENERATE 1-2 a\${0,999999999} A 192.0.2.1\n`)).toContain(
      "a format in ${...} is not valid",
    );
    expect(
      complaint(`${SOA}$GENERATE 0-100000 a$ TXT "${`${"x".repeat(250)} `.repeat(16)}"\n`),
    ).toContain("the zone has more than 64 MiB");
  });
});

// Each of these takes minutes, or the whole stack, when a step is repeated for every octet.
describe("time grows with the text and not faster", () => {
  const MANY = 1_000_000;
  test.each<[string, string, string]>([
    ["parentheses", `@ TXT ${"(".repeat(MANY)}a${")".repeat(MANY)}\n`, "none"],
    [
      "parentheses that are never closed",
      `@ TXT ${"(".repeat(MANY)}`,
      "this parenthesis is never closed",
    ],
    ["lines without anything", "\n ;\n".repeat(MANY), "none"],
    ["one comment", `;${"(".repeat(MANY)}\n`, "none"],
    ["an open quote", `@ TXT "${"\\a".repeat(MANY)}`, "this quote is not closed on its line"],
    ["a long string", `@ TXT "${"\\065".repeat(MANY)}"\n`, "a string has 1000000 octets"],
    ["many strings", `@ TXT ${"a ".repeat(MANY)}\n`, "the record has 2000000 octets"],
    ["backslashes in a name", `${"\\\\".repeat(MANY)} A 192.0.2.1\n`, "no domain name stands here"],
    ["dots in a name", `${"a.".repeat(MANY)} A 192.0.2.1\n`, "no domain name stands here"],
    ["a long TTL", `@ ${"1h".repeat(MANY)} A 192.0.2.1\n`, "no record type stands here"],
    [
      "octets in hexadecimal",
      `@ TXT \\# 9 ${"00".repeat(MANY)}\n`,
      "the octets after \\# do not fit",
    ],
    [
      "open braces",
      `$GENERATE 1-2 a$ TXT ${"${".repeat(MANY)}\n`,
      "a format in ${...} is not valid",
    ],
    ["dollar signs", `$GENERATE 1-2 a$ TXT ${"$".repeat(MANY + 1)}\n`, "a string has"],
    ["values of one RRset", "@ TXT a\n".repeat(MANY / 5), "none"],
  ])("%s", (_, text, message) => {
    expect(complaint(`${SOA}${text}`)).toContain(message);
  });
});

describe("the zone's name", () => {
  test.each([
    ["$ORIGIN example.com.\n@ SOA a b 1 2 3 4 5\n", "example.com"],
    ["Example.COM. SOA a b 1 2 3 4 5\n", "example.com"],
    ["$ORIGIN com.\nexample SOA a b 1 2 3 4 5\n", "example.com"],
    ["@ SOA a b 1 2 3 4 5\n", undefined],
    ["$ORIGIN sub\n@ SOA a b 1 2 3 4 5\n", undefined],
  ])("%j", (text, apex) => {
    expect(apexOf({ file: "x", text })).toBe(apex);
  });
});

test("records become RRsets, with the first one's TTL and every value once", () => {
  const { records } = read(`${SOA}@ 60 TXT b\n@ 70 TXT a\n@ TXT b\nWWW TXT a\n`);
  expect(rrsetsOf(records).slice(1)).toEqual([
    { name: "mycompany.example", type: "TXT", ttl: 60, values: ["b", "a"] },
    { name: "www.mycompany.example", type: "TXT", ttl: 70, values: ["a"] },
  ]);
});
