import { isNotSpace, isSpace, spanEnd } from "./characters.ts";
import { type NoTerm, readTerm } from "./read-term.ts";
import type { Term } from "./term.ts";

/** One word of a value, whether it is a term or not. */
export interface Word {
  readonly gap: string;
  /** Octet offset of `text` in the value. */
  readonly at: number;
  readonly text: string;
  readonly term: Term | NoTerm;
}

/** A value that receivers select as SPF, cut at its spaces. Its parts, joined, are the value. */
export interface Scan {
  readonly version: string;
  readonly words: readonly Word[];
  readonly tail: string;
}

export const VERSION = "v=spf1";

/**
 * Cuts a value at its spaces and reads each word; undefined where receivers do not select it, by
 * the exact test of RFC 7208 4.5: `v=spf1`, in any case, and then a space or nothing.
 */
export function scan(value: string): Scan | undefined {
  const version = value.slice(0, VERSION.length);
  const behind = value.charAt(VERSION.length);
  if (version.toLowerCase() !== VERSION || (behind !== "" && behind !== " ")) return undefined;
  const words: Word[] = [];
  let end = VERSION.length;
  for (;;) {
    const at = spanEnd(value, end, isSpace);
    if (at === value.length) return { version, words, tail: value.slice(end) };
    const gap = value.slice(end, at);
    end = spanEnd(value, at, isNotSpace);
    const text = value.slice(at, end);
    words.push({ gap, at, text, term: readTerm(text) });
  }
}

export function printWords({ version, words, tail }: Scan): string {
  return `${version}${words.map(({ gap, text }) => gap + text).join("")}${tail}`;
}
