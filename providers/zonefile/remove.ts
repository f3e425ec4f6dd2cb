import { MailDnsError } from "../../src/core/errors.ts";
import { headOf, type ZoneRecord } from "./records.ts";
import type { Splice } from "./splice.ts";
import { placeIn, type Source } from "./tokens.ts";

/** The comment that stands above a record of ours goes with it. */
const MARK = /(?:^|\n)(; odoo-mail-dns, \d{4}-\d\d-\d\d\r?\n)$/;

/**
 * Takes whole records out of the zone's own file. A record below that had its name or its TTL from
 * one of them gets it in so many words:
 *
 *     www  60 IN A   192.0.2.1
 *             IN TXT "x"                  www.example.com.         60 IN TXT "x"
 *
 * @param records all of the zone's, in the order of the file
 */
export function removeRecords(
  source: Source,
  records: readonly ZoneRecord[],
  removed: ReadonlySet<ZoneRecord>,
): readonly Splice[] {
  const splices: Splice[] = [];
  let lost = { owner: false, ttl: false };
  for (const record of removed.size > 0 ? records : []) {
    const { inherits } = record;
    if (removed.has(record)) {
      splices.push(cut(record));
      lost = { owner: lost.owner || !inherits.owner, ttl: lost.ttl || !inherits.ttl };
      continue;
    }
    const isOurs = record.source === source && !record.generated;
    const needed = { owner: isOurs && lost.owner && inherits.owner, ttl: lost.ttl && inherits.ttl };
    if (needed.ttl && !isOurs) throw needsTtl(record);
    if (needed.owner || needed.ttl) splices.push(...spellOut(record, needed));
    lost = { owner: lost.owner && !isOurs, ttl: false };
  }
  return splices;
}

function cut({ source, start, end }: ZoneRecord): Splice {
  const mark = MARK.exec(source.text.slice(Math.max(0, start - 40), start))?.[1];
  return { start: start - (mark?.length ?? 0), end, text: "" };
}

function spellOut(record: ZoneRecord, needed: { owner: boolean; ttl: boolean }): readonly Splice[] {
  const { start } = record;
  const at = headOf(record).first.start;
  return [
    ...(needed.owner ? [{ start, end: start, text: `${record.name}.` }] : []),
    ...(needed.ttl ? [{ start: at, end: at, text: `${record.ttl} ` }] : []),
  ];
}

function needsTtl(record: ZoneRecord): MailDnsError {
  return new MailDnsError(
    "protected",
    `${placeIn(record.source, record.start)}: this record has its TTL from a record that is to be removed.`,
    { help: "Give the zone file a $TTL line, or this record a TTL of its own." },
  );
}
