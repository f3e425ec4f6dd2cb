import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordsAfter } from "../../../providers/azure/compile.ts";
import { octetsOf, type RecordSet } from "../../../providers/azure/records.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import { law } from "../../law.ts";
import { APEX, mergeSpf } from "./world.ts";

const strings = fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), {
  minLength: 1,
  maxLength: 3,
});
const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 900,
});

function setOf(texts: readonly (readonly string[])[]): RecordSet {
  const values = texts.map(octetsOf);
  return { name: APEX, type: "TXT", etag: "1", ttl: 60, texts, values };
}

describe("the records of a set after a change", () => {
  test("are the others as they were, cut where they were cut, and ours in its place", () => {
    fc.assert(
      fc.property(
        fc.array(strings, { maxLength: 8 }),
        strings,
        printable,
        fc.nat(8),
        (others, own, after, at) => {
          const before = octetsOf(own);
          fc.pre(others.every((other) => octetsOf(other) !== before));
          const place = Math.min(at, others.length);
          const set = setOf(others.toSpliced(place, 0, own));
          const edited = recordsAfter([{ ...mergeSpf, before, after }], set);
          expect(edited.toSpliced(place, 1)).toEqual(others);
          expect(octetsOf(edited[place] ?? [])).toBe(after);
          expect(edited[place]?.every((string) => string.length <= 255)).toBe(true);
          const remove: Op = { ...mergeSpf, kind: "remove-value", before, after: null };
          expect(recordsAfter([remove], set)).toEqual(others);
          const add: Op = { ...mergeSpf, kind: "add-value", before: null, after };
          expect(recordsAfter([add], setOf(others)).slice(0, -1)).toEqual(others);
        },
      ),
      law(1000),
    );
  });

  test("of a CNAME are its one target", () => {
    const set: RecordSet = { ...setOf([]), type: "CNAME", values: ["old.example"] };
    const op: Op = { ...mergeSpf, type: "CNAME", before: "old.example", after: "new.example" };
    expect(recordsAfter([op], set)).toEqual([["new.example"]]);
    expect(recordsAfter([{ ...op, kind: "create-rrset", before: null }], undefined)).toEqual([
      ["new.example"],
    ]);
  });
});
