import { quoted, isDigit, isLiteral, isTopLabel, isVisible, spanEnd } from "./characters.ts";

/** A piece of a macro-string (RFC 7208 7.1). */
export type MacroPart =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "macro";
      /** Lower case. */
      readonly letter: string;
      /** Written in upper case: the result is URL-escaped (7.3). */
      readonly escaped: boolean;
      /** How many right-hand parts are kept; absent: all. */
      readonly keep?: number;
      readonly reversed: boolean;
      /** What to split at; `.` where none is written. */
      readonly delimiters: string;
    };

/**
 * Where a macro-string stands decides what may be in it. `c`, `r` and `t` are for explanation texts
 * only (7.2), so `domain` refuses them as a syntax error, as the RFC's own test suite does. In the
 * value of an unknown modifier (`ignored`) the grammar alone counts: nobody expands it. Spaces are
 * for `explanation`.
 */
export type MacroPlace = "domain" | "ignored" | "explanation";

export type MacroReading =
  | {
      readonly parts: readonly MacroPart[];
      /** Where the text behind the last macro starts; 0 where there is no macro. */
      readonly tail: number;
    }
  | { readonly reason: string };

const SHORTHANDS: Readonly<Record<string, string>> = { "%": "%", _: " ", "-": "%20" };
const DELIMITERS = ".-+,/_=";
const LETTERS = "slodipvh";
const EXPLANATION_LETTERS = `${LETTERS}crt`;

/** Reads a macro-string. One pass, whatever it is given. */
export function readMacroString(text: string, place: MacroPlace): MacroReading {
  const parts: MacroPart[] = [];
  const mayStand = place === "explanation" ? isExplanation : isLiteral;
  let tail = 0;
  for (let at = 0; at < text.length;) {
    const end = spanEnd(text, at, mayStand);
    if (end > at) parts.push({ kind: "literal", text: text.slice(at, end) });
    if (end === text.length) break;
    if (text.charAt(end) !== "%")
      return { reason: "it holds a character that may not stand there" };
    const macro = readMacro(text, end, place);
    if ("reason" in macro) return macro;
    parts.push(macro.part);
    at = tail = macro.end;
  }
  return { parts, tail };
}

const isExplanation = (code: number): boolean =>
  (isVisible(code) && code !== 0x25) || code === 0x20;

type OneMacro = { readonly part: MacroPart; readonly end: number } | { readonly reason: string };

function readMacro(text: string, start: number, place: MacroPlace): OneMacro {
  const mark = text.charAt(start + 1);
  const shorthand = SHORTHANDS[mark];
  if (shorthand !== undefined)
    return { part: { kind: "literal", text: shorthand }, end: start + 2 };
  if (mark !== "{") {
    return { reason: 'a "%" must be followed by "{", "%", "_" or "-"' };
  }
  const letter = text.charAt(start + 2).toLowerCase();
  if (letter === "" || !EXPLANATION_LETTERS.includes(letter)) {
    return { reason: `"%{${text.charAt(start + 2)}" starts no macro that exists` };
  }
  if (place === "domain" && !LETTERS.includes(letter)) {
    return { reason: `the macro %{${letter}} may stand in explanation texts only` };
  }
  const digitsEnd = spanEnd(text, start + 3, isDigit);
  const reversed = text.charAt(digitsEnd).toLowerCase() === "r";
  const from = digitsEnd + (reversed ? 1 : 0);
  const end = spanEnd(text, from, isDelimiter);
  if (text.charAt(end) !== "}") return { reason: `the macro "%{${letter}" is not closed with "}"` };
  const keep = digitsEnd > start + 3 ? Number(text.slice(start + 3, digitsEnd)) : undefined;
  if (keep === 0) return { reason: `the macro "%{${letter}0" would keep nothing (RFC 7208, 7.3)` };
  return {
    part: {
      kind: "macro",
      letter,
      escaped: text.charAt(start + 2) !== letter,
      ...(keep !== undefined && { keep }),
      reversed,
      delimiters: text.slice(from, end) || ".",
    },
    end: end + 1,
  };
}

const isDelimiter = (code: number): boolean =>
  code === code && DELIMITERS.includes(String.fromCharCode(code));

/**
 * Why the text is no domain-spec (RFC 7208 7.1: a macro-string that ends in `.toplabel`, with or
 * without a final dot, or in a macro), or undefined when it is one.
 */
export function domainSpecFault(text: string): string | undefined {
  if (text === "") return "the domain is missing";
  const reading = readMacroString(text, "domain");
  if ("reason" in reading) return reading.reason;
  if (reading.tail === text.length) return undefined;
  const end = text.endsWith(".") ? text.length - 1 : text.length;
  const dot = text.lastIndexOf(".", end - 1);
  if (end === 0 || dot < reading.tail) {
    return `${quoted(text)} is no full domain name: it must end in a dot and a name such as "com"`;
  }
  const last = text.slice(dot + 1, end);
  return isTopLabel(last) ? undefined : `a domain name can't end in ${quoted(`.${last}`)}`;
}
