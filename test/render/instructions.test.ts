import { describe, expect, it } from "vitest";
import type { Op } from "../../src/core/plan/schema.ts";
import { renderInstructions } from "../../src/render/instructions.ts";
import * as fixture from "./fixtures.ts";

const ops = [fixture.merged, fixture.newCname].flatMap((part) => ("ops" in part ? part.ops : []));
const more: readonly Op[] = [
  {
    kind: "add-value",
    name: "mycompany.example",
    type: "TXT",
    before: null,
    after: "v=spf1 include:_spf.odoo.com ~all",
    ttl: "default",
  },
  {
    kind: "remove-value",
    name: "odoo._domainkey.mycompany.example",
    type: "CNAME",
    before: "old.example",
    after: null,
    ttl: 300,
  },
  {
    kind: "replace-value",
    name: "bounce.mycompany.example",
    type: "TXT",
    before: fixture.HOSTILE,
    after: "v=spf1 ~all",
    ttl: 300,
  },
];

describe("what to do by hand", () => {
  it.each([
    ["a change and a new record", ops],
    ["one thing", ops.slice(1)],
    ["every kind, with foreign text", more],
  ])("%s", async (name, ops) => {
    await expect(renderInstructions(ops, "mycompany.example")).toMatchFileSnapshot(
      `goldens/instructions, ${name}.txt`,
    );
  });
});
