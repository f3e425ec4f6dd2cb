/**
 * The classes of octets that RFC 7208 section 12 is made of. A test takes a character code, NaN
 * (behind the end) included, so that scanning needs no bounds check and no regular expression.
 */
export type CodeTest = (code: number) => boolean;

export const isDigit: CodeTest = (code) => code >= 0x30 && code <= 0x39;
const isAlpha: CodeTest = (code) =>
  (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
export const isAlphanum: CodeTest = (code) => isAlpha(code) || isDigit(code);
export const isSpace: CodeTest = (code) => code === 0x20;
export const isNotSpace: CodeTest = (code) => code === code && code !== 0x20;
/** `%x21-7E`: what a term may be written with. */
export const isVisible: CodeTest = (code) => code >= 0x21 && code <= 0x7e;
/** `macro-literal`: visible, and no `%`. */
export const isLiteral: CodeTest = (code) => isVisible(code) && code !== 0x25;
export const isHex: CodeTest = (code) =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

/** Where the run of such octets that starts at `from` ends. */
export function spanEnd(text: string, from: number, test: CodeTest): number {
  let at = from;
  while (test(text.charCodeAt(at))) at += 1;
  return at;
}

/** Whether the text is one or more such octets and nothing else. */
export function isAll(text: string, test: CodeTest): boolean {
  return text.length > 0 && spanEnd(text, 0, test) === text.length;
}

/** `name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )`: where it ends, `from` when there is none. */
export function nameEnd(text: string, from: number): number {
  return isAlpha(text.charCodeAt(from)) ? spanEnd(text, from, isNameCode) : from;
}

const isNameCode: CodeTest = (code) =>
  isAlphanum(code) || code === 0x2d || code === 0x5f || code === 0x2e;

/** `toplabel`: letters, digits and inner hyphens, and not digits alone. */
export function isTopLabel(text: string): boolean {
  if (!isAll(text, (code) => isAlphanum(code) || code === 0x2d)) return false;
  const ends = isAlphanum(text.charCodeAt(0)) && isAlphanum(text.charCodeAt(text.length - 1));
  return ends && !isAll(text, isDigit);
}

const QUOTED = 60;

/** A piece of a record for a sentence about it, in quotation marks and not too long to read. */
export function quoted(text: string): string {
  return text.length > QUOTED ? `"${text.slice(0, QUOTED)}..."` : `"${text}"`;
}
