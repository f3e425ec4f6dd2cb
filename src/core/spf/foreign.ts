/**
 * Characters that come along when a record is copied from a document or a web page, and what they
 * were before a word processor improved them. An empty text: it is invisible, and means nothing.
 */
const LOOKALIKES: Readonly<Record<string, readonly [name: string, plain: string]>> = {
  "\t": ["a tab", " "],
  "\n": ["a line break", " "],
  "\r": ["a line break", " "],
  "\u00a0": ["a no-break space", " "],
  "\u00ad": ["a soft hyphen", ""],
  "\u200b": ["a zero-width space", ""],
  "\u200c": ["a zero-width non-joiner", ""],
  "\u200d": ["a zero-width joiner", ""],
  "\u200e": ["a left-to-right mark", ""],
  "\u200f": ["a right-to-left mark", ""],
  "\u2002": ["an en space", " "],
  "\u2003": ["an em space", " "],
  "\u2009": ["a thin space", " "],
  "\u2010": ["a typographic hyphen", "-"],
  "\u2011": ["a no-break hyphen", "-"],
  "\u2012": ["a figure dash", "-"],
  "\u2013": ["an en dash", "-"],
  "\u2014": ["an em dash", "-"],
  "\u2018": ["a curly quote", "'"],
  "\u2019": ["a curly quote", "'"],
  "\u201c": ["a curly quote", '"'],
  "\u201d": ["a curly quote", '"'],
  "\u201e": ["a curly quote", '"'],
  "\u202a": ["a left-to-right mark", ""],
  "\u202b": ["a right-to-left mark", ""],
  "\u202c": ["a direction mark", ""],
  "\u202d": ["a left-to-right mark", ""],
  "\u202e": ["a right-to-left mark", ""],
  "\u202f": ["a narrow no-break space", " "],
  "\u2060": ["a word joiner", ""],
  "\u2212": ["a minus sign", "-"],
  "\u223c": ["a tilde operator", "~"],
  "\u02dc": ["a small tilde", "~"],
  "\u2236": ["a ratio sign", ":"],
  "\u3000": ["an ideographic space", " "],
  "\ufeff": ["a byte order mark", ""],
  "\uff0d": ["a full-width hyphen", "-"],
  "\uff0f": ["a full-width slash", "/"],
  "\uff1a": ["a full-width colon", ":"],
  "\uff1d": ["a full-width equals sign", "="],
  "\uff5e": ["a full-width tilde", "~"],
};

const SHOWN = 3;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text that octets stand for: UTF-8 where they are UTF-8, else each octet its own character
 * (an old encoding, or no text at all).
 */
export function decodeOctets(octets: string): string {
  try {
    return utf8.decode(Uint8Array.from(octets, (char) => char.charCodeAt(0)));
  } catch {
    return octets;
  }
}

/** The text as it was meant before it was typeset: `–all` (en dash) gives `-all`. */
export function plainText(octets: string): string {
  let plain = "";
  for (const char of decodeOctets(octets)) plain += LOOKALIKES[char]?.[1] ?? char;
  return plain;
}

/** Says which characters may not stand in a term: `it holds an en dash (U+2013)`. */
export function foreignCharacters(octets: string): string {
  const found = new Set<string>();
  for (const char of decodeOctets(octets)) {
    if ((char < "!" || char > "~") && found.size <= SHOWN) found.add(char);
  }
  const names = [...found].slice(0, SHOWN).map(characterName);
  return `it holds ${names.join(", ")}${found.size > SHOWN ? " and more" : ""}; only plain ASCII characters may stand there`;
}

/** `an en dash (U+2013)`, `a space`, `";"`. */
export function characterName(char: string): string {
  if (char === " ") return "a space";
  if (char > " " && char <= "~") return `"${char}"`;
  const code = char.codePointAt(0) ?? 0;
  const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return `${LOOKALIKES[char]?.[0] ?? "the character"} (${point})`;
}
