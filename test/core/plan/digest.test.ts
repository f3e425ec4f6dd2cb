import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, opDigest, planDigest } from "../../../src/core/plan/digest.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import { law } from "../../law.ts";

const create: Op = {
  kind: "create-rrset",
  name: "odoo._domainkey.mycompany.example",
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: 3600,
};
const edit: Op = {
  kind: "replace-value",
  name: "mycompany.example",
  type: "TXT",
  before: "v=spf1 ~all",
  after: "v=spf1 include:_spf.odoo.com ~all",
  ttl: 300,
  edit: { added: ["include:_spf.odoo.com"], moved: [], created: false },
};

describe("digest", () => {
  it("never changes: people have approved these numbers", () => {
    expect(opDigest("mycompany.example", create)).toBe(
      "dacaef15b19aad49c940f0f33e6ea93beab05fc620dbf6c581ed47a0d1e76c1a",
    );
    expect(planDigest("mycompany.example", [create, edit])).toBe(
      "e566d080c13f8af5183554caf6e8c70c768e5226b18054eed18af8b7ed47a778",
    );
    expect(planDigest("mycompany.example", [])).toBe(
      "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
    );
  });

  it("is the same whatever the TTL, the evidence or the order", () => {
    const asSeenInDns: Op = { ...create, ttl: "default" };
    expect(opDigest("mycompany.example", asSeenInDns)).toBe(opDigest("mycompany.example", create));
    expect(planDigest("mycompany.example", [edit, create])).toBe(
      planDigest("mycompany.example", [create, edit]),
    );
  });

  it("differs for another domain, value or kind", () => {
    const digests = [
      opDigest("mycompany.example", create),
      opDigest("other.example", create),
      opDigest("mycompany.example", { ...create, after: "odoo.com" }),
      opDigest("mycompany.example", { ...create, kind: "add-value" }),
    ];
    expect(new Set(digests).size).toBe(4);
  });

  it("spells one JSON value in one way, and reads back as that value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        const again = JSON.parse(text);
        expect(canonicalJson(again)).toBe(text);
      }),
      law(10_000),
    );
  });
});
