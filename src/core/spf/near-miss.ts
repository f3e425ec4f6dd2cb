import { isAlphanum } from "./characters.ts";
import { characterName, decodeOctets, plainText } from "./foreign.ts";
import { readTerm } from "./read-term.ts";
import type { SpfValue } from "./record.ts";
import { VERSION, scan } from "./scan.ts";

type Unselected = Extract<SpfValue, { kind: "near" | "other" }>;

/** Patterns see no more than this much of a value, so that they can't be made to work hard. */
const HEAD_OCTETS = 64;
/** `v=spf1` as people mistype it, at the start of a value that was tidied. */
const MISSPELT_VERSION = /^v ?[=:-]{0,2} ?spf ?[=:._-]? ?1(?!\d)/i;
const QUOTES = "\"'`\\";
/** Only with terms behind them are these meant as SPF. */
const HALF_VERSION =
  /^(?:v ?= ?spf|=?spf ?[=:-]? ?v?1|spf|v ?= ?(?:sfp|psf|fsp|sp|pf|spff|sspf|sppf) ?1)(?=$|[ ;,:])/i;
const OTHER_VERSION = /^v=spf(?:\d{2,}|[02-9])/i;
/** Values with a meaning of their own, whatever else is in them: DMARC, DKIM, Sender ID. */
const OTHER_KINDS = /^(?:v ?= ?(?:dmarc|dkim|bimi|sts|tlsrpt)|spf2\.0|[ghknpst]=)/i;

/**
 * Says of a value that receivers do not select as SPF (RFC 7208 4.5) whether a person would take it
 * for SPF: then it is a near miss, and no second record must be written beside it. `v=spf10` is
 * not: it is another version, which every receiver ignores.
 */
export function classifyUnselected(value: string): Unselected {
  const text = tidy(value);
  const start = text.slice(0, HEAD_OCTETS);
  const version = OTHER_VERSION.exec(start)?.[0];
  if (version !== undefined) return { kind: "other", version };
  if (OTHER_KINDS.test(start)) return { kind: "other" };
  const meant = splitVersion(text, start);
  if (meant === undefined) return { kind: "other" };
  const suggestion = meant.record ?? asRecord(meant.terms);
  const reason = reasonFor(value, meant);
  return { kind: "near", reason, ...(suggestion !== undefined && { suggestion }) };
}

/** Typeset characters made plain, quotation marks out, each run of white space one space. */
function tidy(value: string): string {
  let text = "";
  for (const char of plainText(value)) {
    const isSpace = char <= " ";
    if (isSpace ? text !== "" && !text.endsWith(" ") : !QUOTES.includes(char)) {
      text += isSpace ? " " : char;
    }
  }
  return text.endsWith(" ") ? text.slice(0, -1) : text;
}

/** A value that is meant as SPF, cut behind what stands for the version in it. */
interface Meant {
  readonly head: string;
  readonly terms: string;
  /** The record that was meant, where it is known already. */
  readonly record?: string;
}

function splitVersion(text: string, start: string): Meant | undefined {
  const misspelt = MISSPELT_VERSION.exec(start)?.[0];
  if (misspelt !== undefined) return cut(text, misspelt.length);
  const half = HALF_VERSION.exec(start)?.[0];
  if (half !== undefined && holdsMechanism(text.slice(half.length))) return cut(text, half.length);
  const inside = text.toLowerCase().indexOf(`${VERSION} `);
  if (inside > 0 && !isAlphanum(text.charCodeAt(inside - 1))) {
    const meant = cut(text, inside + VERSION.length);
    const record = asRecord(meant.terms);
    if (record !== undefined) return { ...meant, record };
  }
  return isHeadless(text) ? cut(text, 0) : undefined;
}

function cut(text: string, at: number): Meant {
  return { head: text.slice(0, at), terms: text.slice(at) };
}

/** Terms without a version. Nothing else starts with a mechanism and ends with `all`. */
function isHeadless(text: string): boolean {
  const words = text.split(" ");
  const last = (words.at(-1) ?? "").toLowerCase();
  if (words[0]?.includes(":") !== true || !["-all", "~all", "?all", "+all"].includes(last)) {
    return false;
  }
  return words.every((word) => readTerm(word).kind !== "none");
}

/** Whether there is a mechanism that can't be an ordinary word, as `a`, `all` and `include` can. */
function holdsMechanism(terms: string): boolean {
  return wordsOf(terms, true).some((word) => {
    const isPlain = isAlphanum(word.charCodeAt(0)) && !word.includes(":");
    return !isPlain && readTerm(word).kind === "mechanism";
  });
}

/** The record that was meant, where a proper version, and spaces for `,` and `;`, make one. */
function asRecord(terms: string): string | undefined {
  for (const alsoAtCommas of [false, true]) {
    const record = [VERSION, ...wordsOf(terms, alsoAtCommas)].join(" ");
    if (scan(record)?.words.every(({ term }) => term.kind !== "none") === true) return record;
  }
  return undefined;
}

function wordsOf(terms: string, alsoAtCommas: boolean): readonly string[] {
  let from = 0;
  while (from < terms.length && " :;,.=".includes(terms.charAt(from))) from += 1;
  const rest = terms.slice(from);
  const spaced = alsoAtCommas ? rest.replaceAll(",", " ").replaceAll(";", " ") : rest;
  return spaced.split(" ").filter((word) => word !== "");
}

function reasonFor(value: string, { head }: Meant): string {
  const [first = "", ...more] = decodeOctets(value).slice(0, HEAD_OCTETS);
  if (QUOTES.includes(first)) return "the quotation marks are part of the value";
  if (tidy(first) === "") return `it starts with ${characterName(first)}`;
  if (head === "") return `it does not start with "${VERSION}"`;
  if (head.length > VERSION.length && head.toLowerCase().endsWith(VERSION)) {
    return `"${VERSION}" stands in the middle of it`;
  }
  if (head.toLowerCase() !== VERSION) return `it starts with "${head}" instead of "${VERSION}"`;
  const behind = more[VERSION.length - 1] ?? "";
  if (isAlphanum(behind.charCodeAt(0))) return `there is no space behind "${VERSION}"`;
  return `"${VERSION}" is followed by ${characterName(behind)} instead of a space`;
}
