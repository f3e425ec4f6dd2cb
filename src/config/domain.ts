import { domainToASCII, domainToUnicode } from "node:url";
import { under, parseName } from "../core/dns/name.ts";
import type { DomainName } from "../core/dns/name.ts";
import { DKIM_PREFIX } from "../core/odoo.ts";

/** A mail domain as written, or why it is none, in the owner's words. */
export type ReadDomain =
  | { readonly domain: DomainName; readonly written?: string }
  | { readonly reason: string; readonly suggestion?: string };

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
// What a URL's host parser would decode or read as something else than a name never reaches it.
const FORBIDDEN = /[\0-,/:-@[-`{-\x7f]/;

/**
 * Reads a domain that mail is sent from, as a U-label or A-label name in any case. The U-label
 * form is kept as `written`. `"Bücher.example"` gives `xn--bcher-kva.example`. RFC 5890, UTS 46.
 */
export function readDomain(text: string): ReadDomain {
  const written = text.endsWith(".") ? text.slice(0, -1) : text;
  const odd = oddity(written);
  if (odd !== undefined) return odd;
  const isAscii = /^[\0-\x7f]*$/.test(written);
  const ascii = isAscii ? written.toLowerCase() : domainToASCII(written);
  const labels = ascii.split(".");
  if (ascii === "" || labels.some(isFalseALabel))
    return { reason: "its international characters can't be part of a name" };
  if (labels.some((label) => label.length > 63)) return { reason: "a label is over 63 characters" };
  const wrong = labels.find((label) => !LABEL.test(label));
  if (wrong === "") return { reason: "two dots have nothing between them" };
  if (wrong !== undefined) return { reason: `"${wrong}" is no label of a domain` };
  if (labels.length < 2) return { reason: "it has only one label" };
  if (/^\d+$/.test(labels.at(-1) ?? "")) return { reason: "it looks like an address" };
  const domain = parseName(ascii);
  if (domain === undefined || under(DKIM_PREFIX, domain) === undefined)
    return { reason: `it is too long to have ${DKIM_PREFIX} in front of it` };
  return isAscii ? { domain } : { domain, written: written.normalize("NFC") };
}

/** Whether it has an A-label's prefix and no U-label stands behind it (RFC 5890, 2.3.2.1). */
function isFalseALabel(label: string): boolean {
  const unicode = domainToUnicode(label);
  return label.startsWith("xn--") && (unicode === label || domainToASCII(unicode) !== label);
}

function oddity(written: string): { reason: string; suggestion?: string } | undefined {
  if (written === "") return { reason: "it is empty" };
  if (written.includes("*")) return { reason: "a wildcard has no mail domain of its own" };
  const behind = written.split("@").at(-1) ?? "";
  const bare = behind.replace(/^[a-z]+:\/\//i, "").replace(/[/:?#].*$/, "");
  const hint = bare !== "" && bare !== written && !FORBIDDEN.test(bare) ? { suggestion: bare } : {};
  if (FORBIDDEN.test(written)) return { reason: "it has characters that no domain has", ...hint };
  return undefined;
}
