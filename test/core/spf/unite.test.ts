import { describe, expect, test } from "vitest";
import { parseSpf, printSpf } from "../../../src/core/spf/parse.ts";
import type { SpfRecord } from "../../../src/core/spf/record.ts";
import { endWith, unite } from "../../../src/core/spf/unite.ts";

function recordOf(value: string): SpfRecord {
  const read = parseSpf(value);
  if (read.kind !== "spf") throw new Error(`${value} is ${read.kind}`);
  return read.record;
}

function united(first: string, ...others: readonly string[]): string {
  return printSpf(unite(recordOf(first), others.map(recordOf)));
}

describe("one record of several", () => {
  test("the first stays as it is; what the others add comes before its end", () => {
    expect(united("v=spf1  mx  -all ", "v=spf1 a mx exp=why.example.com -all")).toBe(
      "v=spf1  mx a  -all exp=why.example.com ",
    );
    expect(united("v=spf1 mx redirect=x.example", "v=spf1 a redirect=x.example")).toBe(
      "v=spf1 mx a redirect=x.example",
    );
  });

  test("what is dead stays dead, and what counts in one counts in the result", () => {
    expect(united("v=spf1 a -all ptr", "v=spf1 ptr -all mx ~all")).toBe("v=spf1 a ptr -all ptr mx");
  });

  test("one explanation and one redirect stay, other modifiers are all kept", () => {
    expect(
      united(
        "v=spf1 a -all ra=x",
        "v=spf1 -all exp=b.example redirect=y.example ra=y",
        "v=spf1 -all exp=c.example ra=x",
      ),
    ).toBe("v=spf1 a -all ra=x exp=b.example ra=y");
  });
});

describe("another end for a record", () => {
  test.each([
    ["v=spf1 a  ~all b=c", "-all", "v=spf1 a  -all b=c"],
    ["v=spf1 a +ALL", "all", "v=spf1 a +ALL"],
    ["v=spf1 a", "~all", "v=spf1 a ~all"],
    ["v=spf1 a redirect=%{d}.x.example b=c", "~all", "v=spf1 a b=c include:%{d}.x.example ~all"],
    ["v=spf1 a redirect=x.example ~all", "-all", "v=spf1 a redirect=x.example -all"],
  ])("%j with %s: %j", (before, all, after) => {
    expect(printSpf(endWith(recordOf(before), all))).toBe(after);
  });

  test("must be a term", () => {
    expect(() => endWith(recordOf("v=spf1 a"), "al")).toThrow("is no SPF term");
  });
});
