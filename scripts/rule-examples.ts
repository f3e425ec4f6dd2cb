import type { Words } from "../src/core/findings/rule.ts";
import type { RuleId } from "../src/core/findings/rules.ts";

/** Words that mean the same in every rule. */
const common: Words = {
  name: "mycompany.com",
  domain: "mycompany.com",
  zone: "mycompany.com",
  wanted: "odoo._domainkey.odoo.com",
  wildcard: "*.mycompany.com",
  count: 2,
  placement: "first",
};

const dkim = { name: "odoo._domainkey.mycompany.com" };
const dmarc = { name: "_dmarc.mycompany.com" };

/** One case of each rule that has words of its own, as its page in docs/rules shows it. */
const own: Readonly<Partial<Record<RuleId, Words>>> = {
  "config/accept": {
    value: "spf/lookups",
    reason: "is no rule that an owner can accept",
    suggestion: "spf/parked",
  },
  "config/contradiction": {
    key: "odoo-mail-dns:spf.off",
    reason: "leaves SPF alone, but spf.terms is given",
    fix: "Remove one of the two.",
  },
  "config/domain": {
    value: "info@mycompany.com",
    reason: "it is an address",
    suggestion: "mycompany.com",
  },
  "config/file": {
    file: "stacks/Pulumi.mycompany.com.yaml",
    reason: "is a link that leads out of the folder",
  },
  "config/file-name": {
    file: "stacks/pulumi.mycompany.com.yaml",
    suggestion: "Pulumi.mycompany.com.yaml",
  },
  "config/missing-key": { key: "odoo-mail-dns:host" },
  "config/owner": { what: "SPF record of mycompany.com", other: "stacks/Pulumi.other.com.yaml" },
  "config/relied-on": { files: ["stacks/Pulumi.shop.mycompany.com.yaml"] },
  "config/term": {
    value: "_spf.odoo.com",
    reason: "it names no mechanism",
    suggestion: "include:_spf.odoo.com",
  },
  "config/unknown-key": { key: "odoo-mail-dns:hosst", suggestion: "odoo-mail-dns:host" },
  "config/value": {
    key: "odoo-mail-dns:spf.placement",
    value: "last",
    expected: "first or before-all",
    suggestion: "before-all",
  },
  "config/yaml": { reason: "a key stands there twice" },
  "dkim/doubled-name": { doubled: "odoo._domainkey.mycompany.com.mycompany.com" },
  "dkim/flattened": dkim,
  "dkim/hides-wildcard": dkim,
  "dkim/key-unreachable": { target: "odoo._domainkey.odoo.com", reason: "it did not answer" },
  "dkim/key-unusable": {
    target: "odoo._domainkey.odoo.com",
    reason: "the key was revoked: p= is empty",
  },
  "dkim/missing": dkim,
  "dkim/misspelt": {
    ...dkim,
    target: "odoo._domainkey.odoo.com.mycompany.com",
    reason: "the final dot was forgotten, so the zone's name was added to it",
  },
  "dkim/other-records": { ...dkim, types: ["TXT"] },
  "dkim/other-target": { ...dkim, target: "key.vendor.example" },
  "dkim/proxied": dkim,
  "dkim/two-cnames": dkim,
  "dmarc/enforcement-without-dkim": { policy: "reject" },
  "dmarc/invalid": { ...dmarc, reason: "DMARC1 must be written in capitals" },
  "dmarc/none": dmarc,
  "dmarc/other-values": dmarc,
  "dmarc/two-records": dmarc,
  "dmarc/unreadable": dmarc,
  "host/held": {
    ...dkim,
    type: "CNAME",
    reason: "a resource lock at Azure forbids every change",
    advice: "Take the lock off the zone, apply, and put it back.",
  },
  "host/not-served": {
    ...dkim,
    type: "CNAME",
    reason: "it is behind Cloudflare's proxy",
    advice: 'Set the record to "DNS only" at Cloudflare.',
  },
  "dns/cname": { name: "bounce.mycompany.com", target: "mail.vendor.example" },
  "dns/delegated": {
    ...dkim,
    cut: "_domainkey.mycompany.com",
    servers: ["ns1.vendor.example", "ns2.vendor.example"],
  },
  "dns/dname": { ...dkim, cut: "_domainkey.mycompany.com", target: "keys.vendor.example" },
  "dns/doubled-name": { doubled: "mycompany.com.mycompany.com" },
  "dns/lame-server": {
    server: "ns3.old-host.example",
    reason: "it refuses questions for the zone",
  },
  "dns/name-servers-differ": {
    parent: ["ns3.old-host.example"],
    child: ["ns1.new-host.example"],
  },
  "dns/not-read": { reason: "no name server answered" },
  "dns/not-live": {
    zone: "mycompany.com",
    host: "Cloudflare",
    servers: ["ann.ns.cloudflare.com", "bob.ns.cloudflare.com"],
    live: ["ns1-01.azure-dns.com", "ns2-01.azure-dns.net"],
  },
  "dns/wildcard": { name: "bounce.mycompany.com" },
  "dns/wildcard-hides": { name: "bounce.mycompany.com", types: ["MX"] },
  "plan/accept-not-needed": { rule: "spf/parked" },
  "plan/nothing-of-ours": { reason: "it was deleted" },
  "spf/all-pass": { term: "+all" },
  "spf/all-repeated": { terms: ["`~all`", "`-all`"] },
  "spf/dead-include": {
    term: "include:spf.vendor.example",
    reason: "spf.vendor.example has no SPF record",
  },
  "spf/dead-terms": { terms: ["`include:_spf.google.com`"] },
  "spf/denied": { term: "-include:_spf.odoo.com" },
  "spf/denied-networks": { terms: ["`-ip4:51.15.0.0/16`"] },
  "spf/denied-undecided": { terms: ["`-include:list.vendor.example`"] },
  "spf/duplicate-terms": { terms: ["`include:_spf.google.com`"] },
  "spf/include-unreachable": { terms: ["`include:spf.vendor.example`"] },
  "spf/joined": { reason: "it lets pass whoever one of them lets pass" },
  "spf/left-empty": { record: "v=spf1 -all" },
  "spf/length": { octets: 300, limit: 255, host: "this DNS host" },
  "spf/lookups": {
    before: 8,
    after: 11,
    cuts: ["`include:servers.mcsv.net` saves 1", "`include:mailgun.org` saves 5"],
  },
  "spf/lookups-left": { left: 4 },
  "spf/loop": { terms: ["`include:mycompany.com`"] },
  "spf/macro": { terms: ["`exists:%{i}.list.example`"] },
  "spf/moved": { term: "include:_spf.odoo.com" },
  "spf/near-beside": { reason: '"v=spf1" is followed by ";" instead of a space' },
  "spf/near-miss": {
    reason: '"v=spf1" is followed by ";" instead of a space',
    suggestion: "v=spf1 mx ~all",
  },
  "spf/not-effective": { term: "include:_spf.odoo.com", changes: ["51.15.253.0: fail"] },
  "spf/not-provable": { terms: ["`ptr`"] },
  "spf/outside-zone": { name: "bounce.elsewhere.com" },
  "spf/proof": { changes: ["192.0.2.0/24: pass -> permerror"], placement: "before-all" },
  "spf/ptr": { terms: ["`ptr`"] },
  "spf/redirect-ignored": { term: "redirect=_spf.google.com" },
  "spf/senders-not-listed": {
    servers: ["aspmx.l.google.com"],
    vendor: "Google Workspace",
    term: "include:_spf.google.com",
  },
  "spf/size": { before: 430, after: 452 },
  "spf/syntax": {
    text: "ipv4:192.0.2.1",
    reason: '`ipv4:192.0.2.1`: there is no mechanism "ipv4"',
    suggestion: "ip4:192.0.2.1",
  },
  "spf/target": { term: "include:_spf.odoo.com", reason: "_spf.odoo.com does not answer" },
  "spf/term-unreachable": {
    term: "a:mail.mycompany.com",
    reason: "DNS did not answer for mail.mycompany.com",
  },
  "spf/too-many-names": { terms: ["`mx`"] },
  "spf/two-records": {
    reason: "one of them ends with `~all` and another with `-all`",
    choices: 2,
  },
  "spf/voids": { before: 2, after: 3 },
  "spf/voids-already": { count: 3, terms: ["`a`", "`mx`"] },
};

/** Throws for a word that no example gives, so that no page is left with a gap. */
export function exampleOf(id: RuleId): Words {
  const words: Words = { ...common, ...own[id] };
  return new Proxy(words, {
    get: (all, word) => {
      const found = all[String(word)];
      if (found === undefined)
        throw new Error(`scripts/rule-examples.ts: ${id} needs "${String(word)}"`);
      return found;
    },
  });
}
