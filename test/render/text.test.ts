import { describe, expect, it } from "vitest";
import type { Part } from "../../src/core/plan/schema.ts";
import { WIDTH } from "../../src/render/layout.ts";
import { renderPlan } from "../../src/render/text.ts";
import type { View } from "../../src/render/text.ts";
import * as fixture from "./fixtures.ts";

const view: View = {
  hostTitle: "Zone file",
  command: "odoo-mail-dns apply mycompany.example",
  paint: fixture.plain,
};

const joined: Part = {
  ...fixture.merged,
  spf: {
    ...fixture.effect,
    lookups: { before: null, after: 5 },
    proof: {
      claim: "effects",
      holds: true,
      asked: { ip4: 40, ip6: 12 },
      changes: [{ before: "permerror", after: "pass", networks: ["192.0.2.0/24"], total: 1 }],
      notProvable: ["exists:%{i}.spf.example"],
    },
  },
  ops: [
    {
      kind: "replace-value",
      name: "mycompany.example",
      type: "TXT",
      before: "v=spf1 a -all",
      after: "v=spf1 include:_spf.odoo.com a mx ~all",
      ttl: 300,
    },
    {
      kind: "remove-value",
      name: "mycompany.example",
      type: "TXT",
      before: "v=spf1 mx ~all",
      after: null,
      ttl: 300,
    },
  ],
} as Part;

const corrected: Part = {
  ...fixture.newCname,
  ops: [
    {
      kind: "replace-value",
      name: "odoo._domainkey.mycompany.example",
      type: "CNAME",
      before: "odoo._domainkey.odoo.com.mycompany.example",
      after: "odoo._domainkey.odoo.com",
      ttl: 300,
    },
  ],
} as Part;

const unknown: Part = {
  status: "unknown",
  name: "_dmarc.mycompany.example",
  findings: [],
  live: [],
  others: 0,
  because: [
    {
      rule: "dns/timeout",
      severity: "error",
      domain: "mycompany.example",
      message: "No name server answered",
    },
  ],
};

const plans = {
  "a record is merged and the CNAME is new": [fixture.plan(), view],
  "nothing is to do": [fixture.plan({ spf: fixture.spfInPlace, dkim: fixture.inPlace }), view],
  "one part is refused, the other goes ahead": [fixture.plan({ spf: fixture.twoRecords }), view],
  "all that would be written is refused": [
    fixture.plan({ spf: fixture.twoRecords, dkim: fixture.inPlace }),
    view,
  ],
  "two records become one, a target is corrected, DMARC can't be read": [
    fixture.plan({ spf: joined, dkim: corrected, dmarc: unknown }),
    view,
  ],
  "read from public DNS, at a host that can't refuse a stale write": [
    fixture.plan(
      {
        spf: {
          ...fixture.merged,
          guard: "reread",
          exposure: ["Between the last read and the write somebody else's edit can be lost."],
        } as Part,
      },
      { source: "dns", domain: "xn--bcher-kva.example" },
    ),
    { ...view, hostTitle: "OVH", written: "bücher.example" },
  ],
  "the proof does not hold": [
    fixture.plan({
      spf: {
        ...fixture.merged,
        spf: {
          ...fixture.effect,
          proof: {
            claim: "no-change-outside",
            holds: false,
            bounded: true,
            asked: { ip4: 1, ip6: 1 },
            changes: Array.from({ length: 10 }, (_, at) => {
              const networks = [`192.0.2.${at}/32`];
              return { before: "fail" as const, after: "pass" as const, networks, total: 1 };
            }),
            notProvable: ["ptr:example.com", "exists:%{i}.example"],
          },
        },
      } as Part,
    }),
    view,
  ],
  "kept by hand": [
    fixture.plan({}, { source: "dns" }),
    { ...view, hostTitle: "By hand", byHand: true },
  ],
  "foreign text is full of tricks": [
    fixture.plan({
      spf: {
        ...fixture.twoRecords,
        because: [
          {
            rule: "spf/near-miss",
            severity: "error",
            domain: "mycompany.example",
            message: "The value \u202e\u001b[31mlooks\u2066 like SPF\u200b",
            evidence: [fixture.HOSTILE, "x".repeat(65_000)],
          },
        ],
      } as Part,
    }),
    view,
  ],
} as const;

describe("a plan, as text", () => {
  it.each(Object.entries(plans))("%s", async (name, [plan, view]) => {
    await expect(renderPlan(plan, view)).toMatchFileSnapshot(
      `goldens/plan, ${name.replaceAll("'", "")}.txt`,
    );
  });

  it.each(Object.entries(plans))("fits in 96 columns, and hides nothing: %s", (_, [plan, view]) => {
    const text = renderPlan(plan, view);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(WIDTH);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it("says the same without colour: paint only decorates", () => {
    const [plan] = plans["a record is merged and the CNAME is new"];
    const coloured = renderPlan(plan, { ...view, paint: (tone, text) => `<${tone}>${text}</>` });
    expect(coloured).toContain("<add>    + include:_spf.odoo.com</>");
    expect(coloured.replaceAll(/<\/?[a-z]*>/g, "")).toBe(renderPlan(plan, view));
  });
});
