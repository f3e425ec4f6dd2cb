import { type Rule, listed } from "../rule.ts";

/** SPF: the record as a whole. The rows are those of the merge table; docs/rules has a page each. */
export const spfRules = {
  "spf/missing": {
    severity: "error",
    title: "Odoo is not in the SPF record",
    rfc: "RFC 7208, 5.2",
    why: "Odoo's servers are not among the senders that the domain allows. Receivers may put its mail into the junk folder or refuse it.",
    message: (words) => `The SPF record of ${words["name"]} does not let Odoo send yet`,
    help: () => "Run `odoo-mail-dns plan` to see the change, then `odoo-mail-dns apply`.",
  },
  "spf/two-records": {
    severity: "error",
    title: "Two SPF records",
    rfc: "RFC 7208, 4.5",
    why: 'A domain may have one SPF record. With two or more, every receiver gets a permanent error and treats the mail as if there were no permission at all. The records are joined by themselves only where every sender keeps exactly what it was meant to have; otherwise one of them says something that the other denies, and which one is meant is its owner\'s decision: `odoo-mail-dns:spf: { join: true, all: "~all" }` in the stack file joins them and says how the one record ends.',
    message: (words) =>
      `${words["name"]} has ${words["count"]} SPF records; receivers treat that as a permanent error. They are not joined, because ${words["reason"]}`,
    help: (words) =>
      words["choices"] === 0
        ? "Delete all but one of them at your DNS host, then plan again."
        : "Write one of the lines below into the stack file, or delete all but one record at your DNS host, then plan again.",
  },
  "spf/joined": {
    severity: "note",
    title: "Two SPF records are joined",
    rfc: "RFC 7208, 4.5",
    why: "Two SPF records are a permanent error for every receiver. Here they can be joined without taking anything from any sender, or the owner has asked for it in the stack file.",
    message: (words) =>
      `The ${words["count"]} SPF records of ${words["name"]} become one: ${words["reason"]}`,
  },
  "spf/near-miss": {
    severity: "error",
    title: "A value that is almost an SPF record",
    rfc: "RFC 7208, 4.5",
    why: "The value looks like SPF to a person, but receivers do not take it as a record, so the domain has no SPF at all today. A second record beside it would become a double record on the day somebody repairs the first.",
    message: (words) =>
      `${words["name"]} has a TXT value that is meant as SPF but is not read as such: ${words["reason"]}`,
    help: (words) =>
      words["suggestion"] === ""
        ? "Correct or delete that value at your DNS host, then plan again."
        : `Change that value at your DNS host to \`${words["suggestion"]}\` (or delete it), then plan again.`,
  },
  "spf/near-beside": {
    severity: "warning",
    title: "A second value that is almost an SPF record",
    rfc: "RFC 7208, 4.5",
    why: "Beside the valid SPF record there is a value that looks like one but is not read by receivers. It does nothing today; somebody who repairs it makes a double record and so breaks both.",
    message: (words) =>
      `Beside its SPF record, ${words["name"]} has a value that is meant as SPF but is not read as such: ${words["reason"]}`,
    help: () => "Delete that value at your DNS host.",
  },
  "spf/version": {
    severity: "warning",
    title: "Unknown SPF version",
    rfc: "RFC 7208, 4.5",
    why: "Only values that start with `v=spf1` and a space are SPF records. Others are ignored by every receiver.",
    message: (words) =>
      `${words["name"]} has a TXT value with an SPF version that does not exist; receivers ignore it`,
    help: () => "Delete that value at your DNS host. It is left as it is here.",
  },
  "spf/syntax": {
    severity: "error",
    title: "The SPF record has a syntax error",
    rfc: "RFC 7208, 4.6",
    why: "One error anywhere makes the whole record a permanent error, for every sender, also behind `all`. Adding a term would look like success while mail from Odoo still fails, so nothing is written until the record is valid.",
    message: (words) =>
      `The SPF record of ${words["name"]} is not valid, so receivers ignore all of it: ${words["reason"]}`,
    help: (words) =>
      words["suggestion"] === ""
        ? "Correct the record at your DNS host, then plan again."
        : `At your DNS host, write \`${words["suggestion"]}\` instead of \`${words["text"]}\`, then plan again.`,
  },
  "spf/parked": {
    severity: "error",
    title: "The SPF record says that the domain sends no mail",
    rfc: "RFC 7208, 5.1",
    why: "`v=spf1 -all` alone means that nobody sends for this domain; it is what careful owners publish for parked domains. Letting Odoo send reverses that statement.",
    message: (words) => `The SPF record of ${words["name"]} says that this domain sends no mail`,
    acceptable: true,
  },
  "spf/type-99": {
    severity: "warning",
    title: "A record of the obsolete type SPF",
    rfc: "RFC 7208, 3.1",
    why: "SPF is published as TXT only. The record type SPF (99) was given up in 2014 and is not read.",
    message: (words) =>
      `${words["name"]} has a record of the obsolete type SPF; receivers ignore it`,
    help: () => "Delete it at your DNS host; only the TXT record counts.",
  },
  "spf/size": {
    severity: "warning",
    title: "The TXT values of this name are large",
    rfc: "RFC 7208, 3.4",
    why: "All TXT values of a name travel in one answer. Above about 450 octets it may not fit into a plain UDP packet, and receivers behind poor firewalls then get nothing.",
    message: (words) =>
      `The TXT values of ${words["name"]} would take ${words["after"]} octets (${words["before"]} now); above 450 some receivers cannot read them`,
    help: () => "Delete TXT values that are no longer used, such as old verification strings.",
  },
  "spf/length": {
    severity: "error",
    title: "The SPF record would be too long for this DNS host",
    rfc: "RFC 7208, 3.4",
    why: "DNS and every host limit the length of one TXT value. A longer one is refused or, worse, cut.",
    message: (words) =>
      `The SPF record of ${words["name"]} would have ${words["octets"]} octets; ${words["host"]} takes ${words["limit"]} at most`,
    help: () => "Take terms out of the record that are no longer used, then plan again.",
  },
  "spf/outside-zone": {
    severity: "note",
    title: "The SPF record belongs to another zone",
    why: "A stack writes only into its own zone. The bounce domain named in this stack lies in another one, so its record is checked here and written by the stack file of its own domain.",
    message: (words) =>
      `${words["name"]} is not in the zone ${words["zone"]}, so its SPF record is not written from here`,
    help: (words) => `Give ${words["name"]} a stack file of its own.`,
  },
  "spf/senders-not-listed": {
    severity: "warning",
    title: "Other senders of the domain are not in the new SPF record",
    rfc: "RFC 7208, 5",
    why: "The domain had no SPF record and receives mail at another provider, which most likely sends for it too. As soon as a record exists, senders that it does not name get `softfail`.",
    message: (words) =>
      `${words["name"]} receives mail at ${listed(words["servers"])}; servers that send for the domain there are not in the new SPF record`,
    help: (words) =>
      words["term"] === ""
        ? "Find out which servers send for the domain, and add their terms to `odoo-mail-dns:spf: { terms: [...] }`."
        : `If you also send mail through ${words["vendor"]}, add \`${words["term"]}\` to \`odoo-mail-dns:spf: { terms: [...] }\`.`,
  },
  "spf/left-empty": {
    severity: "note",
    title: "An SPF record without senders is left",
    rfc: "RFC 7208, 5.1",
    why: "Our term was the only sender in a record that we did not create, so the rest of it is its owner's and stays: it says that no server sends for the domain.",
    message: (words) =>
      `What is left at ${words["name"]} is \`${words["record"]}\`: it names no server that may send`,
    help: () => "Delete the record at your DNS host if the domain should have no SPF at all.",
  },
  "spf/on-premise": {
    severity: "warning",
    title: "Odoo sends through a server of your own",
    why: "These records let Odoo's own mail servers send. A database that is hosted on premise, or that has its own outgoing mail server, sends from elsewhere: the records will not have the desired effect, and the term costs lookups.",
    message: (words) =>
      `The stack file says that Odoo is hosted on premise: Odoo's mail servers do not send for ${words["name"]}, so these records will not have the desired effect`,
    help: () =>
      "Publish the SPF term and DKIM key of the server that really sends; keep ours only if Odoo's servers relay for you.",
  },
} as const satisfies Record<string, Rule>;
