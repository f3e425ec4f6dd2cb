import { expect, test } from "vitest";
import type { DomainName } from "../../../src/core/dns/name.ts";
import type { Snapshot } from "../../../src/core/dns/rrset.ts";
import { checkOps } from "../../../src/core/plan/check-ops.ts";
import type { Op } from "../../../src/core/plan/schema.ts";

const apex = "mycompany.example" as DomainName;
const dkim = `odoo._domainkey.${apex}` as DomainName;
const snapshot: Snapshot = {
  zone: { apex, nameservers: [], nativeId: "1" },
  takenAt: "2026-12-01T12:00:00Z",
  source: "host",
  coverage: "zone",
  rrsets: [{ name: dkim, type: "TXT", ttl: 300, values: ["v=DKIM1; p="] }],
  version: "1",
};

const alias: Op = {
  kind: "create-rrset",
  name: dkim,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: 300,
};
const removeKey: Op = {
  kind: "remove-value",
  name: dkim,
  type: "TXT",
  before: "v=DKIM1; p=",
  after: null,
  ttl: 300,
};

test.each<[string, Op, string]>([
  ["a CNAME beside another record", alias, "conflict"],
  ["a CNAME at the zone's own name", { ...alias, name: apex }, "conflict"],
  ["a name outside the zone", { ...alias, name: "odoo._domainkey.other.example" }, "invalid-input"],
  ["a name with the zone's name only at its end", { ...alias, name: `x${apex}` }, "invalid-input"],
  ["a name that is not written as ours", { ...alias, name: `A.${apex}` }, "invalid-input"],
  ["a target that is no name", { ...alias, name: `a.${apex}`, after: "a b" }, "invalid-input"],
  ["a TTL below 0", { ...alias, name: `a.${apex}`, ttl: -1 }, "invalid-input"],
  [
    "a text that is no octets",
    { ...alias, name: apex, type: "TXT", after: "\u0100" },
    "invalid-input",
  ],
])("%s is asked of no host", (_, op, code) => {
  expect(() => checkOps([op], snapshot)).toThrow(expect.objectContaining({ code }));
});

test("a CNAME may come where the other record goes at the same moment", () => {
  expect(() => checkOps([removeKey, alias], snapshot)).not.toThrow();
});
