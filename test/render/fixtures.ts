import type { Finding } from "../../src/core/findings/finding.ts";
import type { Part, Plan, Receipt, SpfEffect } from "../../src/core/plan/schema.ts";

export const plain = (_: string, text: string): string => text;

const GUARD = { guard: "server" as const, exposure: [] };
export const OLD =
  "v=spf1 mx include:_spf.google.com include:mail.zendesk.com ip4:198.51.100.7 ~all";
const NEW =
  "v=spf1 include:_spf.odoo.com mx include:_spf.google.com include:mail.zendesk.com ip4:198.51.100.7 ~all";

export const effect: SpfEffect = {
  lookups: { before: 3, after: 6 },
  voids: { before: 0, after: 0 },
  octets: { before: 80, after: 102 },
  proof: {
    claim: "no-change-outside",
    holds: true,
    asked: { ip4: 412, ip6: 38 },
    changes: [
      {
        before: "softfail",
        after: "pass",
        networks: ["192.0.2.0/28", "198.51.100.0/24"],
        total: 9,
      },
    ],
    notProvable: [],
  },
};

export const policyNone: Finding = {
  rule: "dmarc/policy-none",
  severity: "warning",
  domain: "mycompany.example",
  message: "The DMARC policy is none: forged mail is still delivered",
  help: "When reports show that all your mail passes, write p=quarantine.",
  rfc: "RFC 9989, 4.7",
};

export const merged: Part = {
  status: "changes",
  name: "mycompany.example",
  findings: [],
  live: [OLD],
  others: 3,
  spf: effect,
  ops: [
    {
      kind: "replace-value",
      name: "mycompany.example",
      type: "TXT",
      before: OLD,
      after: NEW,
      ttl: 300,
      edit: { added: ["include:_spf.odoo.com"], moved: [], created: false },
    },
  ],
  ...GUARD,
};

export const newCname: Part = {
  status: "changes",
  name: "odoo._domainkey.mycompany.example",
  findings: [],
  live: [],
  others: 0,
  ops: [
    {
      kind: "create-rrset",
      name: "odoo._domainkey.mycompany.example",
      type: "CNAME",
      before: null,
      after: "odoo._domainkey.odoo.com",
      ttl: 3600,
    },
  ],
  ...GUARD,
};

export const dmarc: Part = {
  status: "unchanged",
  name: "_dmarc.mycompany.example",
  findings: [policyNone],
  live: ["v=DMARC1; p=none; rua=mailto:dmarc@mycompany.example"],
  others: 0,
};

export const twoRecords: Part = {
  status: "refused",
  name: "mycompany.example",
  findings: [],
  live: ["v=spf1 include:mx.ovh.com ~all", "v=spf1 include:spf.protection.outlook.com -all"],
  others: 0,
  because: [
    {
      rule: "spf/two-records",
      severity: "error",
      domain: "mycompany.example",
      message:
        "There are two SPF records; receivers treat that as a permanent error, so no mail of this domain passes SPF",
      help: "Write one of the lines below into the stack file, or delete all but one record at your DNS host, then plan again.",
      rfc: "RFC 7208, 4.5",
      evidence: [
        "v=spf1 include:mx.ovh.com ~all",
        "v=spf1 include:spf.protection.outlook.com -all",
      ],
      choices: [
        {
          line: 'odoo-mail-dns:spf: { join: true, all: "~all" }',
          result: "v=spf1 include:mx.ovh.com include:spf.protection.outlook.com ~all",
          effects: [
            "looser than the record that ends with `-all`: senders that no record names get softfail, not fail",
          ],
        },
      ],
      at: { file: "stacks/Pulumi.mycompany.example.yaml", line: 4, column: 3 },
    },
  ],
};

export const inPlace: Part = {
  status: "unchanged",
  name: "odoo._domainkey.mycompany.example",
  findings: [],
  live: ["odoo._domainkey.odoo.com"],
  others: 0,
};

export const spfInPlace: Part = {
  status: "unchanged",
  name: "mycompany.example",
  findings: [],
  live: [NEW],
  others: 3,
  spf: { ...effect, lookups: { before: 6, after: 6 } },
};

export function plan(parts: Partial<Plan["parts"]> = {}, rest: Partial<Plan> = {}): Plan {
  return {
    formatVersion: 1,
    domain: "mycompany.example",
    zone: "mycompany.example",
    host: "zonefile",
    source: "host",
    takenAt: "2026-11-24T18:40:12.000Z",
    digest: "5f2c9e41".repeat(8),
    parts: { spf: merged, dkim: newCname, dmarc, ...parts },
    findings: [],
    ...rest,
  };
}

export function receipt(rest: Partial<Receipt> = {}): Receipt {
  return {
    formatVersion: 1,
    id: "20261124T184012Z",
    domain: "mycompany.example",
    zone: "mycompany.example",
    host: "zonefile",
    plan: "5f2c9e41".repeat(8),
    startedAt: "2026-11-24T18:40:12.000Z",
    finishedAt: "2026-11-24T18:40:15.600Z",
    before: [{ name: "mycompany.example", type: "TXT", ttl: 300, values: [OLD] }],
    steps: [merged, newCname].flatMap((part) =>
      "ops" in part ? part.ops.map((op) => ({ op, outcome: "done" as const })) : [],
    ),
    verified: "yes",
    servers: [
      { name: "ns1.mycompany.example", address: "192.0.2.53", state: "answers" },
      { name: "ns2.mycompany.example", address: "2001:db8::53", state: "answers" },
    ],
    visibleBy: "2026-11-24T18:45:15.000Z",
    ...rest,
  };
}

/** Everything that foreign text may try, in one TXT value: one character an octet. */
export const HOSTILE =
  "v=spf1 \u001b[2J\u0007\u009b31m \0 caf\u00c3\u00a9 \u00e2\u0080\u00ae ``` </details><script>alert(1)</script> | @team #1 ~all";
