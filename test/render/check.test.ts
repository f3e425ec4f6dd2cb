import { describe, expect, it } from "vitest";
import type { CheckReport } from "../../src/core/check.ts";
import type { BudgetNode } from "../../src/core/spf/budget.ts";
import { renderCheck } from "../../src/render/check.ts";
import { WIDTH } from "../../src/render/layout.ts";
import * as fixture from "./fixtures.ts";

function node(term: string, running: number, rest: Partial<BudgetNode> = {}): BudgetNode {
  return { term, cost: 1, running, voids: { ip4: 0, ip6: 0 }, state: "ok", children: [], ...rest };
}

const ready: CheckReport = {
  formatVersion: 1,
  domain: "mycompany.example",
  zone: "mycompany.example",
  ready: true,
  reasons: [],
  findings: [fixture.policyNone],
  spf: {
    name: "mycompany.example",
    values: [
      "v=spf1 include:_spf.odoo.com mx include:_spf.google.com include:mail.zendesk.com ip4:198.51.100.7 ~all",
    ],
    budget: {
      lookups: 6,
      voids: { ip4: 0, ip6: 1 },
      exact: true,
      terms: [
        node("include:_spf.odoo.com", 3, {
          cost: 3,
          vendor: "Odoo",
          children: [
            node("include:_spf.mailsaas10.odoo.com", 2),
            node("include:_spf.mo1.odoo.com", 3),
          ],
        }),
        node("mx", 4),
        node("include:_spf.google.com", 5, { vendor: "Google Workspace" }),
        node("include:mail.zendesk.com", 6, { state: "void", vendor: "Zendesk" }),
      ],
    },
    octets: 102,
    strings: 1,
  },
  dkim: {
    name: "odoo._domainkey.mycompany.example",
    target: "odoo._domainkey.odoo.com",
    state: "right",
    key: { type: "rsa" },
  },
  dmarc: {
    name: "_dmarc.mycompany.example",
    value: "v=DMARC1; p=none; rua=mailto:dmarc@mycompany.example",
    policy: "none",
  },
};

const missing: CheckReport = {
  ...ready,
  ready: false,
  reasons: [
    {
      rule: "dkim/missing",
      severity: "error",
      domain: "mycompany.example",
      message: "odoo._domainkey.mycompany.example does not exist",
      help: "Run `odoo-mail-dns plan` to see the change.",
    },
  ],
  findings: [],
  spf: { name: "bounce.mycompany.example", values: [], octets: 0, strings: 0 },
  dkim: { name: "odoo._domainkey.mycompany.example", state: "missing" },
  dmarc: {},
};

const hostile: CheckReport = {
  ...ready,
  ready: false,
  reasons: [
    {
      rule: "spf/syntax",
      severity: "error",
      domain: "mycompany.example",
      message: "broken \u001b[2J\u202e",
      evidence: [fixture.HOSTILE],
    },
  ],
  spf: {
    ...ready.spf,
    values: [fixture.HOSTILE],
    budget: {
      lookups: 11,
      voids: { ip4: 3, ip6: 0 },
      exact: false,
      terms: [
        node("\u001b[2J", 1, { state: "temperror", reason: "no answer\u001b" }),
        node("include:loop.example", 2, { state: "loop" }),
        node("exists:%{i}.example", 3, { state: "macro" }),
        node("include:far.example", 3, { cost: 0, state: "skipped" }),
      ],
    },
  },
  dkim: {
    name: "odoo._domainkey.mycompany.example",
    target: "other\\000.example",
    state: "wrong",
  },
};

const reports = {
  ready: ready,
  "nothing there": missing,
  "two records": { ...ready, spf: { ...ready.spf, values: ["v=spf1 a -all", "v=spf1 mx ~all"] } },
  "the key itself at the name, DKIM not readable": {
    ...ready,
    dkim: { name: "odoo._domainkey.mycompany.example", state: "unknown" },
  },
  "foreign text is full of tricks": hostile,
} as const satisfies Record<string, CheckReport>;

describe("a verdict, as text", () => {
  const view = {
    asked: "asked ns1.mycompany.example, ns2.mycompany.example",
    paint: fixture.plain,
  };

  it.each(Object.entries(reports))("%s", async (name, report) => {
    const text = renderCheck(report, view);
    await expect(text).toMatchFileSnapshot(`goldens/check, ${name}.txt`);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(WIDTH);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

it("says that there is no SPF record only where that was read", () => {
  const spf = { name: "mycompany.example", values: [], octets: 0, strings: 0 };
  const unread = {
    rule: "dns/not-read",
    severity: "error" as const,
    domain: spf.name,
    name: spf.name,
    message: "What is at mycompany.example could not be read",
    help: "Try again.",
  };
  const said = (reasons: CheckReport["reasons"]): string =>
    renderCheck({ ...missing, spf, reasons }, { asked: "asked ns1", paint: fixture.plain });
  expect(said([unread])).toContain("SPF    · could not be read\n");
  expect(said([])).toContain("SPF    · no record\n");
});

describe("a record of thousands of terms", () => {
  it("is cut where no record that works would end, and says how much is left out", () => {
    const value = `v=spf1 ${"ip4:192.0.2.1 ".repeat(4000)}~all`;
    const budget = { lookups: 0, voids: { ip4: 0, ip6: 0 }, exact: true, terms: [] };
    const spf = { ...ready.spf, values: [value], budget };
    const text = renderCheck({ ...ready, spf }, { asked: "asked", paint: fixture.plain });
    expect(text.split("\n").length).toBeLessThan(200);
    expect(text).toContain("... and 3851 terms more");
  });
});
