import { type Rule, listed } from "../rule.ts";

/** DKIM: the CNAME `odoo._domainkey` and whether a key answers behind it (RFC 6376). */
export const dkimRules = {
  "dkim/missing": {
    severity: "error",
    title: "The DKIM record is missing",
    rfc: "RFC 6376, 3.6.2",
    why: "Odoo signs mail of your domain with a key that receivers look for at `odoo._domainkey` of the domain. Without the CNAME they do not find it, the signature fails, and DMARC fails with it on Odoo Online.",
    message: (words) =>
      `${words["name"]} does not exist, so receivers cannot check Odoo's signature`,
    help: () => "Run `odoo-mail-dns plan` to see the change, then `odoo-mail-dns apply`.",
  },
  "dkim/misspelt": {
    severity: "warning",
    title: "The DKIM record points to a misspelt target",
    rfc: "RFC 6376, 3.6.2",
    why: "The target is clearly meant to be Odoo's: a final dot was forgotten so that the zone's name was added, or a part was left out. It is corrected, and the change is shown.",
    message: (words) => `${words["name"]} points to ${words["target"]}: ${words["reason"]}`,
    help: (words) => `It is changed to ${words["wanted"]}.`,
  },
  "dkim/other-target": {
    severity: "error",
    title: "The DKIM record points somewhere else",
    rfc: "RFC 6376, 3.6.2",
    why: "Somebody published another target at this name on purpose. Whoever signs with the selector `odoo` today would lose the key.",
    message: (words) => `${words["name"]} points to ${words["target"]}, not to ${words["wanted"]}`,
    acceptable: true,
  },
  "dkim/other-records": {
    severity: "error",
    title: "Other records stand where the DKIM CNAME belongs",
    rfc: "RFC 1034, 3.6.2",
    why: "A CNAME excludes every other record at its name. Often somebody has pasted a key as TXT; it would not follow when Odoo changes its key.",
    message: (words) =>
      `${words["name"]} has ${listed(words["types"])} records, so no CNAME can be added there`,
    help: () => "Delete those records at your DNS host if nobody needs them, then plan again.",
  },
  "dkim/two-cnames": {
    severity: "error",
    title: "Two CNAME records at one name",
    rfc: "RFC 1034, 3.6.2",
    why: "A name may have one CNAME only. Servers that hold two answer at random or not at all.",
    message: (words) => `${words["name"]} has ${words["count"]} CNAME records; only one may exist`,
    help: (words) =>
      `Delete all but the one to ${words["wanted"]} at your DNS host, then plan again.`,
  },
  "dkim/proxied": {
    severity: "error",
    title: "The DKIM record seems to be hidden behind a proxy",
    why: 'Some hosts answer for a proxied CNAME with their own addresses. Receivers then find no key. The record must be "DNS only".',
    message: (words) =>
      `${words["name"]} answers with addresses instead of a CNAME: it seems to be switched to a proxy`,
    help: () => 'Switch the proxy off for this record at your DNS host (Cloudflare: "DNS only").',
  },
  "dkim/flattened": {
    severity: "warning",
    title: "The DNS host answers with the key itself",
    why: "The host follows the CNAME on its own and publishes a copy of Odoo's key. That works; after Odoo changes the key it takes as long as the host needs to look again.",
    message: (words) => `${words["name"]} answers with Odoo's key instead of a CNAME`,
    help: () => "Switch flattening off for this name if your DNS host allows it.",
  },
  "dkim/doubled-name": {
    severity: "warning",
    title: "A DKIM record with the domain twice in its name",
    why: "The full name was typed into a form that adds the domain by itself. Nobody looks for a key there.",
    message: (words) => `There is a record at ${words["doubled"]}: the domain is in its name twice`,
    help: () => "Delete it at your DNS host; the right one is written by this tool.",
  },
  "dkim/name-too-long": {
    severity: "error",
    title: "The domain is too long for a DKIM record",
    rfc: "RFC 1035, 2.3.4",
    why: "A name may have 255 octets in all; with `odoo._domainkey` in front of it, this domain has more.",
    message: (words) => `odoo._domainkey.${words["domain"]} would be longer than a name may be`,
    help: () => "Switch DKIM off for this domain: `odoo-mail-dns:dkim: false`.",
  },
  "dkim/hides-wildcard": {
    severity: "note",
    title: "The new DKIM name is no longer covered by a wildcard",
    rfc: "RFC 4592, 2.2.1",
    why: "A wildcard speaks only for names that do not exist. Once `odoo._domainkey` exists, it and `_domainkey` do.",
    message: (words) =>
      `The wildcard ${words["wildcard"]} no longer answers for ${words["name"]} and the name above it`,
  },
  "dkim/key-unusable": {
    severity: "error",
    title: "There is no usable key behind the DKIM record",
    rfc: "RFC 6376, 3.6.1",
    why: "The CNAME leads to a name at Odoo that should answer with a key. What answers there is not one.",
    message: (words) => `${words["target"]} does not give a usable key: ${words["reason"]}`,
    help: () => "Your own record is right. Tell Odoo's support, and check again later.",
  },
  "dkim/key-unreachable": {
    severity: "error",
    title: "The key behind the DKIM record could not be read",
    rfc: "RFC 6376, 3.6.2",
    why: "The CNAME leads to a name at Odoo that did not answer. Receivers put such mail off, or treat it as unsigned.",
    message: (words) => `${words["target"]} could not be read: ${words["reason"]}`,
    help: () => "This is not the fault of your record. Check again later.",
  },
} as const satisfies Record<string, Rule>;
