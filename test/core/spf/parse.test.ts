import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSpf, printSpf } from "../../../src/core/spf/parse.ts";
import { arbitraryDamagedRecord, arbitraryOctets, arbitrarySpfRecord } from "./arbitraries.ts";
import { countSteps } from "./steps.ts";
import { law } from "../../law.ts";

const RUNS = law(10_000);

/** Text as DNS carries it: one character an octet, UTF-8 as several. */
function octets(text: string): string {
  return Array.from(new TextEncoder().encode(text), (code) => String.fromCharCode(code)).join("");
}

function faultsOf(terms: string) {
  const read = parseSpf(octets(`v=spf1 ${terms}`));
  if (read.kind !== "broken") throw new Error(`${terms} is ${read.kind}`);
  return read.faults;
}

describe("what a valid record says (RFC 7208 12)", () => {
  test("the page's example, term by term", () => {
    expect(parseSpf("v=spf1 include:_spf.google.com ~all")).toEqual({
      kind: "spf",
      record: {
        version: "v=spf1",
        terms: [
          {
            gap: " ",
            term: {
              kind: "mechanism",
              raw: "include:_spf.google.com",
              name: "include",
              qualifier: "+",
              domain: "_spf.google.com",
            },
          },
          { gap: " ", term: { kind: "mechanism", raw: "~all", name: "all", qualifier: "~" } },
        ],
        tail: "",
      },
    });
  });

  test("the version alone, and spaces wherever there may be some", () => {
    expect(parseSpf("V=Spf1")).toMatchObject({ record: { version: "V=Spf1", terms: [] } });
    expect(parseSpf("v=spf1  a   -ALL  ")).toMatchObject({
      record: { terms: [{ gap: "  " }, { gap: "   " }], tail: "  " },
    });
  });

  test.each([
    ["a", { name: "a", qualifier: "+", prefix4: 32, prefix6: 128 }],
    ["?A:Example.com.", { name: "a", qualifier: "?", domain: "Example.com." }],
    ["mx/24", { name: "mx", prefix4: 24, prefix6: 128 }],
    ["mx//64", { name: "mx", prefix4: 32, prefix6: 64 }],
    ["-mx:b.example/0//0", { qualifier: "-", domain: "b.example", prefix4: 0, prefix6: 0 }],
    ["a:x/24.example.com/25", { domain: "x/24.example.com", prefix4: 25 }],
    ["a:foo:bar/baz.example.com", { domain: "foo:bar/baz.example.com", prefix4: 32 }],
    ["a:%{d}/24//120", { domain: "%{d}", prefix4: 24, prefix6: 120 }],
    ["a:%{d/}.example.com", { domain: "%{d/}.example.com", prefix4: 32 }],
    ["a:x.example/%-", { domain: "x.example/%-", prefix4: 32 }],
    ["a:x.%_/9", { domain: "x.%_", prefix4: 9 }],
    ["ptr", { name: "ptr" }],
    ["PTR:Example.com", { name: "ptr", domain: "Example.com" }],
    ["ip4:192.0.2.1", { network: "192.0.2.1", prefix4: 32 }],
    ["ip4:255.255.255.255/0", { network: "255.255.255.255", prefix4: 0 }],
    ["ip6:::", { network: "::", prefix6: 128 }],
    ["IP6:2001:DB8::1/9", { network: "2001:DB8::1", prefix6: 9 }],
    ["ip6:1:2:3:4:5:6:7::", { network: "1:2:3:4:5:6:7::" }],
    ["ip6:::ffff:192.0.2.1/96", { network: "::ffff:192.0.2.1", prefix6: 96 }],
    ["ip6:1:2:3:4:5:6:192.0.2.1", { network: "1:2:3:4:5:6:192.0.2.1" }],
    ["exists:%{l1r-}.%{i}._x.%{d2}", { name: "exists", domain: "%{l1r-}.%{i}._x.%{d2}" }],
    ["include:a.b.xn--p1ai", { domain: "a.b.xn--p1ai" }],
    ["include:x.1-2", { domain: "x.1-2" }],
    ["include:_.a1", { domain: "_.a1" }],
    ["include:a..com", { domain: "a..com" }],
    ["include:%%.%_.%-", { domain: "%%.%_.%-" }],
    ["Redirect=Example.COM", { kind: "modifier", name: "redirect", value: "Example.COM" }],
    ["exp=why.%{d}", { kind: "modifier", name: "exp", value: "why.%{d}" }],
    ["Moo.cow-far_out=man:dog/cat", { name: "moo.cow-far_out", value: "man:dog/cat" }],
    ["x=", { name: "x", value: "" }],
    ["include=_spf.odoo.com", { kind: "modifier", name: "include", value: "_spf.odoo.com" }],
    ["x=%{c}%{r}%{t}", { kind: "modifier", value: "%{c}%{r}%{t}" }],
    ["v=spf1", { kind: "modifier", name: "v", value: "spf1" }],
  ])("%s", (term, expected) => {
    expect(parseSpf(`v=spf1 ${term}`)).toMatchObject({
      kind: "spf",
      record: { terms: [{ term: { raw: term, ...expected } }] },
    });
  });

  test("unknown modifiers may repeat, and modifiers may stand behind all", () => {
    expect(parseSpf("v=spf1 ra=a ra=a rp=1 -all exp=a.example redirect=b.example").kind).toBe(
      "spf",
    );
  });
});

