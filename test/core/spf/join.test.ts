import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identityOf } from "../../../src/core/spf/identity.ts";
import { joinSpf } from "../../../src/core/spf/join.ts";
import { liveMechanisms, termsOf } from "../../../src/core/spf/order.ts";
import { parseSpf } from "../../../src/core/spf/parse.ts";
import type { SpfRecord } from "../../../src/core/spf/record.ts";
import { arbitraryDomain, arbitraryMechanism, arbitrarySpfRecord } from "./arbitraries.ts";
import { law } from "../../law.ts";

const ODOO = "include:_spf.odoo.com";
const wishes = { ours: [ODOO] };

function recordOf(value: string): SpfRecord {
  const read = parseSpf(value);
  if (read.kind !== "spf") throw new Error(`${value} is ${read.kind}`);
  return read.record;
}

describe("two records are joined by themselves", () => {
  test.each([
    [
      "union",
      ["v=spf1 include:_spf.google.com mx ~all", "v=spf1 ip4:192.0.2.1 ~all"],
      "v=spf1 include:_spf.google.com mx ip4:192.0.2.1 ~all",
    ],
    ["union", ["v=spf1 a b=c", "v=spf1 mx b=c"], "v=spf1 a b=c mx"],
    [
      "union",
      ["v=spf1 a redirect=x.example", "v=spf1 mx redirect=x.example"],
      "v=spf1 a mx redirect=x.example",
    ],
    ["union", ["v=spf1  a  mx  -all ", "v=spf1 A ptr -ALL"], "v=spf1  a  mx ptr  -all "],
    ["union", ["v=spf1 a mx -all ptr", "v=spf1 ptr -all"], "v=spf1 a mx ptr -all ptr"],
    [
      "union",
      ["v=spf1 a a:x.example -all", "v=spf1 mx -all include:d.example"],
      "v=spf1 a a:x.example mx -all include:d.example",
    ],
    [
      "template",
      ["v=spf1 include:_spf.google.com -all", "v=spf1 include:_spf.odoo.com ~all"],
      "v=spf1 include:_spf.google.com -all",
    ],
    [
      "template",
      ["v=spf1 redirect=x.example", "v=spf1 +INCLUDE:_spf.odoo.com. ?all"],
      "v=spf1 redirect=x.example",
    ],
    [
      "template",
      ["v=spf1 -ip4:192.0.2.1 a", "v=spf1 include:_spf.odoo.com -all"],
      "v=spf1 -ip4:192.0.2.1 a",
    ],
    ["subset", ["v=spf1 a  mx ~all", "v=spf1 mx ~all"], "v=spf1 a  mx ~all"],
    [
      "subset",
      ["v=spf1 mx a ~all", "v=spf1 mx -ip4:192.0.2.1 ptr ~all a", "v=spf1 mx ~all"].slice(1),
      "v=spf1 mx -ip4:192.0.2.1 ptr ~all a",
    ],
    ["subset", ["v=spf1 a -all", "v=spf1 A -all"], "v=spf1 A -all"],
    [
      "subset",
      ["v=spf1 include:_spf.odoo.com ~all", "v=spf1 include:_spf.ODOO.com ~all"],
      "v=spf1 include:_spf.ODOO.com ~all",
    ],
    [
      "subset",
      ["v=spf1 a mx exp=x.example -all", "v=spf1 mx -all"],
      "v=spf1 a mx exp=x.example -all",
    ],
  ])("%s: %j", (rule, values, record) => {
    const join = joinSpf(values, wishes);
    expect(join).toMatchObject({ kind: "joined", rule, record });
    // Whichever comes first in DNS.
    expect(joinSpf(values.toReversed(), wishes)).toMatchObject({ rule, record });
  });

  test("the value whose place the record takes is named, the others go", () => {
    const values = [
      "v=spf1 mx -all",
      "v=spf1 include:_spf.odoo.com ~all",
      "v=spf1 a a:b.example -all",
    ];
    expect(joinSpf(values, wishes)).toEqual({
      kind: "joined",
      rule: "union",
      record: "v=spf1 a a:b.example mx -all",
      keeper: 2,
      reason: "it lets pass whoever one of them lets pass",
    });
  });
});

