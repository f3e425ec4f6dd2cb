import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identityOf } from "../../../src/core/spf/identity.ts";
import { ensureTerms, findTerm, removeTerms, takeOut } from "../../../src/core/spf/merge.ts";
import { parseSpf } from "../../../src/core/spf/parse.ts";
import { readTerm } from "../../../src/core/spf/read-term.ts";
import type { SpfRecord } from "../../../src/core/spf/record.ts";
import { arbitraryMechanism, arbitrarySpfRecord } from "./arbitraries.ts";
import { law } from "../../law.ts";

const ODOO = "include:_spf.odoo.com";
const RUNS = law(10_000);

function recordOf(value: string): SpfRecord {
  const read = parseSpf(value);
  if (read.kind !== "spf") throw new Error(`${value} is ${read.kind}`);
  return read.record;
}

/** A term in one spelling, so that equal terms are equal texts. */
function idOf(text: string): string {
  const term = readTerm(text);
  if (term.kind === "none") throw new Error(`${text}: ${term.reason}`);
  return identityOf(term);
}

/** Where the last mechanism that counts ends: before the first `all`, `redirect=`, or the end. */
function endOfLive(record: SpfRecord): number {
  const names = record.terms.map(({ term }) => term.name);
  const end = names.includes("all")
    ? record.terms.findIndex(({ term }) => term.kind === "mechanism" && term.name === "all")
    : -1;
  const redirect = names.indexOf("redirect");
  if (end >= 0) return end;
  return redirect < 0 ? names.length : redirect;
}

function merged(value: string | null, placement: "first" | "before-all" = "first"): string {
  return ensureTerms(value, [ODOO], placement).record;
}

