import type { DomainName } from "../../src/core/dns/name.ts";
import { printTxt } from "../../src/core/dns/txt.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Include, ZoneRecord } from "./records.ts";
import { removeRecords } from "./remove.ts";
import { nextSerial, raiseSerial, serialOf } from "./serial.ts";
import { applySplices, type Splice } from "./splice.ts";
import { placeIn, type Source } from "./tokens.ts";
import { replaceTarget, replaceText } from "./values.ts";
import { readZone, type Zone } from "./zone.ts";

export interface EditOptions {
  readonly origin: DomainName;
  /** Milliseconds since 1970, for the serial and the mark above a new record. */
  readonly now: number;
  readonly include?: Include;
}

const FALLBACK_TTL = 3600;

/**
 * Carries out the ops in the text of a zone's file: the data of a changed record are written over
 * in place, a removed record's lines go, new records come at the end, with absolute names, their
 * own TTL and class, below a comment that says whose they are. The serial goes up. All else stays
 * as it is, byte for byte.
 *
 *     @  IN TXT "v=spf1 ~all" ; mail           @  IN TXT "v=spf1 include:_spf.odoo.com ~all" ; mail
 *
 * The result is read again, and must differ from before by the ops and nothing else. Throws
 * `protected` for a record that stands in another file or comes from `$GENERATE`.
 */
export function editZone(zone: Zone, ops: readonly Op[], options: EditOptions): Zone {
  const [source] = zone.sources;
  if (!source) throw new MailDnsError("internal", "a zone without a file");
  const touched = ops.map((op) => recordsOf(zone, op));
  const removed = touched.flatMap((records, index) => (ops[index]?.after === null ? records : []));
  const replaced = touched.flatMap((records, index) => splicesOf(records, ops[index]));
  const splices = [
    ...replaced,
    ...removeRecords(source, zone.records, new Set(removed)),
    raiseSerial(zone, nextSerial(serialOf(zone), options.now)),
    ...appended(source.text, ops, zone, options.now),
  ];
  const edited = { file: source.file, text: applySplices(source.text, splices) };
  return proven(edited, expectedRecords(zone, ops), options);
}

/** What stands below the zone after the ops, the serial left out; in the order of the file. */
export function expectedRecords(zone: Zone, ops: readonly Op[]): readonly string[] {
  const changes = new Map(
    ops.flatMap((op) =>
      op.before === null ? [] : [[keyOf(op.name, op.type, op.before), op.after]],
    ),
  );
  const kept = zone.records.flatMap((record) => {
    const after = changes.get(keyOf(record.name, record.type, record.data));
    return after === null ? [] : [lineOf(record, after ?? record.data)];
  });
  const added = ops.flatMap((op) =>
    op.before === null ? [lineOf({ ...op, ttl: ttlOf(op, zone) }, op.after)] : [],
  );
  return [...kept, ...added];
}

/** The zone's records as lines to compare; equal lists mean equal zones, but for the serial. */
export function recordLines(zone: Zone): readonly string[] {
  return zone.records.map((record) => lineOf(record, record.data));
}

/** Reads the edited text and throws unless it holds exactly the records that it should. */
function proven(edited: Source, expected: readonly string[], options: EditOptions): Zone {
  const zone = readZone(edited, options);
  const found = recordLines(zone);
  const at = expected.findIndex((line, index) => line !== found[index]);
  if (at < 0 && expected.length === found.length) return zone;
  throw new MailDnsError(
    "internal",
    `The edit of ${edited.file} would have changed more than it should; nothing was written.`,
    {
      help: "Please report this with the zone file; until then change the records by hand.",
      native: { message: `expected ${expected[at] ?? "the end"}, found ${found[at] ?? "the end"}` },
    },
  );
}

function lineOf(
  record: Pick<ZoneRecord, "ttl"> & { name: string; type: string },
  data: string,
): string {
  const shown = record.type === "SOA" ? data.split(" ").toSpliced(2, 1).join(" ") : data;
  return `${record.name} ${record.ttl} ${record.type} ${shown}`;
}

function keyOf(name: string, type: string, data: string): string {
  return `${name} ${type} ${data}`;
}

/** The record that an op changes; several where the file says the same thing twice. */
function recordsOf(zone: Zone, op: Op): readonly ZoneRecord[] {
  if (op.before === null) return [];
  const records = zone.records.filter(
    ({ name, type, data }) => name === op.name && type === op.type && data === op.before,
  );
  if (records.length === 0) {
    throw new MailDnsError("stale-write", `${op.name} no longer has this ${op.type} record.`);
  }
  const foreign = records.find((record) => record.generated || record.source !== zone.sources[0]);
  if (foreign) throw outOfReach(foreign);
  return records;
}

function outOfReach(record: ZoneRecord): MailDnsError {
  const origin = record.generated ? "comes from a $GENERATE" : "stands in an included file";
  return new MailDnsError(
    "protected",
    `${placeIn(record.source, record.start)}: the ${record.type} record of ${record.name} ${origin}, which may define other names as well.`,
    { help: "Write this record into the zone's own file, or change it by hand." },
  );
}

function splicesOf(records: readonly ZoneRecord[], op: Op | undefined): readonly Splice[] {
  if (op?.kind !== "replace-value") return [];
  const replace = op.type === "TXT" ? replaceText : replaceTarget;
  return records.flatMap((record) => replace(record, op.after));
}

function appended(text: string, ops: readonly Op[], zone: Zone, now: number): readonly Splice[] {
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const day = new Date(now).toISOString().slice(0, 10);
  const records = ops.flatMap((op) =>
    op.before === null
      ? [`; odoo-mail-dns, ${day}${eol}${recordText(op, ttlOf(op, zone))}${eol}`]
      : [],
  );
  if (records.length === 0) return [];
  const gap = text === "" || text.endsWith("\n") ? "" : eol;
  return [{ start: text.length, end: text.length, text: `${gap}${records.join("")}` }];
}

/** A whole line, complete in itself: no `$ORIGIN`, `$TTL` or line before it changes its meaning. */
function recordText({ name, type, after }: Op, ttl: number): string {
  const data = type === "TXT" ? printTxt(after ?? "") : `${after}.`;
  return `${name}. ${ttl} IN ${type} ${data}`;
}

function ttlOf(op: Op, zone: Zone): number {
  return op.ttl === "default" ? (zone.defaultTtl ?? FALLBACK_TTL) : op.ttl;
}
