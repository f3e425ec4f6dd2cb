import { describe, expect, it } from "vitest";
import type { Receipt } from "../../src/core/plan/schema.ts";
import { renderReceipt } from "../../src/render/receipt.ts";
import type { ReceiptView } from "../../src/render/receipt.ts";
import * as fixture from "./fixtures.ts";

const view: ReceiptView = {
  undo: "odoo-mail-dns undo mycompany.example 20261124T184012Z",
  check: "odoo-mail-dns check mycompany.example",
  clockTime: (iso) => `${iso.slice(11, 16)} UTC`,
  seconds: 3.6,
  paint: fixture.plain,
};

const [first, second] = fixture.receipt().steps;
if (first === undefined || second === undefined) throw new Error("the fixture has two steps");

const receipts: Readonly<Record<string, readonly [Receipt, ReceiptView]>> = {
  "written and verified": [fixture.receipt(), view],
  undone: [fixture.receipt({ undoes: "20261124T184012Z", id: "20261124T190000Z" }), view],
  "somebody else was first": [
    fixture.receipt({
      steps: [
        { ...first, outcome: "already" },
        { ...second, outcome: "already" },
      ],
    }),
    view,
  ],
  "not verified": [fixture.receipt({ verified: "not-asked", servers: [] }), view],
  "not seen everywhere": [
    fixture.receipt({
      verified: "pending",
      servers: [
        { name: "ns1.mycompany.example", address: "192.0.2.53", state: "answers" },
        { name: "ns2.mycompany.example", address: "192.0.2.54", state: "waiting" },
        {
          name: "ns3.mycompany.example",
          address: "2001:db8::53",
          state: "silent",
          detail: "no answer in 5 s\u001b[2J",
        },
      ],
    }),
    view,
  ],
  "one write failed, one was not tried": [
    fixture.receipt({
      steps: [
        { ...first, outcome: "failed", detail: "the file is read-only" },
        { ...second, outcome: "pending" },
      ],
      verified: "not-asked",
      servers: [],
    }),
    view,
  ],
  "by hand, not served yet": [
    fixture.receipt({
      steps: [first, { ...second, outcome: "pending" }],
      verified: "pending",
      servers: [
        {
          name: "ns1.mycompany.example",
          address: "192.0.2.53",
          state: "waiting",
          detail: "the new CNAME of odoo._domainkey.mycompany.example is missing",
        },
      ],
    }),
    { ...view, byHand: true },
  ],
  "one write may have happened": [
    fixture.receipt({ steps: [first, { ...second, outcome: "unknown" }], verified: "no" }),
    { ...view, written: "bücher.example" },
  ],
};

describe("a receipt, as text", () => {
  it.each(Object.entries(receipts))("%s", async (name, [receipt, view]) => {
    await expect(renderReceipt(receipt, view)).toMatchFileSnapshot(`goldens/receipt, ${name}.txt`);
  });
});
