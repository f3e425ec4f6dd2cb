import { type DomainName, isWithin, parseName, under } from "../../src/core/dns/name.ts";
import type { RRType } from "../../src/core/dns/rrset.ts";
import { printTxt, unescapeTxt } from "../../src/core/dns/txt.ts";
import { MailDnsError } from "../../src/core/errors.ts";

/** Types of OVH's own that are served as TXT. Last verified 2026-12-01 (OVH's API description). */
const PSEUDO = new Set(["SPF", "DKIM", "DMARC"]);
/** They take tags as they are: no quotes, not split. */
const TAGGED = new Set(["DKIM", "DMARC"]);
const MAX_STRING_OCTETS = 255;

/**
 * A value without what OVH's API, its export and its name servers may tell in different ways:
 * escapes, quotes and spaces of a value that somebody entered oddly. For values that are not ours.
 */
export function bareOf(value: string): string {
  return value.replace(/[\\"\s]/g, "");
}

/** The type that the world sees. */
export function servedType(fieldType: string): RRType {
  return PSEUDO.has(fieldType) ? "TXT" : fieldType;
}

/**
 * The value that the world sees: `"v=spf1 " "~all"` gives `v=spf1 ~all`, and so does
 * `v=spf1 ~all`; a CNAME's `www` gives `www.example.com`. Undefined: it can't be understood.
 */
export function decodeTarget(
  fieldType: string,
  target: string,
  apex: DomainName,
): string | undefined {
  switch (servedType(fieldType)) {
    case "TXT":
      return decodeText(target);
    case "CNAME":
    case "DNAME":
    case "NS":
    case "PTR":
      return absolute(target, apex);
    case "MX": {
      const [preference = "", exchange = ""] = target.trim().split(/\s+/);
      const name = absolute(exchange, apex);
      return name === undefined ? undefined : `${preference} ${name}`;
    }
    case "AAAA":
      return target.trim().toLowerCase();
    default:
      return target.trim();
  }
}

const QUOTED = /\s*"((?:[^"\\]|\\.)*)"\s*/gsy;

function decodeText(target: string): string | undefined {
  const trimmed = target.trim();
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  if (!isQuoted) return octetsOf(target);
  let value = "";
  for (let at = 0; at < trimmed.length; at = QUOTED.lastIndex) {
    QUOTED.lastIndex = at;
    const text = QUOTED.exec(trimmed)?.[1];
    const octets = text === undefined ? undefined : unescapeTxt(octetsOf(text));
    if (octets === undefined) return undefined;
    value += octets;
  }
  return value;
}

/** JSON carries characters and DNS octets: what is not ASCII goes out as UTF-8. */
function octetsOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Without a dot at its end, a target lies below the zone. */
function absolute(target: string, apex: DomainName): DomainName | undefined {
  const text = target.trim();
  return text.endsWith(".") ? parseName(text) : under(text, apex);
}

/**
 * A new value in the form of the record that it goes into: quoted stays quoted, unquoted stays so
 * where it can. Undefined: OVH has no form for it, as for a DKIM record with a quote in it.
 */
export function encodeText(
  value: string,
  old?: { readonly fieldType: string; readonly target: string },
): string | undefined {
  const isBare = old !== undefined && !old.target.trim().startsWith('"');
  if (old !== undefined && TAGGED.has(old.fieldType)) return isPlain(value) ? value : undefined;
  const canBeBare = isPlain(value) && value.length <= MAX_STRING_OCTETS;
  return isBare && canBeBare ? value : printTxt(value);
}

/** What is read back as it was written, without quotes around it. */
function isPlain(value: string): boolean {
  return /^[!#-[\]-~](?:[ !#-[\]-~]*[!#-[\]-~])?$/.test(value) && !value.startsWith("(");
}

/** Always with its dot: without, OVH would put the zone behind it. */
export function encodeName(name: string): string {
  return `${name}.`;
}

/**
 * `odoo._domainkey.example.com` in `example.com` gives `odoo._domainkey`, the zone itself nothing.
 * Throws `invalid-input`: OVH takes names as plain text, with no form for what would be escaped.
 */
export function subDomainOf(name: DomainName, apex: DomainName): string {
  if (name === apex) return "";
  if (isWithin(name, apex) && /^[a-z0-9_*.-]+$/.test(name)) return name.slice(0, -apex.length - 1);
  throw new MailDnsError("invalid-input", `${name} is no name that OVH can hold in ${apex}.`);
}

/** Undefined: no name that DNS could hold. */
export function nameOf(subDomain: string, apex: DomainName): DomainName | undefined {
  return subDomain === "" || subDomain === "@" ? apex : under(subDomain, apex);
}
