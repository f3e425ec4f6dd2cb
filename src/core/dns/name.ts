declare const brand: unique symbol;

/**
 * An absolute domain name in the one spelling used inside the product: lower case, A-labels, no
 * trailing dot, `.` for the root. Octets outside letters, digits, `-` and `_` are written as in a
 * master file: `\.` for a dot inside a label, `\DDD` (decimal) otherwise. RFC 1035 5.1, RFC 4343.
 */
export type DomainName = string & { readonly [brand]: "DomainName" };

export const ROOT: DomainName = "." as DomainName;

const PLAIN = /^(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?$/;
const MAX_NAME_OCTETS = 255;
const MAX_LABEL_OCTETS = 63;

/**
 * Reads a name as a person, a file or another host writes it: any case, with or without the final
 * dot, with master-file escapes. `"WWW.Example.com."` gives `"www.example.com"`. Returns undefined
 * for what is no domain name (empty label, label over 63 octets, name over 255, not ASCII).
 */
export function parseName(text: string): DomainName | undefined {
  if (text === ".") return ROOT;
  if (text.length <= MAX_NAME_OCTETS - 2 && PLAIN.test(text)) {
    return lowerCase(text.endsWith(".") ? text.slice(0, -1) : text) as DomainName;
  }
  const labels = readLabels(text);
  return labels && nameFromLabels(labels);
}

/** The name made of these raw labels (one character an octet), or undefined when it is too long. */
export function nameFromLabels(labels: readonly string[]): DomainName | undefined {
  if (labels.length === 0) return ROOT;
  const octets = labels.reduce((sum, label) => sum + label.length + 1, 1);
  if (octets > MAX_NAME_OCTETS) return undefined;
  if (labels.some((label) => label.length === 0 || label.length > MAX_LABEL_OCTETS))
    return undefined;
  return labels.map(printLabel).join(".") as DomainName;
}

/** The raw labels of a name, one character an octet: `a\.b.example` gives `["a.b", "example"]`. */
export function labelsOf(name: DomainName): readonly string[] {
  if (name === ROOT) return [];
  return name.includes("\\") ? (readLabels(name) ?? []) : name.split(".");
}

/** Whether `name` is `zone` itself or lies below it, compared label by label. */
export function isWithin(name: DomainName, zone: DomainName): boolean {
  if (zone === ROOT || name === zone) return true;
  if (!name.endsWith(`.${zone}`)) return false;
  return (
    !name.includes("\\") ||
    labelsOf(name).slice(-labelsOf(zone).length).join(".") === labelsOf(zone).join(".")
  );
}

/** `parentOf("a.b.example")` is `b.example`; the parent of a top-level name is the root. */
export function parentOf(name: DomainName): DomainName | undefined {
  return name === ROOT ? undefined : nameFromLabels(labelsOf(name).slice(1));
}

/** `under("odoo._domainkey", "example.com")`. Undefined when the result is longer than a name may be. */
export function under(prefix: string, zone: DomainName): DomainName | undefined {
  return parseName(zone === ROOT ? prefix : `${prefix}.${zone}`);
}

function printLabel(label: string): string {
  return lowerCase(label).replace(/[^a-z0-9_-]/g, (char) => {
    if (char === "." || char === "\\") return `\\${char}`;
    const code = char.charCodeAt(0);
    return code > 0x20 && code < 0x7f && !/["();@$]/.test(char)
      ? char
      : `\\${String(code).padStart(3, "0")}`;
  });
}

/** ASCII only (RFC 4343): other octets have no case, and a Kelvin sign is no `k`. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function readLabels(text: string): string[] | undefined {
  const labels: string[] = [];
  let label = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === ".") {
      labels.push(label);
      label = "";
    } else if (char === "\\") {
      const octet = readEscape(text, at);
      if (octet === undefined) return undefined;
      label += octet.char;
      at += octet.length - 1;
    } else if (char.charCodeAt(0) < 0x80) label += char;
    else return undefined;
  }
  if (label !== "") labels.push(label);
  else if (!text.endsWith(".")) return undefined;
  return labels.some((part) => part === "") ? undefined : labels;
}

/** `\DDD` (decimal, RFC 1035 5.1) or `\X` at this place. Shared with TXT strings. */
export function readEscape(text: string, at: number): { char: string; length: number } | undefined {
  const digits = /^\d{3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (digits !== undefined) {
    const code = Number(digits);
    return code > 255 ? undefined : { char: String.fromCharCode(code), length: 4 };
  }
  const next = text.charAt(at + 1);
  return next === "" || /\d/.test(next) ? undefined : { char: next, length: 2 };
}