describe("letting Odoo send", () => {
  test("the page's own example: our term comes first, all else stays", () => {
    expect(merged("v=spf1 include:_spf.google.com ~all")).toBe(
      "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all",
    );
  });

  test("no record: one is created as the page prints it", () => {
    expect(ensureTerms(null, [ODOO], "first")).toEqual({
      record: "v=spf1 include:_spf.odoo.com ~all",
      added: [ODOO],
      moved: [],
      created: true,
    });
  });

  test("a record of the version alone gets the term and no all", () => {
    expect(merged("v=spf1")).toBe("v=spf1 include:_spf.odoo.com");
  });

  test.each([
    ["V=SPF1 a -all", "V=SPF1 include:_spf.odoo.com a -all"],
    ["v=spf1  a   mx ~all  ", "v=spf1 include:_spf.odoo.com  a   mx ~all  "],
    ["v=spf1   ", "v=spf1 include:_spf.odoo.com   "],
    ["v=spf1 a ?all b=c", "v=spf1 include:_spf.odoo.com a ?all b=c"],
    ["v=spf1 redirect=_spf.example.com", "v=spf1 include:_spf.odoo.com redirect=_spf.example.com"],
  ])("keeps spelling, spacing and all: %j", (before, after) => {
    expect(merged(before)).toBe(after);
  });

  test.each([
    ["v=spf1 a ~all", "v=spf1 a include:_spf.odoo.com ~all"],
    ["v=spf1 a  -all mx -all", "v=spf1 a include:_spf.odoo.com  -all mx -all"],
    ["v=spf1 a redirect=b.example", "v=spf1 a include:_spf.odoo.com redirect=b.example"],
    ["v=spf1 redirect=b.example ~all", "v=spf1 redirect=b.example include:_spf.odoo.com ~all"],
    ["v=spf1 a exp=b.example", "v=spf1 a exp=b.example include:_spf.odoo.com"],
    ["v=spf1", "v=spf1 include:_spf.odoo.com"],
  ])("before-all puts it last of the terms that count: %j", (before, after) => {
    expect(merged(before, "before-all")).toBe(after);
  });

  test.each([
    "v=spf1 include:_spf.odoo.com ~all",
    "v=spf1 a +include:_spf.odoo.com ~all",
    "v=spf1 a INCLUDE:_SPF.Odoo.COM ~all",
    "v=spf1 a include:_spf.odoo.com. mx -all",
    "v=spf1 include:_spf.odoo.com",
    "v=spf1 include:_spf.odoo.com include:_spf.odoo.com ~all include:_spf.odoo.com",
  ])("is already there: %j", (value) => {
    expect(ensureTerms(value, [ODOO], "first")).toEqual({
      record: value,
      added: [],
      moved: [],
      created: false,
    });
  });

  test.each([
    "include:_spf.odoo.com.au",
    "include:x_spf.odoo.com",
    "include:spf.odoo.com",
    "a:_spf.odoo.com",
    "include=_spf.odoo.com",
    "x=include:_spf.odoo.com",
    "include:%{d}._spf.odoo.com",
  ])("whole terms are compared, so %s is something else", (other) => {
    expect(merged(`v=spf1 ${other} ~all`)).toBe(`v=spf1 include:_spf.odoo.com ${other} ~all`);
  });

  test("a dead term behind all is moved in its owner's spelling, dead copies with it", () => {
    const value = "v=spf1 a -all  INCLUDE:_spf.odoo.com. mx +include:_spf.odoo.com ";
    const edit = ensureTerms(value, [ODOO], "first");
    expect(edit).toEqual({
      record: "v=spf1 INCLUDE:_spf.odoo.com. a -all mx ",
      added: [],
      moved: [
        { text: "INCLUDE:_spf.odoo.com.", gap: "  ", index: 2 },
        { text: "+include:_spf.odoo.com", gap: " ", index: 4 },
      ],
      created: false,
    });
    expect(removeTerms(edit.record, edit)).toBe(value);
  });

  test("several terms keep their order, and a repeated one is added once", () => {
    const terms = [ODOO, "ip4:192.0.2.1", "IP4:192.0.2.1/32", "a:Mail.example.com"];
    expect(ensureTerms("v=spf1 a:mail.example.com. -all", terms, "first").record).toBe(
      "v=spf1 include:_spf.odoo.com ip4:192.0.2.1 a:mail.example.com. -all",
    );
  });

  test.each(["all", "~all", "redirect=example.com", "foo=bar", "ipv4:192.0.2.1", "a b", ""])(
    "%j is no term that can be added",
    (term) => {
      expect(() => ensureTerms(null, [term], "first")).toThrow("can't be added to an SPF record");
    },
  );

  test("only a valid record can be edited", () => {
    expect(() => merged("v=spf1 al")).toThrow("is no valid SPF record");
    expect(() => merged(" v=spf1 a")).toThrow("is no valid SPF record");
  });
});

describe("how a record stands to a term", () => {
  test.each([
    ["v=spf1 a -all", "absent"],
    ["v=spf1 include:_spf.odoo.com -all", "present"],
    ["v=spf1 -all include:_spf.odoo.com", "dead"],
    ["v=spf1 -include:_spf.odoo.com ~all", "denied"],
    ["v=spf1 ~INCLUDE:_spf.odoo.com. ~all", "denied"],
    ["v=spf1 ?include:_spf.odoo.com include:_spf.odoo.com ~all", "denied"],
    ["v=spf1 include:_spf.odoo.com ?include:_spf.odoo.com ~all", "present"],
    ["v=spf1 -all -include:_spf.odoo.com", "denied"],
    ["v=spf1 -all include:_spf.odoo.com -include:_spf.odoo.com", "denied"],
    ["v=spf1 all -all include:_spf.odoo.com", "dead"],
  ])("%j: %s", (value, state) => {
    expect(findTerm(recordOf(value), ODOO).state).toBe(state);
  });

  test("a denied term is left alone, and nothing contradicts it", () => {
    const value = "v=spf1 a -include:_spf.odoo.com ~all";
    expect(findTerm(recordOf(value), ODOO)).toMatchObject({ index: 1, state: "denied" });
    expect(merged(value)).toBe(value);
  });

  test.each([
    ["ip4:192.0.2.77/24", "ip4:192.0.2.0/24", true],
    ["ip4:192.0.2.77", "ip4:192.0.2.77/32", true],
    ["ip4:192.0.2.77/24", "ip4:192.0.3.0/24", false],
    ["ip6:2001:DB8:0::/32", "ip6:2001:db8::/32", true],
    ["ip6:2001:db8::1", "ip6:2001:db8::0:1/128", true],
    ["ip6:2001:db8::1", "ip6:2001:db8::2", false],
    ["a", "a/32//128", true],
    ["mx:Example.com", "MX:example.com.", true],
    ["mx:example.com/24", "mx:example.com", false],
    ["a:example.com", "mx:example.com", false],
    ["include:%{D}.example.com", "include:%{d}.example.com", false],
  ])("%s and %s name the same senders: %s", (one, two, same) => {
    expect(findTerm(recordOf(`v=spf1 ${one}`), two).state).toBe(same ? "present" : "absent");
  });
});