describe("what breaks a record (RFC 7208 4.6)", () => {
  test.each([
    ["all.", 'there is no mechanism "all."'],
    ["all:example.com", 'nothing may follow "all"'],
    ["all/8", 'nothing may follow "all"'],
    ["include", '"include" needs ":" and a domain name'],
    ["include:", "the domain is missing"],
    ["include/24", '"include" needs ":"'],
    ["include:museum", '"museum" is no full domain name'],
    ["include:museum.", '"museum." is no full domain name'],
    ["include:example.com/24", `can't end in ".com/24"`],
    ["include:.", "is no full domain name"],
    ["include:a.-b", `can't end in ".-b"`],
    ["include:a.b-", `can't end in ".b-"`],
    ["include:a.b_", `can't end in ".b_"`],
    ["include:a.com..", `can't end in "."`],
    ["include:%{d}com", '"%{d}com" is no full domain name'],
    ["include:%{d}.", "is no full domain name"],
    ["exists:%{x}.a.b", '"%{x" starts no macro'],
    ["exists:%{d0}.a.b", "would keep nothing"],
    ["exists:%{d00r}.a.b", "would keep nothing"],
    ["exists:%{dr2}.a.b", 'is not closed with "}"'],
    ["exists:%{d!}.a.b", 'is not closed with "}"'],
    ["exists:%{d", 'is not closed with "}"'],
    ["exists:%{", "starts no macro"],
    ["exists:a%.b", 'a "%" must be followed'],
    ["exists:a.%", 'a "%" must be followed'],
    ["exists:%{c}.a.b", "may stand in explanation texts only"],
    ["exp=%{R}.a.b", "may stand in explanation texts only"],
    ["a:", "the domain is missing"],
    ["a:/24", "the domain is missing"],
    ["a/", "is no IPv4 prefix length (/0 to /32)"],
    ["a/33", "is no IPv4 prefix length"],
    ["a/024", "is no IPv4 prefix length"],
    ["a//", "is no IPv6 prefix length (//0 to //128)"],
    ["a//129", "is no IPv6 prefix length"],
    ["a/24/64", "is no IPv4 prefix length"],
    ["a/24///64", "is no IPv6 prefix length"],
    ["a:192.0.2.1", `can't end in ".1"`],
    ["a!", '"!" may not follow "a"'],
    ["ptr:", "the domain is missing"],
    ["ptr/24", '"ptr" needs ":"'],
    ["ip4", '"ip4" needs ":" and an address'],
    ["ip4:", 'the address behind "ip4:" is missing'],
    ["ip4/24", '"ip4" needs ":"'],
    ["ip4:192.0.2", '"192.0.2" is no IPv4 address'],
    ["ip4:192.0.2.256", "is no IPv4 address"],
    ["ip4:192.0.02.1", "is no IPv4 address"],
    ["ip4:192.0.2.1.", "is no IPv4 address"],
    ["ip4:192.0.2.1/33", '"/33" is no prefix length (/0 to /32)'],
    ["ip4:192.0.2.1//32", '"//32" is no prefix length'],
    ["ip4:192.0.2.1/", '"/" is no prefix length'],
    ["ip4:192.0.2.1:25", '"192.0.2.1:25" is no IPv4 address'],
    ["ip6:1:2:3:4:5:6:7", '"1:2:3:4:5:6:7" is no IPv6 address'],
    ["ip6:1:2:3:4:5:6:7:8:9", "is no IPv6 address"],
    ["ip6:1:2:3:4::5:6:7:8", "is no IPv6 address"],
    ["ip6:1::2::3", "is no IPv6 address"],
    ["ip6:::1%eth0", "is no IPv6 address"],
    ["ip6::::1", "is no IPv6 address"],
    ["ip6:12345::", "is no IPv6 address"],
    ["ip6:192.0.2.1::", "is no IPv6 address"],
    ["ip6:::1/129", "(/0 to /128)"],
    ["-redirect=a.example", '"-redirect=" takes no "-"'],
    ["redirect=", "the domain is missing"],
    ["redirect=museum", "is no full domain name"],
    ["exp=", "the domain is missing"],
    ["=a", 'a name is missing before "="'],
    ["9a=b", "there is no mechanism"],
    ["_a=b", "there is no mechanism"],
    ["x=%", 'a "%" must be followed'],
    ["x=%{z}", "starts no macro"],
    ["-", '"-" stands alone'],
    ["--all", "there is no mechanism"],
    ["192.0.2.1", 'an address needs "ip4:" or "ip6:" before it'],
    ["2001:db8::/32", 'an address needs "ip4:" or "ip6:" before it'],
    ["mail.example.com", "a domain name needs a mechanism"],
    ["and", 'there is no mechanism "and"'],
    ["a\tmx", "it holds a tab (U+0009)"],
    ["a\u00a0mx", "it holds a no-break space (U+00A0)"],
    ["\u200ba", "it holds a zero-width space (U+200B)"],
    ["\u2013all", "it holds an en dash (U+2013)"],
    ["\u201cmx\u201d", "it holds a curly quote (U+201C), a curly quote (U+201D)"],
    ["include:b\u00fccher.example", "it holds the character (U+00FC)"],
    ["a\0", "it holds the character (U+0000)"],
    ["x=a\u202eb", "it holds a right-to-left mark (U+202E)"],
    ["x=\u{1f600}", "it holds the character (U+1F600)"],
    ["x=\u00e4\u00f6\u00fc\u00df", "and more; only plain ASCII"],
  ])("%j: %s", (term, reason) => {
    const [fault, ...more] = faultsOf(term);
    expect(more).toEqual([]);
    expect(fault.at).toBe(7);
    expect(fault.text).toBe(octets(term));
    expect(fault.reason).toContain(reason);
  });

  test("redirect and exp may stand once", () => {
    expect(faultsOf("redirect=a.example a Redirect=a.example")).toEqual([
      { at: 28, text: "Redirect=a.example", reason: '"redirect=" may stand in a record only once' },
    ]);
    expect(faultsOf("exp=a.example EXP=b.example")).toHaveLength(1);
  });

  test("every fault is found, with its place, behind all too", () => {
    const faults = faultsOf("a  al mx and -all ipv4:192.0.2.1");
    expect(faults.map(({ at, text }) => [at, text])).toEqual([
      [10, "al"],
      [16, "and"],
      [25, "ipv4:192.0.2.1"],
    ]);
  });

  test("octets that are no UTF-8 are named one by one", () => {
    expect(parseSpf("v=spf1 \u0096all")).toMatchObject({
      faults: [{ reason: expect.stringContaining("it holds the character (U+0096)") }],
    });
  });
});

