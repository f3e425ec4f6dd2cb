import { printTxt } from "../../src/core/dns/txt.ts";
import { isUnknownForm, readString } from "./data.ts";
import { failIn, type Token } from "./tokens.ts";
import type { Splice } from "./splice.ts";
import { headOf, type ZoneRecord } from "./records.ts";

/** Writes a new target into a CNAME record, absolute; comment and layout stay. */
export function replaceTarget(record: ZoneRecord, target: string): readonly Splice[] {
  return writeOver(headOf(record).data, `${target}.`);
}

/**
 * Writes a new value into a TXT record. Only the strings that differ are touched; parentheses,
 * comments and the other strings stay as they are:
 * `( "v=spf1 a " ; ours` / `"~all" )` gets its include in the first string alone.
 */
export function replaceText(record: ZoneRecord, after: string): readonly Splice[] {
  const tokens = headOf(record).data;
  if (isUnknownForm(tokens)) return writeOver(tokens, printTxt(after));
  const strings = tokens.map((token) => readString(token, failIn(record.source)));
  const { head, tail } = sameEnds(strings, record.data, after);
  const kept = strings.slice(0, head).join("").length;
  const end = strings.slice(strings.length - tail).join("").length;
  const middle = after.slice(kept, after.length - end);
  return writeOver(tokens.slice(head, tokens.length - tail), middle && printTxt(middle));
}

/**
 * How many strings at the head and at the tail can stay as they are. At least one string is
 * rewritten, and an insertion at a border goes into the string before it.
 */
function sameEnds(
  strings: readonly string[],
  before: string,
  after: string,
): { head: number; tail: number } {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before.charCodeAt(same) === after.charCodeAt(same)) same += 1;
  let sameEnd = 0;
  while (sameEnd < shorter - same && before.at(-1 - sameEnd) === after.at(-1 - sameEnd))
    sameEnd += 1;
  let head = 0;
  for (let at = 0; head < strings.length - 1; head += 1) {
    at += strings[head]?.length ?? 0;
    if (at >= same) break;
  }
  let tail = 0;
  for (let at = 0; head + tail < strings.length - 1; tail += 1) {
    at += strings.at(-1 - tail)?.length ?? 0;
    if (at > sameEnd) break;
  }
  return { head, tail };
}

/** The new text in place of the first token; the others go. */
function writeOver(tokens: readonly Token[], text: string): readonly Splice[] {
  return tokens.map(({ start, end }, index) => ({ start, end, text: index === 0 ? text : "" }));
}
