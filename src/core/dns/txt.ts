import { readEscape } from "./name.ts";

/**
 * The value of one TXT record: its character-strings joined with nothing (RFC 7208 3.3), one
 * character (0x00 to 0xff) an octet, so that any bytes survive and compare exactly.
 */
export type TxtData = string;

const MAX_STRING_OCTETS = 255;

/** Whether every character stands for one octet. What fails this never came from DNS. */
export function isOctets(text: string): text is TxtData {
  return !/[^\u0000-\u00ff]/.test(text);
}

/**
 * Cuts a value into character-strings of at most 255 octets (RFC 1035 3.3.14), behind a space
 * where there is one, so that a reader who joins with nothing gets the same value.
 */
export function splitTxt(data: TxtData): readonly string[] {
  if (data.length <= MAX_STRING_OCTETS) return [data];
  const space = data.lastIndexOf(" ", MAX_STRING_OCTETS - 1);
  const cut = space > 0 ? space + 1 : MAX_STRING_OCTETS;
  return [data.slice(0, cut), ...splitTxt(data.slice(cut))];
}

/**
 * The value as a master file writes it (RFC 1035 5.1): `"v=spf1 ~all"`, long values as several
 * quoted strings. Octets outside printable ASCII become `\DDD`, decimal.
 */
export function printTxt(data: TxtData): string {
  return splitTxt(data).map(quote).join(" ");
}

/** One quoted character-string. */
export function quote(text: string): string {
  const escaped = text.replace(/["\\]|[^\x20-\x7e]/g, (char) =>
    char === '"' || char === "\\"
      ? `\\${char}`
      : `\\${String(char.charCodeAt(0)).padStart(3, "0")}`,
  );
  return `"${escaped}"`;
}

/** The octets that a master file's string (without its quotes) stands for; undefined: bad escape. */
export function unescapeTxt(text: string): string | undefined {
  if (!text.includes("\\")) return text;
  let octets = "";
  for (let at = 0; at < text.length; at += 1) {
    const escape = text.charAt(at) === "\\" ? readEscape(text, at) : undefined;
    if (text.charAt(at) === "\\" && escape === undefined) return undefined;
    octets += escape?.char ?? text.charAt(at);
    at += (escape?.length ?? 1) - 1;
  }
  return octets;
}
