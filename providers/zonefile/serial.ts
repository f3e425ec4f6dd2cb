import { MailDnsError } from "../../src/core/errors.ts";
import { headOf } from "./records.ts";
import type { Splice } from "./splice.ts";
import { placeIn, type Source, type Token } from "./tokens.ts";
import type { Zone } from "./zone.ts";

const DAY = 86_400;
const HIGHEST = 0xffff_ffff;

/**
 * The next serial in the style of the old one, always higher (RFC 1982): `2026112401` becomes
 * today's `2026120100`, or one more where that is not higher; a Unix time becomes now's; anything
 * else, one more. A serial is never taken back, also not by undo: secondaries would not see it.
 * @param now milliseconds since 1970
 */
export function nextSerial(old: number, now: number): number {
  const inStyle = isDated(old) ? Number(`${dateOf(now)}00`) : Math.floor(now / 1000);
  const hasStyle = isDated(old) || isUnixTime(old, now);
  if (hasStyle && isNewer(inStyle, old)) return inStyle;
  return old >= HIGHEST ? 1 : old + 1;
}

function isUnixTime(serial: number, now: number): boolean {
  return serial >= 1_000_000_000 && serial <= now / 1000 + DAY;
}

/** `20261201`, UTC. */
function dateOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10).replaceAll("-", "");
}

/** YYYYMMDDnn of a day that exists, from 1980 on. */
function isDated(serial: number): boolean {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)\d\d$/.exec(String(serial)) ?? [];
  if (year === undefined || Number(year) < 1980 || Number(year) > 2147) return false;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

/** RFC 1982 3.2, for the serials of two versions of a zone. */
export function isNewer(serial: number, than: number): boolean {
  const ahead = (serial - than) >>> 0;
  return ahead !== 0 && ahead < 0x8000_0000;
}

export function serialOf(zone: Zone): number {
  return Number(zone.soa.data.split(" ")[2]);
}

/** The serial's own digits, leading zeros and all, in the zone's file. */
export function raiseSerial(zone: Zone, serial: number): Splice {
  const { start, end, raw } = serialToken(zone);
  return { start, end, text: String(serial).padStart(raw.length, "0") };
}

/** The file without the serial's digits: two versions with the same say the same. */
export function withoutSerial(zone: Zone): string {
  const { start, end } = serialToken(zone);
  const { text } = zone.soa.source;
  return `${text.slice(0, start)}${text.slice(end)}`;
}

function serialToken({ soa, sources }: Zone): Token {
  if (soa.source !== sources[0]) throw elsewhere(soa.source, soa.start);
  const token = headOf(soa).data[2];
  if (!token || !/^\d+$/.test(token.raw)) {
    throw new MailDnsError(
      "protected",
      `${placeIn(soa.source, soa.start)}: the SOA record is written in octets (\\#), so its serial can't be raised.`,
      { help: "Write the SOA record in the usual form." },
    );
  }
  return token;
}

function elsewhere(source: Source, at: number): MailDnsError {
  return new MailDnsError(
    "protected",
    `${placeIn(source, at)}: the SOA record stands in an included file, which other zones may share, so its serial can't be raised.`,
    { help: "Move the SOA record into the zone's own file." },
  );
}
