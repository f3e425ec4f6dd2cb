import type { Rule, Words } from "../rule.ts";

function didYouMean(words: Words): string {
  return words["suggestion"] === undefined ? "" : `Did you mean ${words["suggestion"]}? `;
}

function list(value: Words[string] | undefined): string {
  return Array.isArray(value) ? value.join(", ") : String(value ?? "");
}

/** What can be wrong with a stack file. Found before any DNS host is asked. */
export const configRules = {
  "config/file": {
    severity: "error",
    title: "The stack file can't be read",
    why: "A stack file is a plain text file inside the stacks folder, at most 256 KiB of UTF-8. A link that leads out of the folder, a device or a pipe is not read: stack files come from pull requests, and such a link would show what is none of their business.",
    message: (words) => `${words["file"]} ${words["reason"]}`,
    help: () => "Put a plain text file there; `odoo-mail-dns init DOMAIN` writes one.",
  },
  "config/file-name": {
    severity: "error",
    title: "The file's name is no stack's name",
    why: "Pulumi and this program find a stack file by its name, `Pulumi.<domain>.yaml`, in lower case. A file with nearly such a name would be left out silently, and its domain with it.",
    message: (words) => `${words["file"]} has a name that is not Pulumi.<domain>.yaml`,
    help: (words) => `${didYouMean(words)}Rename it, or move it out of the stacks folder.`,
  },
  "config/yaml": {
    severity: "error",
    title: "The stack file is not plain YAML",
    why: "The file must be one YAML document. Under our keys it holds only texts, numbers, true or false, lists and keys, each key once: aliases, tags and merge keys are refused there, because they let a file mean something else than it shows.",
    message: (words) => `${words["reason"]}`,
    help: () => "Write the value out in full. docs/stack-file.md shows every key.",
  },
  "config/unknown-key": {
    severity: "error",
    title: "There is no such key",
    why: "A mistyped key would be a decision that is silently not carried out, so keys under `odoo-mail-dns:` are checked one by one. Keys of other programs are left alone.",
    message: (words) => `there is no key ${words["key"]}`,
    help: (words) => didYouMean(words).trim() || `The keys here are ${list(words["keys"])}.`,
  },
  "config/missing-key": {
    severity: "error",
    title: "A key is missing",
    why: "Which DNS host keeps the zone, and what that host needs to find it, has no default.",
    message: (words) => `${words["key"]} is missing`,
    help: () => "Add it; docs/stack-file.md shows every key, and `odoo-mail-dns hosts` every host.",
  },
  "config/value": {
    severity: "error",
    title: "The value does not fit its key",
    why: "Each key takes one kind of value. Nothing is guessed from a value that does not fit.",
    message: (words) => `${words["key"]} is ${words["value"]}; it must be ${words["expected"]}`,
    help: (words) => `${didYouMean(words)}docs/stack-file.md shows every key.`,
  },
  "config/contradiction": {
    severity: "error",
    title: "Two keys contradict each other",
    why: "Where two keys can't both be meant, the file's author decides, not the program.",
    message: (words) => `${words["key"]} ${words["reason"]}`,
    help: (words) => `${words["fix"]}`,
  },
  "config/domain": {
    severity: "error",
    title: "This is no domain that mail is sent from",
    why: "A domain here is a name with at least two labels of letters, digits and hyphens (RFC 1123, 2.1), such as `mycompany.com`; international names are turned into their A-label form. Room must be left for `odoo._domainkey.` in front of it, and a wildcard or an address has no SPF record of its own.",
    rfc: "RFC 1123, 2.1",
    message: (words) => `${words["value"]} is no domain name: ${words["reason"]}`,
    help: (words) =>
      `${didYouMean(words)}Write the domain as it stands behind the @ of an address.`,
  },
  "config/term": {
    severity: "error",
    title: "This is no SPF term that can be owned",
    why: "Each entry of `spf.terms` is one SPF mechanism, such as `include:_spf.odoo.com`, that is added to the record and can be taken out again. `all`, `redirect=` and `exp=` belong to the record as a whole and to its owner.",
    rfc: "RFC 7208, 5",
    message: (words) => `${words["value"]} can't be used as an SPF term: ${words["reason"]}`,
    help: (words) => `${didYouMean(words)}A term looks like include:_spf.odoo.com.`,
  },
  "config/owner": {
    severity: "error",
    title: "Two stack files own one record",
    why: "Two files that both keep the same record would undo each other's changes. A record has one owner; another stack may name the domain as `spf.domain` to have it checked only.",
    message: (words) => `the ${words["what"]} is also kept by ${words["other"]}`,
    help: () => "Remove one of the two stack files, or the key that claims the record.",
  },
  "config/relied-on": {
    severity: "warning",
    title: "Another stack relies on this record",
    why: "A stack may name this domain as its `spf.domain`: its mail is sent with this domain in the envelope, so that SPF is checked here. Without our term in this record that mail fails SPF too.",
    message: (words) =>
      `the SPF record of ${words["name"]} is what ${list(words["files"])} relies on, and our term is taken out of it`,
    help: () => "Change or retire that stack first, or keep the term.",
  },
  "config/accept": {
    severity: "error",
    title: "This rule can't be accepted",
    why: "`accept` lists rules whose refusal the owner has answered. An entry that names no rule, or a rule that is not for the owner to wave through, would be an answer to nothing.",
    message: (words) => `${words["value"]} ${words["reason"]}`,
    help: (words) =>
      `${didYouMean(words)}A refusal that can be accepted prints the line to add to the stack file.`,
  },
} as const satisfies Record<string, Rule>;
