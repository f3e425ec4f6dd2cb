import { describe, expect, it } from "vitest";
import type { DomainName } from "../../../src/core/dns/name.ts";
import { covers, findRRset, rrsetsAt, type Snapshot } from "../../../src/core/dns/rrset.ts";

const apex = "example.com" as DomainName;
const www = "www.example.com" as DomainName;
const snapshot: Snapshot = {
  zone: { apex, nameservers: [], nativeId: "example.com" },
  takenAt: "2026-12-01T00:00:00Z",
  source: "host",
  coverage: [apex],
  rrsets: [
    { name: apex, type: "TXT", ttl: 300, values: ["v=spf1 -all"] },
    { name: apex, type: "MX", ttl: "default", values: ["10 mail.example.com"] },
  ],
  version: "1",
};

describe("a snapshot", () => {
  it("gives the RRsets at a name, and one of them by type", () => {
    expect(rrsetsAt(snapshot, apex).map((rrset) => rrset.type)).toEqual(["TXT", "MX"]);
    expect(findRRset(snapshot, apex, "TXT")?.values).toEqual(["v=spf1 -all"]);
    expect(findRRset(snapshot, www, "TXT")).toBeUndefined();
  });

  it("knows what it can't speak of: absence counts only inside its coverage", () => {
    expect(covers(snapshot, apex)).toBe(true);
    expect(covers(snapshot, www)).toBe(false);
    expect(covers({ ...snapshot, coverage: "zone" }, www)).toBe(true);
  });
});
