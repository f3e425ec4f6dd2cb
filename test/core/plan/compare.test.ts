import { expect, test } from "vitest";
import type { DomainName } from "../../../src/core/dns/name.ts";
import type { RRset, Snapshot } from "../../../src/core/dns/rrset.ts";
import { compare } from "../../../src/core/plan/compare.ts";

const apex = "mycompany.example" as DomainName;
const edit = { name: apex, type: "TXT", before: "old", after: "new" } as const;

function zone(...rrsets: readonly Omit<RRset, "name">[]): Snapshot {
  return {
    zone: { apex, nameservers: [], nativeId: "1" },
    takenAt: "2026-12-01T12:00:00Z",
    source: "host",
    coverage: "zone",
    rrsets: rrsets.map((rrset) => Object.assign({ name: apex }, rrset)),
    version: "1",
  };
}

const texts = (ttl: number, ...values: readonly string[]) => ({ type: "TXT", ttl, values });
const planned = zone(texts(600, "old", "other"));

test.each<[string, Snapshot, string]>([
  ["as planned", planned, "same"],
  ["as planned, in another order", zone(texts(600, "other", "old")), "same"],
  ["already as wanted", zone(texts(600, "new", "other")), "done"],
  ["already as wanted, whatever else came", zone(texts(60, "new", "more")), "done"],
  ["with our value changed", zone(texts(600, "else", "other")), "changed"],
  ["with one more value", zone(texts(600, "old", "other", "more")), "changed"],
  ["with another TTL", zone(texts(60, "old", "other")), "changed"],
  [
    "with another type at the name",
    zone(texts(600, "old", "other"), { type: "MX", ttl: 60, values: ["1 a"] }),
    "changed",
  ],
  ["with both the old value and the new", zone(texts(600, "old", "new", "other")), "changed"],
])("a zone that is %s", (_, current, state) => {
  expect(compare([edit], planned, current)).toBe(state);
});

test("the serial of the SOA record is nobody's concern", () => {
  const soa = (serial: number) => ({ type: "SOA", ttl: 60, values: [`a b ${serial} 1 1 1 1`] });
  const before = zone(texts(600, "old"), soa(1));
  expect(compare([edit], before, zone(texts(600, "old"), soa(2)))).toBe("same");
});