describe("records that say different things are left to their owner", () => {
  test.each([
    [
      ["v=spf1 a ~all", "v=spf1 mx -all"],
      "one of them ends with `~all` and another ends with `-all`",
    ],
    [["v=spf1 mx -all", "v=spf1 a"], "one of them ends with `-all` and another has no `all`"],
    [["v=spf1 a redirect=x.example", "v=spf1 mx ~all"], "ends with `redirect=x.example`"],
    [
      ["v=spf1 -ip4:192.0.2.1 a ~all", "v=spf1 mx ~all"],
      "`-ip4:192.0.2.1` keeps senders from passing",
    ],
    [["v=spf1 a exp=x.example -all", "v=spf1 mx -all"], "their modifiers (`name=value`) differ"],
    [["v=spf1 include:_spf.odoo.com -all", "v=spf1 include:_spf.odoo.com ~all"], "ends with"],
    [["v=spf1 include:_spf.odoo.com", "v=spf1 a -all"], "has no `all`"],
    [["v=spf1 include:_spf.odoo.com +all", "v=spf1 a -all"], "ends with `+all`"],
    [
      ["v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/24 ~all", "v=spf1 ip4:192.0.2.0/24 ~all"],
      "keeps senders",
    ],
  ])("%j: %s", (values, reason) => {
    const join = joinSpf(values, wishes);
    expect(join.kind).toBe("undecided");
    expect(join.reason).toContain(reason);
    expect(joinSpf(values.toReversed(), wishes).kind).toBe("undecided");
  });

  test("both outcomes are spelled out, with what each changes", () => {
    expect(joinSpf(["v=spf1 a ~all", "v=spf1 mx include:x.example -all"], wishes)).toEqual({
      kind: "undecided",
      reason: "one of them ends with `-all` and another ends with `~all`",
      choices: [
        {
          all: "-all",
          record: "v=spf1 mx include:x.example a -all",
          effects: [
            "stricter than the record that ends with `~all`: senders that no record names get fail, not softfail",
          ],
        },
        {
          all: "~all",
          record: "v=spf1 mx include:x.example a ~all",
          effects: [
            "looser than the record that ends with `-all`: senders that no record names get softfail, not fail",
          ],
        },
      ],
    });
  });

  test("a redirect lives on as an include, so that its senders still pass", () => {
    const join = joinSpf(["v=spf1 a redirect=x.example", "v=spf1 redirect=y.example"], wishes);
    expect(join).toMatchObject({
      choices: [
        { all: "-all", record: "v=spf1 a include:x.example include:y.example -all" },
        { all: "~all", record: "v=spf1 a include:x.example include:y.example ~all" },
      ],
    });
  });

  test("a broken record must be put right first", () => {
    const reason = "one of them has a syntax error";
    const undecided = { kind: "undecided", reason, choices: [] };
    expect(joinSpf(["v=spf1 a ~all", "v=spf1 al"], wishes)).toEqual(undecided);
    expect(joinSpf(["v=spf1 a ~all", "v=spf1 al"], { ...wishes, all: "~all" })).toEqual(undecided);
  });
});

describe("the owner's word", () => {
  test.each([
    ["-all", "v=spf1 -ip4:192.0.2.1 a mx -all exp=x.example"],
    ["~all", "v=spf1 -ip4:192.0.2.1 a mx ~all exp=x.example"],
    ["?all", "v=spf1 -ip4:192.0.2.1 a mx ?all exp=x.example"],
  ])("%s decides how the one record ends; denials stay in front", (all, record) => {
    const values = ["v=spf1 mx exp=x.example -all", "v=spf1 -ip4:192.0.2.1 a ~all"];
    expect(joinSpf(values, { ...wishes, all })).toMatchObject({
      kind: "joined",
      rule: "owner",
      record,
    });
  });

  test("changes nothing where the provable result ends so anyway", () => {
    const values = ["v=spf1 a mx ~all", "v=spf1 ptr ~ALL"];
    expect(joinSpf(values, { ...wishes, all: "~all" })).toEqual(joinSpf(values, wishes));
  });

  test("two explanations: the first record's stays, since only one may stand", () => {
    const values = ["v=spf1 a a exp=x.example -all", "v=spf1 mx exp=y.example ~all"];
    expect(joinSpf(values, { ...wishes, all: "~all" })).toMatchObject({
      record: "v=spf1 a a exp=x.example mx ~all",
    });
  });

  test("must be an all", () => {
    const values = ["v=spf1 a ~all", "v=spf1 mx -all"];
    for (const all of ["", "a", "~ all", "redirect=x.example"]) {
      expect(() => joinSpf(values, { ...wishes, all })).toThrow(
        "is no way for an SPF record to end",
      );
    }
  });
});

describe("laws of joining", () => {
  const RUNS = law(10_000);
  const plain = arbitraryMechanism(arbitraryDomain()).map((text) => text.replace(/^[-~?]/, ""));
  const any = fc.array(arbitrarySpfRecord({ maxTerms: 4 }), { minLength: 2, maxLength: 3 });
  const alike = fc
    .array(
      arbitrarySpfRecord({ maxTerms: 4, mechanism: plain, modifiers: false }).filter(
        (value) => !/ \+?all\b/i.test(value),
      ),
      { minLength: 2, maxLength: 3 },
    )
    .map((values) => values.map((value) => `${value} -all`));
  const alls = fc.constantFrom("-all", "~all", "?all");

  test("the result is one valid record, whatever order the values come in", () => {
    fc.assert(
      fc.property(any, fc.option(alls, { nil: undefined }), (values, all) => {
        const join = joinSpf(values, { ...wishes, all });
        const back = joinSpf(values.toReversed(), { ...wishes, all });
        if (join.kind === "undecided") {
          expect(back).toEqual(join);
          for (const { record } of join.choices) expect(parseSpf(record).kind).toBe("spf");
          return;
        }
        expect(parseSpf(join.record).kind).toBe("spf");
        expect(values[join.keeper]).toBeDefined();
        expect(back).toMatchObject({ record: join.record, rule: join.rule });
      }),
      RUNS,
    );
  });

  test("records that only let pass, and end alike, are always joined, and nobody is lost or won", () => {
    fc.assert(
      fc.property(alike, (values) => {
        const join = joinSpf(values, { ours: [] });
        if (join.kind !== "joined") throw new Error(join.reason);
        const named = (value: string) => liveMechanisms(termsOf(recordOf(value))).map(identityOf);
        expect(new Set(named(join.record))).toEqual(new Set(values.flatMap(named)));
      }),
      RUNS,
    );
  });

  test("the owner's word loses no mechanism that counts", () => {
    fc.assert(
      fc.property(any, alls, (values, all) => {
        const join = joinSpf(values, { ours: [], all });
        if (join.kind !== "joined" || join.rule !== "owner") return;
        const live = (value: string) => liveMechanisms(termsOf(recordOf(value))).map(identityOf);
        const left = new Set(live(join.record));
        for (const value of values) for (const one of live(value)) expect(left).toContain(one);
      }),
      RUNS,
    );
  });
});