describe("what was probably meant", () => {
  test.each([
    ["ipv4:192.0.2.1", "ip4:192.0.2.1"],
    ["-ipv6:2001:db8::/32", "-ip6:2001:db8::/32"],
    ["ip:192.0.2.1", "ip4:192.0.2.1"],
    ["192.0.2.0/24", "ip4:192.0.2.0/24"],
    ["~2001:db8::1", "~ip6:2001:db8::1"],
    ["al", "all"],
    ["~alll", "~all"],
    ["-al", "-all"],
    ["--all", "-all"],
    ["all.", "all"],
    ["inlcude:a.example", "include:a.example"],
    ["includes:a.example", "include:a.example"],
    ["inclde:a.example", "include:a.example"],
    ["redirect:a.example", "redirect=a.example"],
    ["exp:a.example", "exp=a.example"],
    ["-redirect=a.example", "redirect=a.example"],
    ["ip4:2001:db8::1", "ip6:2001:db8::1"],
    ["ip6:192.0.2.1", "ip4:192.0.2.1"],
    ["a:192.0.2.1", "ip4:192.0.2.1"],
    ["include:192.0.2.0/24", "ip4:192.0.2.0/24"],
    ["ip4:mail.example.com", "a:mail.example.com"],
    ["ip4:192.0.2.1:25", "ip4:192.0.2.1"],
    ["ip4:192.0.2.0/", "ip4:192.0.2.0"],
    ["ip4:192.0.2.0/08", "ip4:192.0.2.0/8"],
    ["include:a.example,", "include:a.example"],
    ["include:a.example;", "include:a.example"],
    ['"include:a.example"', "include:a.example"],
    ["include\\:a.example", "include:a.example"],
    ["include:a.example~all", "include:a.example ~all"],
    ["ip4:192.0.2.1-all", "ip4:192.0.2.1 -all"],
    ["_spf.example.com", "include:_spf.example.com"],
    ["\u2013all", "-all"],
    ["\u201cinclude:a.example\u201d", "include:a.example"],
    ["include\uff1aa.example", "include:a.example"],
    ["\u200bmx", "mx"],
    ["a\u00a0mx", "a mx"],
    ["a\tmx", "a mx"],
    ["ip4: 192.0.2.1", "ip4:192.0.2.1"],
    ["ip4 192.0.2.1", "ip4:192.0.2.1"],
    ["include: _spf.example.com", "include:_spf.example.com"],
    ["include :_spf.example.com", "include:_spf.example.com"],
    ["~ all", "~all"],
  ])("%j: %s", (written, meant) => {
    const [fault, ...more] = faultsOf(written);
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ at: 7, text: octets(written), suggestion: meant });
    expect(parseSpf(`v=spf1 ${meant}`).kind).toBe("spf");
  });

  test.each(["and", "foo", "ip4:192.0.2", "ip4:192.0.2.300", "include:museum", "mail.example.com"])(
    "%s: nothing is guessed where it is not clear",
    (written) => {
      expect(faultsOf(written)[0]).not.toHaveProperty("suggestion");
    },
  );

  test("a reason stays short enough to read, however long the word", () => {
    for (const text of [
      `${"a".repeat(5000)}:b`,
      `ip4:${"1".repeat(5000)}`,
      `a:${"b".repeat(5000)}`,
    ]) {
      expect(faultsOf(text)[0].reason.length).toBeLessThan(200);
    }
  });

  test("what has very many faults still has all of them named", () => {
    expect(faultsOf("ipv4:192.0.2.1 ".repeat(1000))).toHaveLength(1000);
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
    "%s is a word like any other",
    (name) => {
      for (const text of [name, `${name}:192.0.2.1`, `${name}=%{${name}}`, `%{${name}}`]) {
        expect(["broken", "spf"]).toContain(parseSpf(`v=spf1 ${text}`).kind);
      }
    },
  );

  test("two faults beside each other stay two", () => {
    expect(faultsOf("foo 192.0.2.1").map(({ text }) => text)).toEqual(["foo", "192.0.2.1"]);
  });
});

