import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { isMailDnsError } from "../../../src/core/errors.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import { editZone, recordLines } from "../../../providers/zonefile/edit.ts";
import { isNewer } from "../../../providers/zonefile/serial.ts";
import { readZone, type Zone } from "../../../providers/zonefile/zone.ts";
import { APEX, zoneText, type ZoneText } from "./arbitrary.ts";
import { law } from "../../law.ts";

// Much work, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const options = { origin: APEX, now: Date.UTC(2026, 11, 1, 12) };
const runs = law(10_000);
const DKIM = `odoo._domainkey.${APEX}`;

function read(text: string): Zone {
  return readZone({ file: "my.zone", text }, options);
}

function edit(text: string, ops: readonly Op[]): string {
  return editZone(read(text), ops, options).soa.source.text;
}

function meaning({ chunks }: ZoneText): readonly string[] {
  return chunks.flatMap((chunk) => chunk.records);
}

/** The file before our record's data, and behind them. */
function around({ chunks, spf }: ZoneText): { head: string; tail: string } {
  const text = (some: ZoneText["chunks"]): string => some.map((chunk) => chunk.text).join("");
  const { head, tail } = chunks[spf.chunk]?.frame ?? { head: "", tail: "" };
  return {
    head: text(chunks.slice(0, spf.chunk)) + head,
    tail: tail + text(chunks.slice(spf.chunk + 1)),
  };
}

/** The edited text with the old serial back in its place; that the serial rose is checked. */
function withOldSerial(edited: string, { serial: { at, digits } }: ZoneText): string {
  const raised = /^\d+/.exec(edited.slice(at))?.[0] ?? "";
  expect(isNewer(Number(raised), Number(digits))).toBe(true);
  return `${edited.slice(0, at)}${digits}${edited.slice(at + raised.length)}`;
}

const replaceSpf = ({ spf }: ZoneText): Extract<Op, { kind: "replace-value" }> => ({
  kind: "replace-value",
  name: APEX,
  type: "TXT",
  before: spf.value,
  after: spf.value.replace("v=spf1 ", "v=spf1 include:_spf.odoo.com "),
  ttl: 3600,
});

function changed(line: string, { before, after }: Op): string {
  const isOurs = line.startsWith(`${APEX} `) && line.endsWith(` TXT ${before}`);
  return isOurs ? line.slice(0, line.length - (before?.length ?? 0)) + (after ?? "") : line;
}

const addDkim: Op = {
  kind: "create-rrset",
  name: DKIM,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: 300,
};

const removeSpf = ({ spf }: ZoneText): Extract<Op, { kind: "remove-value" }> => ({
  kind: "remove-value",
  name: APEX,
  type: "TXT",
  before: spf.value,
  after: null,
  ttl: 3600,
});

describe("for zone files of any layout", () => {
  test("what is read is what is written", () => {
    fc.assert(
      fc.property(zoneText, (zone) => {
        expect(recordLines(read(zone.text))).toEqual(meaning(zone));
      }),
      runs,
    );
  });

  test("an edit changes the lines of our records and the serial, and nothing else", () => {
    fc.assert(
      fc.property(zoneText, (zone) => {
        const op = replaceSpf(zone);
        const edited = edit(zone.text, [op, addDkim]);
        const same = withOldSerial(edited, zone);
        const { head, tail } = around(zone);
        const lineEnd = zone.text.endsWith("\n") ? "" : zone.eol;
        const mark = `; odoo-mail-dns, 2026-12-01${zone.eol}`;
        const added = `${DKIM}. 300 IN CNAME odoo._domainkey.odoo.com.${zone.eol}`;
        expect(same.startsWith(head)).toBe(true);
        expect(same.endsWith(`${tail}${lineEnd}${mark}${added}`)).toBe(true);
        expect(recordLines(read(edited))).toEqual([
          ...meaning(zone).map((line) => changed(line, op)),
          `${DKIM} 300 CNAME odoo._domainkey.odoo.com`,
        ]);
      }),
      runs,
    );
  });

  test("taking a record out and putting it back changes no other record", () => {
    fc.assert(
      fc.property(zoneText, (zone) => {
        const op = removeSpf(zone);
        const edited = edit(zone.text, [op]);
        const others = meaning(zone).filter((line) => changed(line, op) === line);
        expect(recordLines(read(edited))).toEqual(others);
        const back: Op = { ...op, kind: "create-rrset", before: null, after: op.before };
        expect(recordLines(read(edit(edited, [back])))).toEqual([
          ...others,
          `${APEX} 3600 TXT ${zone.spf.value}`,
        ]);
      }),
      runs,
    );
  });

  test("taking the include out again leaves every other byte as it was", () => {
    fc.assert(
      fc.property(zoneText, (zone) => {
        const op = replaceSpf(zone);
        const back: Op = { ...op, before: op.after, after: op.before };
        const edited = edit(edit(zone.text, [op]), [back]);
        const { head, tail } = around(zone);
        const same = withOldSerial(edited, zone);
        expect(same.startsWith(head) && same.endsWith(tail)).toBe(true);
        expect(recordLines(read(edited))).toEqual(meaning(zone));
      }),
      runs,
    );
  });
});

describe("for any bytes at all", () => {
  const octets = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  });
  const words = fc.constantFrom(
    "@",
    " ",
    "\n",
    "(",
    ")",
    '"',
    ";",
    "\\",
    "$ORIGIN",
    "$TTL",
    "$GENERATE",
    "1-3",
    "$",
    "IN",
    "SOA",
    "TXT",
    "a",
    "\\#",
    "7",
    "1h",
    "\r",
    "\0",
  );
  const soup = fc.array(
    fc.oneof({ weight: 4, arbitrary: words }, { weight: 1, arbitrary: octets }),
    { maxLength: 60 },
  );

  test("reading ends with a zone or with an error that says where", () => {
    fc.assert(
      fc.property(soup, fc.boolean(), (pieces, hasSoa) => {
        const start = hasSoa ? "@ 60 SOA a b 1 1 1 1 1\n" : "";
        try {
          read(start + pieces.join(""));
        } catch (error) {
          if (!isMailDnsError(error)) throw error;
          expect(error.code).toBe("invalid-input");
          expect(error.message).toMatch(/^my\.zone(?::\d+:\d+:| has )/);
        }
      }),
      runs,
    );
  });
});
