import { type Rule, listed } from "../rule.ts";

/** SPF: single terms of a valid record. */
export const spfTermRules = {
  "spf/denied": {
    severity: "error",
    title: "The record denies Odoo on purpose",
    rfc: "RFC 7208, 4.6.2",
    why: "The term that lets Odoo send is there with `-`, `~` or `?` in front of it. Somebody wrote that to keep Odoo from passing; a second, positive term would contradict it.",
    message: (words) =>
      `The SPF record of ${words["name"]} has \`${words["term"]}\`, which keeps Odoo from passing`,
    help: (words) =>
      `Take \`${words["term"]}\` out of the record at your DNS host, then plan again.`,
  },
  "spf/denied-networks": {
    severity: "error",
    title: "The record denies addresses that Odoo sends from",
    rfc: "RFC 7208, 4.6.2",
    why: "A term with `-` covers addresses in Odoo's own networks. With our term in front of it those addresses would pass, against what the record says today.",
    message: (words) =>
      `The SPF record of ${words["name"]} has ${listed(words["terms"])}, which denies addresses that Odoo sends from`,
    help: (words) => `Take ${listed(words["terms"])} out of the record if it is a mistake.`,
    acceptable: true,
  },
  "spf/denied-undecided": {
    severity: "note",
    title: "Denied senders may include Odoo",
    rfc: "RFC 7208, 4.6.2",
    why: "A term with `-` depends on a list that somebody else keeps, or on more than the sender's address, so nobody can say whether it was meant for Odoo too.",
    message: (words) =>
      `Whether ${listed(words["terms"])} at ${words["name"]} is meant for Odoo's servers too cannot be decided`,
  },
  "spf/moved": {
    severity: "note",
    title: "Our term is moved in front of `all`",
    rfc: "RFC 7208, 5.1",
    why: "Terms behind `all` are never looked at. The term was there, so a quick check would call it present, but it had no effect.",
    message: (words) =>
      `\`${words["term"]}\` stands behind \`all\`, where it has no effect; it is moved to its place`,
  },
  "spf/all-neutral": {
    severity: "note",
    title: "`?all` protects nothing",
    rfc: "RFC 7208, 5.1",
    why: "`?all` says nothing about senders that are not listed, as if there were no record for them.",
    message: (words) =>
      `The SPF record of ${words["name"]} ends with \`?all\`: forged mail gets no worse a result than none`,
    help: () => "Once all your senders are listed, change it to `~all`. It is left as it is here.",
  },
  "spf/all-pass": {
    severity: "warning",
    title: "Everybody passes",
    rfc: "RFC 7208, 5.1",
    why: "`+all` (or `all` without a sign) lets every server in the world send for the domain. Odoo passes, and so does everybody else; many receivers distrust such domains.",
    message: (words) =>
      `The SPF record of ${words["name"]} ends with \`${words["term"]}\`: every server in the world may send for it`,
    help: () => "Change it to `~all` at your DNS host. It is left as it is here.",
  },
  "spf/all-missing": {
    severity: "warning",
    title: "The record has no `all`",
    rfc: "RFC 7208, 4.7",
    why: "Without `all` or `redirect=` the result for senders that are not listed is neutral: the record protects nothing.",
    message: (words) =>
      `The SPF record of ${words["name"]} has no \`all\`: senders that are not listed get a neutral result`,
    help: () =>
      "Once all your senders are listed, add `~all` at its end. It is left as it is here.",
  },
  "spf/all-repeated": {
    severity: "warning",
    title: "More than one `all`",
    rfc: "RFC 7208, 5.1",
    why: "The first `all` decides; any other is never looked at, and only misleads whoever reads the record.",
    message: (words) =>
      `The SPF record of ${words["name"]} has ${listed(words["terms"])}: only the first counts`,
    help: () => "Delete the others at your DNS host.",
  },
  "spf/dead-terms": {
    severity: "warning",
    title: "Terms behind `all`",
    rfc: "RFC 7208, 5.1",
    why: "`all` always matches, so mechanisms behind it are never looked at: senders that are listed there may not send.",
    message: (words) =>
      `In the SPF record of ${words["name"]}, ${listed(words["terms"])} stands behind \`all\` and has no effect`,
    help: () => "Move it in front of `all` at your DNS host if these servers really send for you.",
  },
  "spf/redirect-ignored": {
    severity: "warning",
    title: "`redirect=` beside `all`",
    rfc: "RFC 7208, 6.1",
    why: "Where a record has `all`, `redirect=` is ignored, wherever it stands.",
    message: (words) =>
      `In the SPF record of ${words["name"]}, \`${words["term"]}\` is ignored because the record has \`all\``,
    help: () => "Delete one of the two at your DNS host.",
  },
  "spf/macro": {
    severity: "warning",
    title: "Terms that depend on the message",
    rfc: "RFC 7208, 7",
    why: "A name with macros is different for every message. It counts as one lookup; what lies behind it cannot be counted beforehand.",
    message: (words) =>
      `In the SPF record of ${words["name"]}, ${listed(words["terms"])} depends on the message: the lookups behind it cannot be counted`,
  },
  "spf/ptr": {
    severity: "warning",
    title: "`ptr` should not be used",
    rfc: "RFC 7208, 5.5",
    why: "`ptr` is slow and unreliable, some receivers skip it, and it loads the servers of the reverse zones.",
    message: (words) =>
      `The SPF record of ${words["name"]} uses ${listed(words["terms"])}, which should not be used any more`,
    help: () => "Replace it by the networks that really send (`ip4:`, `ip6:`).",
  },
  "spf/duplicate-terms": {
    severity: "warning",
    title: "The same term twice",
    rfc: "RFC 7208, 4.6.4",
    why: "A repeated term changes nothing, but costs its lookups again, of which there are only 10.",
    message: (words) =>
      `The SPF record of ${words["name"]} has ${listed(words["terms"])} more than once; each costs its lookups again`,
    help: () => "Delete the repetition at your DNS host.",
  },
} as const satisfies Record<string, Rule>;
