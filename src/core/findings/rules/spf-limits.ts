import { type Rule, listed } from "../rule.ts";

/** SPF: what only DNS can tell: limits, included records, and the proof of a change. */
export const spfLimitRules = {
  "spf/lookups": {
    severity: "error",
    title: "More than 10 lookups",
    rfc: "RFC 7208, 4.6.4",
    why: "A receiver stops after 10 DNS lookups and returns a permanent error for the whole record. Included records count with everything inside them.",
    message: (words) =>
      Number(words["before"]) > 10
        ? `The SPF record of ${words["name"]} already takes ${words["before"]} lookups (${words["after"]} with Odoo); receivers stop at 10 with a permanent error`
        : `With Odoo the SPF record of ${words["name"]} would take ${words["after"]} lookups (${words["before"]} now); receivers stop at 10 with a permanent error`,
    help: (words) =>
      listed(words["cuts"]) === ""
        ? "Take terms that you do not need out of the record, then plan again."
        : `Take out what you do not need, then plan again: ${listed(words["cuts"])}.`,
  },
  "spf/lookups-left": {
    severity: "note",
    title: "Lookups left",
    rfc: "RFC 7208, 4.6.4",
    why: "How many more DNS lookups the SPF record may take before receivers stop with a permanent error.",
    message: (words) =>
      `${words["left"]} of 10 lookups are left in the SPF record of ${words["name"]}`,
  },
  "spf/voids": {
    severity: "error",
    title: "More than 2 lookups without an answer, because of our term",
    rfc: "RFC 7208, 4.6.4",
    why: "Receivers may stop with a permanent error at the third lookup that finds nothing.",
    message: (words) =>
      `With Odoo, ${words["after"]} lookups of the SPF record of ${words["name"]} would find nothing (${words["before"]} now); receivers may stop at the third`,
    help: () => "Take terms that find nothing out of the record, then plan again.",
  },
  "spf/voids-already": {
    severity: "warning",
    title: "More than 2 lookups without an answer",
    rfc: "RFC 7208, 4.6.4",
    why: "Receivers may stop with a permanent error at the third lookup that finds nothing. Strict ones count addresses of both families, so that a name with IPv4 only counts for senders with IPv6.",
    message: (words) =>
      `${words["count"]} lookups of the SPF record of ${words["name"]} find nothing: ${listed(words["terms"])}; receivers may stop at the third`,
    help: () => "Take terms that find nothing out of the record.",
  },
  "spf/dead-include": {
    severity: "error",
    title: "An included record does not exist",
    rfc: "RFC 7208, 5.2",
    why: "Including a record that is not there, or is not valid, is a permanent error for all mail that gets that far in the record. With our term first, mail from Odoo passes before that; the rest stays broken as it is today.",
    message: (words) =>
      `In the SPF record of ${words["name"]}, \`${words["term"]}\` is broken (${words["reason"]}): mail that gets that far fails`,
    help: (words) =>
      `Take \`${words["term"]}\` out of the record, or ask that sender for the right one.`,
    acceptable: true,
  },
  "spf/include-unreachable": {
    severity: "error",
    title: "An included record could not be read",
    rfc: "RFC 7208, 4.6.4",
    why: 'Without it nobody can say how many lookups the record takes, or whether the change keeps every other sender as it is. An answer that did not come is never taken as "nothing there".',
    message: (words) =>
      `In the SPF record of ${words["name"]}, ${listed(words["terms"])} could not be read, so the change cannot be checked`,
    help: () => "Try again later; if it stays so, take that term out of the record.",
  },
  "spf/term-unreachable": {
    severity: "warning",
    title: "A name in the record could not be resolved",
    rfc: "RFC 7208, 4.4",
    why: "When DNS fails for a name in the record, mail that gets that far is put off until it answers. With our term first, mail from Odoo passes before that.",
    message: (words) =>
      `In the SPF record of ${words["name"]}, \`${words["term"]}\` could not be resolved (${words["reason"]}): mail that gets that far is put off`,
    help: (words) => `Take \`${words["term"]}\` out of the record if that name is no longer used.`,
  },
  "spf/loop": {
    severity: "error",
    title: "The record includes itself",
    rfc: "RFC 7208, 4.6.4",
    why: "A record that leads back to itself is a permanent error for all mail that gets that far.",
    message: (words) =>
      `In the SPF record of ${words["name"]}, ${listed(words["terms"])} leads back to a record that is already being read`,
    help: () => "Take that term out of the record at your DNS host, then plan again.",
  },
  "spf/too-many-names": {
    severity: "warning",
    title: "More than 10 mail servers behind `mx`",
    rfc: "RFC 7208, 4.6.4",
    why: "A name with more than 10 MX records is a permanent error for all mail that gets that far in the record.",
    message: (words) =>
      `In the SPF record of ${words["name"]}, ${listed(words["terms"])} has more than 10 names; mail that gets that far fails`,
    help: () => "Replace it by the networks that really send (`ip4:`, `ip6:`).",
  },
  "spf/target": {
    severity: "error",
    title: "The record that is to be included is not sound",
    rfc: "RFC 7208, 5.2",
    why: "Including a record that does not answer, does not exist or is not valid breaks the whole SPF record of the domain. Nothing is written until it answers properly; this is not your fault.",
    message: (words) =>
      `\`${words["term"]}\` cannot be added to ${words["name"]} now: ${words["reason"]}`,
    help: () => "Try again later. If it stays so, tell the operator of that record.",
  },
  "spf/not-effective": {
    severity: "error",
    title: "The term for Odoo is there but has no effect",
    rfc: "RFC 7208, 4.6",
    why: "Terms are looked at from left to right, and the first that matches, or fails, decides. A term in front of ours keeps servers of Odoo from passing.",
    message: (words) =>
      `The SPF record of ${words["name"]} names Odoo, but Odoo's servers do not pass: ${listed(words["changes"])}`,
    help: (words) =>
      `Move \`${words["term"]}\` to the start of the record, right behind the version.`,
  },
  "spf/proof": {
    severity: "error",
    title: "The change would alter other senders",
    rfc: "RFC 7208, 4.6",
    why: "Before anything is written, the record is evaluated as it is and as it would be, for every address that matters. Every sender that is not Odoo must keep its result and Odoo must pass; here that does not hold.",
    message: (words) =>
      `The change at ${words["name"]} would not do exactly what it should: ${listed(words["changes"])}`,
    help: (words) =>
      words["placement"] === "before-all"
        ? "Set `odoo-mail-dns:spf: { placement: first }`, or take the terms in front out of the record."
        : "Repair the record at your DNS host, then plan again.",
  },
  "spf/not-provable": {
    severity: "note",
    title: "Terms left out of the proof",
    rfc: "RFC 7208, 7",
    why: "The proof goes through all sender addresses. Terms whose result depends on more than the address (macros, `exists`, `ptr`) are named here instead of being passed over.",
    message: (words) =>
      `The proof for ${words["name"]} cannot speak for ${listed(words["terms"])}, which depends on more than the sender's address`,
  },
} as const satisfies Record<string, Rule>;
