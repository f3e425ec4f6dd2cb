import { type Rule, listed } from "../rule.ts";

/** What stands at or above a name and decides whether a record can be there at all. */
export const dnsRules = {
  "dns/not-read": {
    severity: "error",
    title: "A name could not be read",
    why: 'What is at the name is not known, and that is never taken as "nothing there". Nothing is written.',
    message: (words) =>
      `What is at ${words["name"]} could not be read, so nothing is planned there${
        words["reason"] === undefined ? "" : `: ${words["reason"]}`
      }`,
    help: () => "Try again; if it stays so, check that the DNS host and its name servers answer.",
  },
  "dns/cname": {
    severity: "error",
    title: "The name is an alias",
    rfc: "RFC 1034, 3.6.2",
    why: "A CNAME excludes every other record at its name, so no SPF record can be added there. The record that counts is the one at the target.",
    message: (words) =>
      `${words["name"]} is an alias (CNAME) for ${words["target"]}, so it cannot have an SPF record of its own`,
    help: (words) =>
      `Use another bounce domain in Odoo (\`odoo-mail-dns:spf: { domain: ... }\`), or have the owner of ${words["target"]} add the term.`,
  },
  "dns/delegated": {
    severity: "error",
    title: "The name belongs to another zone",
    rfc: "RFC 1034, 4.2.1",
    why: "NS records hand this part of the domain to other name servers. A record written into this zone would never be seen.",
    message: (words) =>
      `${words["name"]} does not belong to this zone: ${words["cut"]} is delegated to ${listed(words["servers"])}`,
    help: (words) =>
      `The record must go into the zone ${words["cut"]}; set \`odoo-mail-dns:zone\` and its host.`,
  },
  "dns/not-live": {
    severity: "error",
    title: "This is not the live zone",
    rfc: "RFC 1034, 4.2.1",
    why: "The DNS host keeps a zone of this name, but the registry sends everybody to other name servers: an old account, a zone that was moved away, or one that is being prepared. A record written there changes nothing for receivers, and looks done.",
    message: (words) =>
      words["servers"] === undefined
        ? `${words["zone"]} at ${words["host"]} is not the live zone: ${words["reason"]}`
        : `${words["zone"]} at ${words["host"]} is not the live zone: it is served by ${listed(words["servers"])}, but the registry names ${listed(words["live"])}`,
    help: (words) =>
      `Find out who keeps the zone for ${listed(words["live"])} and set that as \`odoo-mail-dns:host\`; or, to prepare this zone before the move, let it through.`,
    acceptable: true,
  },
  "dns/dname": {
    severity: "error",
    title: "The name is redirected with everything below it",
    rfc: "RFC 6672, 2.3",
    why: "A DNAME sends every name below it somewhere else, so no record can stand there.",
    message: (words) =>
      `${words["cut"]} is redirected (DNAME) to ${words["target"]}, so nothing can be written at ${words["name"]}`,
    help: (words) => `The record must be published below ${words["target"]}.`,
  },
  "dns/wildcard-hides": {
    severity: "error",
    title: "A new record would switch a wildcard off for its name",
    rfc: "RFC 4592, 2.2.1",
    why: "A wildcard speaks only for names that do not exist. As soon as a record is added, the wildcard's other records no longer apply to that name: its mail servers or addresses would disappear.",
    message: (words) =>
      `${words["name"]} lives from the wildcard ${words["wildcard"]}; with a record of its own it would lose the wildcard's ${listed(words["types"])} records`,
    help: (words) => `Add those records at ${words["name"]} itself first.`,
    acceptable: true,
  },
  "dns/wildcard": {
    severity: "note",
    title: "A wildcard speaks for this name today",
    rfc: "RFC 4592, 2.2.1",
    why: "The name has no record of its own; receivers get the wildcard's. The new record takes over what the wildcard's SPF record says, so that nobody loses a permission.",
    message: (words) =>
      `${words["name"]} gets its TXT values from the wildcard ${words["wildcard"]}; the new record starts from the wildcard's SPF record`,
  },
  "dns/name-servers-differ": {
    severity: "warning",
    title: "The parent zone and the zone name different name servers",
    rfc: "RFC 1034, 4.2.2",
    why: "Receivers ask the servers that the parent zone (the registry) names, and later perhaps those that the zone names itself. Where the two lists differ, some mail servers see one copy of the zone and some another, and a record that is on one list only may be old or missing for them.",
    message: (words) => {
      const sides = [
        ["the registry", listed(words["parent"])],
        ["the zone", listed(words["child"])],
      ].filter(([, names]) => names !== "");
      const only = sides.map(([side, names]) => `only ${side} has ${names}`).join("; ");
      return `The name servers of ${words["zone"]} are not the same at the registry and in the zone: ${only}`;
    },
    help: () =>
      "Set the same name servers at the registrar and in the zone's NS records; all of them are asked here.",
  },
  "dns/lame-server": {
    severity: "warning",
    title: "A name server does not answer for the zone",
    rfc: "RFC 1912, 2.8",
    why: "A server that is listed for the zone but does not answer for it makes every look-up that tries it slow, and some fail.",
    message: (words) =>
      `${words["server"]} is listed as a name server of ${words["zone"]} but is of no use: ${words["reason"]}`,
    help: () => "Repair that server, or take it off the list at the registrar and in the zone.",
  },
  "dns/doubled-name": {
    severity: "warning",
    title: "A record with the domain twice in its name",
    why: "The full name was typed into a form that adds the domain by itself. Nobody looks there.",
    message: (words) =>
      `There is an SPF record at ${words["doubled"]}: the domain is in its name twice`,
    help: () => "Delete it at your DNS host.",
  },
} as const satisfies Record<string, Rule>;