describe("laws of the parser", () => {
  test("printing what was read gives the same octets, for any legal record", () => {
    fc.assert(
      fc.property(arbitrarySpfRecord({ maxTerms: 12 }), (value) => {
        const read = parseSpf(value);
        expect(read.kind === "spf" && printSpf(read.record)).toBe(value);
      }),
      RUNS,
    );
  });

  test("any octets are taken, and what is valid prints as it was", () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryOctets(), arbitraryDamagedRecord()), (value) => {
        const read = parseSpf(value);
        if (read.kind === "spf") expect(printSpf(read.record)).toBe(value);
        if (read.kind !== "broken") return;
        for (const { at, text, suggestion } of read.faults) {
          expect(value.slice(at, at + text.length)).toBe(text);
          if (suggestion !== undefined) expect(parseSpf(`v=spf1 ${suggestion}`).kind).toBe("spf");
        }
      }),
      RUNS,
    );
  });

  test("a near miss is never selected, and what it suggests is a valid record", () => {
    fc.assert(
      fc.property(arbitraryDamagedRecord(), (value) => {
        const read = parseSpf(value);
        const isSelected = /^v=spf1(?: |$)/i.test(value);
        expect(read.kind === "spf" || read.kind === "broken").toBe(isSelected);
        if (read.kind !== "near" || read.suggestion === undefined) return;
        expect(parseSpf(read.suggestion).kind).toBe("spf");
      }),
      RUNS,
    );
  });
});

