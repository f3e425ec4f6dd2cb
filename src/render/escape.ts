// Text from DNS, files and hosts is somebody else's: nothing in it may move the cursor, hide
// characters or turn the direction of the line. Controls, format and bidi characters, surrogates
// that stand alone, line and paragraph separators, and all that is drawn as nothing.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const MAX_SHOWN = 1000;

/** Text of any script with what can't be seen written out: `a\u{202e}b`. */
export function visible(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(HIDDEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Nearly all text is: the long search is not even prepared for it. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** Octets of a record as a master file writes them, without its quotes: `caf\195\169` (RFC 1035 5.1). */
export function octets(data: string): string {
  const shown = data.length > MAX_SHOWN ? data.slice(0, MAX_SHOWN) : data;
  const escaped = shown.replace(/\\|[^\x20-\x7e]/g, (char) => {
    const code = char.charCodeAt(0);
    if (char === "\\") return "\\\\";
    return code > 0xff ? visible(char) : `\\${String(code).padStart(3, "0")}`;
  });
  return data.length > MAX_SHOWN
    ? `${escaped} ... and ${data.length - MAX_SHOWN} more octets (--json shows all)`
    : escaped;
}