describe("taking ours out again", () => {
  const GOOGLE = "v=spf1 include:_spf.google.com ~all";
  const edit = ensureTerms(GOOGLE, [ODOO], "first");

  test("nobody else changed the record: it is what it was", () => {
    expect(removeTerms(edit.record, edit)).toBe(GOOGLE);
  });

  test.each([
    ["v=spf1 mx include:_spf.odoo.com -all", "v=spf1 mx -all"],
    ["v=spf1 +INCLUDE:_spf.odoo.com. mx -all", "v=spf1 mx -all"],
    ["v=spf1  a  -all", "v=spf1  a  -all"],
    ["v=spf1 -include:_spf.odoo.com ~all", "v=spf1 -include:_spf.odoo.com ~all"],
    ["v=spf1 include:_spf.odoo.com al ~all", "v=spf1 al ~all"],
    ["v=spf1 include:_spf.odoo.com a include:_spf.odoo.com", "v=spf1 a include:_spf.odoo.com"],
    [" v=spf1 include:_spf.odoo.com ~all", " v=spf1 include:_spf.odoo.com ~all"],
    ["", ""],
  ])("others changed it: %j becomes %j", (now, after) => {
    expect(removeTerms(now, edit)).toBe(after);
  });

  test.each([
    ["v=spf1 include:_spf.odoo.com ~all", null],
    ["v=spf1 ~all", null],
    ["v=spf1", null],
    ["v=spf1 include:_spf.odoo.com -all", "v=spf1 -all"],
    ["v=spf1 include:_spf.odoo.com include:_spf.google.com ~all", GOOGLE],
    ["v=spf1 include:_spf.odoo.com ~all ~all", "v=spf1 ~all ~all"],
  ])("a record that we created: %j leaves %j", (now, after) => {
    const created = ensureTerms(null, [ODOO], "first");
    expect(removeTerms(now, created)).toBe(after);
  });

  test.each([
    ["v=spf1 include:_spf.odoo.com mx a -all", "v=spf1 mx a -all include:_spf.odoo.com"],
    ["v=spf1 include:_spf.odoo.com -all", "v=spf1 -all include:_spf.odoo.com"],
    ["v=spf1 include:_spf.odoo.com a", "v=spf1 a"],
    ["v=spf1 a -all", "v=spf1 a -all"],
  ])("a moved term returns only to a place behind all: %j gives %j", (now, after) => {
    const moved = ensureTerms("v=spf1 a -all include:_spf.odoo.com", [ODOO], "first");
    expect(removeTerms(now, moved)).toBe(after);
  });

  test("what a damaged receipt says can't break a record", () => {
    const odd = { added: ["", "a b", "all"], moved: [{ text: ODOO, gap: "x", index: 99 }] };
    expect(removeTerms("v=spf1 include:_spf.odoo.com -all", { ...odd, created: true })).toBe(
      "v=spf1 include:_spf.odoo.com".replace(" ", " -all "),
    );
  });

  test("retiring takes out every copy, whoever wrote it, and nothing else", () => {
    expect(takeOut("v=spf1 +include:_SPF.odoo.com  a ~all include:_spf.odoo.com. ", [ODOO])).toBe(
      "v=spf1  a ~all ",
    );
    expect(takeOut("v=spf1 -include:_spf.odoo.com ~all", [ODOO])).toBe(
      "v=spf1 -include:_spf.odoo.com ~all",
    );
    expect(takeOut("google-site-verification=x", [ODOO])).toBe("google-site-verification=x");
  });
});