describe("work is linear in the number of octets, up to 64 KiB", () => {
  const SIZE = 65_536;
  const MOST_STEPS_AN_OCTET = 64;

  test.each([
    ["spaces", " "],
    ["one long word", "a"],
    ["short words", "a "],
    ["faults", "x "],
    ["includes", "include:_spf.example.com "],
    ["colons", ":"],
    ["dots", "."],
    ["slashes", "/"],
    ["percents", "%"],
    ["macros", "%{d1r.}"],
    ["open macros", "%{"],
    ["equals", "a=b"],
    ["digits", "1"],
    ["qualifiers", "~ "],
    ["versions", "v=spf1 "],
    ["quotes", '"'],
    ["commas", "a,"],
    ["high octets", "\u00ff"],
    ["en dashes", "\u00e2\u0080\u0093"],
    ["tabs", "\t"],
    ["torn terms", "ip4: 192.0.2.1 "],
  ])("%s", (_, piece) => {
    const heads = ["v=spf1 ", "v=spf1 a:x.", "v=spf1 exists:%{d", "v=spf1", "x v=spf1 ", ""];
    for (const head of heads) {
      const value = head + piece.repeat(SIZE / piece.length).slice(0, SIZE - head.length);
      const { steps, longestPattern } = countSteps(() => parseSpf(value));
      expect(steps / SIZE, `steps an octet for ${head}`).toBeLessThan(MOST_STEPS_AN_OCTET);
      expect(longestPattern).toBeLessThanOrEqual(600);
    }
  });

  test("for any octets, however often they are repeated", () => {
    const FOR_SUGGESTIONS = 200_000;
    fc.assert(
      fc.property(arbitraryOctets(200), fc.nat({ max: 8 }), (seed, doublings) => {
        const value = seed.repeat(2 ** doublings);
        const { steps } = countSteps(() => parseSpf(value));
        expect(steps).toBeLessThan(MOST_STEPS_AN_OCTET * value.length + FOR_SUGGESTIONS);
      }),
      law(300),
    );
  });
});
