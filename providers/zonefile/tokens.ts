import { MailDnsError } from "../../src/core/errors.ts";

/** One file of a zone. `text` holds one character (0x00 to 0xff) an octet, so every byte survives. */
export interface Source {
  /** As people know it: relative to the project or the zones folder. */
  readonly file: string;
  readonly text: string;
}

/** Stops the reading; `offset` is the place in the source that is to blame. */
export type Fail = (offset: number, message: string) => never;

/** A word or a quoted string. `raw` is what stands in the file, without the quotes. */
export interface Token {
  readonly raw: string;
  readonly quoted: boolean;
  /** Octet offsets in the source, quotes included. */
  readonly start: number;
  readonly end: number;
}

/** One directive or record: a line, or several where parentheses hold them together. */
export interface Entry {
  readonly start: number;
  /** Behind the line's end. */
  readonly end: number;
  /** The line begins with a blank: the owner is that of the record before (RFC 1035 5.1). */
  readonly indented: boolean;
  readonly tokens: readonly Token[];
}

/** Every error says where it is and never what stands there: the file may be no zone but a secret. */
export function failIn(source: Source): Fail {
  return (offset, message) => {
    throw new MailDnsError("invalid-input", `${placeIn(source, offset)}: ${message}`);
  };
}

/** `zones/example.com.zone:12:5`; lines and columns count from 1, columns in octets. */
export function placeIn(source: Source, offset: number): string {
  const before = source.text.slice(0, offset);
  const line = before.split("\n").length;
  return `${source.file}:${line}:${offset - before.lastIndexOf("\n")}`;
}

/** Cuts a master file into its entries, blank lines and comments left out (RFC 1035 5.1). */
export function* readEntries(text: string, fail: Fail, from = 0): Generator<Entry> {
  if (text.startsWith("\u00ef\u00bb\u00bf")) {
    fail(0, "the file begins with a byte order mark, which name servers take for a name");
  }
  for (let at = from; at < text.length;) {
    const entry = readEntry(text, at, fail);
    if (entry.tokens.length > 0) yield entry;
    at = entry.end;
  }
}

function readEntry(text: string, start: number, fail: Fail): Entry {
  const indented = isBlank(text.charCodeAt(start));
  const tokens: Token[] = [];
  const open: number[] = [];
  for (let at = start; ;) {
    at = skipToNext(text, at);
    const lineEnd = lineEndAt(text, at, fail);
    if (lineEnd > 0 || at >= text.length) {
      const unclosed = open.at(-1);
      if (unclosed === undefined) return { start, end: at + lineEnd, indented, tokens };
      if (at >= text.length) fail(unclosed, "this parenthesis is never closed");
      at += lineEnd;
      continue;
    }
    const char = text.charAt(at);
    if (at === start && (char === "(" || char === ")")) {
      fail(at, "a line can't begin with a parenthesis");
    }
    if (char === "(") open.push(at);
    else if (char === ")" && open.pop() === undefined) {
      fail(at, "this parenthesis was never opened");
    } else if (char !== ")") tokens.push(readToken(text, at, fail));
    at = char === "(" || char === ")" ? at + 1 : (tokens.at(-1)?.end ?? at + 1);
  }
}

function readToken(text: string, start: number, fail: Fail): Token {
  const quoted = text.charAt(start) === '"';
  let at = quoted ? start + 1 : start;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted ? code === QUOTE || code === LF : endsWord(code)) break;
    if (code === BACKSLASH) at += 1;
    if (code === BACKSLASH && (at >= text.length || isLineEnd(text.charCodeAt(at)))) {
      fail(at - 1, "a backslash stands at the end of the line");
    }
  }
  if (quoted && text.charCodeAt(at) !== QUOTE) fail(start, "this quote is not closed on its line");
  if (!quoted && text.charCodeAt(at) === 0) fail(at, "there is a NUL octet");
  const raw = text.slice(quoted ? start + 1 : start, at);
  return { raw, quoted, start, end: quoted ? at + 1 : at };
}

/** Over blanks and a comment, to the next token, parenthesis or line end. */
function skipToNext(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at += 1;
  if (text.charAt(at) !== ";") return at;
  const lineFeed = text.indexOf("\n", at);
  if (lineFeed < 0) return text.length;
  return text.charCodeAt(lineFeed - 1) === CR ? lineFeed - 1 : lineFeed;
}

/** Octets of the line end at this place: 0, 1 (LF) or 2 (CR LF). */
function lineEndAt(text: string, at: number, fail: Fail): number {
  const code = text.charCodeAt(at);
  if (code === LF) return 1;
  if (code !== CR) return 0;
  if (text.charCodeAt(at + 1) === LF) return 2;
  return fail(at, "a carriage return stands inside the line; name servers read that differently");
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function isLineEnd(code: number): boolean {
  return code === LF || code === CR;
}

function endsWord(code: number): boolean {
  // blank, line end, NUL, and the characters ; ( ) "
  return code <= 0x3b && END_OF_WORD.has(code);
}

const END_OF_WORD = new Set([0x00, 0x09, LF, CR, 0x20, QUOTE, 0x28, 0x29, 0x3b]);