describe("laws of the merge, for any legal record and any terms of ours", () => {
  const own = arbitraryMechanism()
    .map((text) => text.replace(/^[-~?]/, ""))
    .filter((text) => !/^\+?all$/i.test(text));
  const input = fc.record({
    // Records that hold our terms already, in another spelling or dead, are the interesting ones.
    record: fc.oneof(
      arbitrarySpfRecord(),
      arbitrarySpfRecord({
        mechanism: fc.constantFrom(
          ODOO,
          "+INCLUDE:_spf.Odoo.com.",
          "-include:_spf.odoo.com",
          "a",
          "~all",
        ),
      }),
    ),
    terms: fc.oneof(
      fc.constant<string[]>([ODOO]),
      fc.constant<string[]>([ODOO, "a", "mx"]),
      fc.array(own, { maxLength: 3 }),
    ),
    placement: fc.constantFrom("first" as const, "before-all" as const),
  });

  test("taking out what was put in gives the same octets back", () => {
    fc.assert(
      fc.property(input, ({ record, terms, placement }) => {
        const edit = ensureTerms(record, terms, placement);
        expect(removeTerms(edit.record, edit)).toBe(record);
      }),
      RUNS,
    );
  });

  test("what was created goes again", () => {
    fc.assert(
      fc.property(fc.array(own, { maxLength: 3 }), (terms) => {
        const edit = ensureTerms(null, terms, "first");
        expect(removeTerms(edit.record, edit)).toBeNull();
      }),
      RUNS,
    );
  });

  test("doing it twice is doing it once", () => {
    fc.assert(
      fc.property(input, ({ record, terms, placement }) => {
        const once = ensureTerms(record, terms, placement).record;
        const twice = ensureTerms(once, terms, placement);
        expect(twice).toEqual({ record: once, added: [], moved: [], created: false });
      }),
      RUNS,
    );
  });

  test("no other term changes, moves or goes, and its spacing stays", () => {
    fc.assert(
      fc.property(input, ({ record, terms, placement }) => {
        const edit = ensureTerms(record, terms, placement);
        const before = recordOf(record);
        const after = recordOf(edit.record);
        const moved = new Set(edit.moved.map(({ index }) => index));
        const put = edit.added.length + new Set(edit.moved.map(({ text }) => idOf(text))).size;
        const at = placement === "first" ? 0 : endOfLive(after) - put;
        const others = after.terms.toSpliced(at, put);
        expect(others).toEqual(before.terms.filter((_, index) => !moved.has(index)));
        expect([after.version, after.tail]).toEqual([before.version, before.tail]);
      }),
      RUNS,
    );
  });

  test("each term of ours counts afterwards, unless its owner denies it, and is never doubled", () => {
    fc.assert(
      fc.property(input, ({ record, terms, placement }) => {
        const after = recordOf(ensureTerms(record, terms, placement).record);
        for (const term of terms) {
          const before = findTerm(recordOf(record), term).state;
          const found = findTerm(after, term);
          expect(found.state).toBe(before === "denied" ? "denied" : "present");
          if (before !== "present" && found.state === "present") {
            const copies = after.terms.filter(({ term: { raw } }) => idOf(raw) === idOf(term));
            expect(copies).toHaveLength(1);
          }
        }
      }),
      RUNS,
    );
  });

  test("retiring leaves none of ours and every other octet", () => {
    fc.assert(
      fc.property(input, ({ record, terms }) => {
        const out = takeOut(record, terms);
        const ours = new Set(terms.map((term) => idOf(term)));
        const kept = recordOf(record).terms.filter(({ term }) => !ours.has(idOf(term.raw)));
        expect(recordOf(out).terms).toEqual(kept);
        expect(takeOut(out, terms)).toBe(out);
      }),
      RUNS,
    );
  });
});
