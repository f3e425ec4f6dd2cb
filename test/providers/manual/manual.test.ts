import { describe, expect, test } from "vitest";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import type { Snapshot } from "../../../src/core/dns/rrset.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { Delegation, ServerAnswer } from "../../../src/ports/resolver.ts";
import { manualProvider } from "../../../providers/manual/provider.ts";
import { contextOf } from "../zonefile/fixtures.ts";

const APEX = parseName("atelier.example") as DomainName;
const SIGNAL = new AbortController().signal;
const SPF = "v=spf1 a mx -all";

const names = ["ns1.host.example", "ns2.host.example"].map((name) => parseName(name) as DomainName);
const delegation: Delegation = {
  zone: APEX,
  parent: names,
  child: names,
  servers: names.map((name, index) => ({ name, address: `127.0.0.${index + 1}`, port: 53 })),
  lame: [],
  overridden: false,
};

/** A zone with one SPF record, as each of its servers gives it. */
function provider(spf: (server: DomainName) => string = () => SPF) {
  return manualProvider(
    contextOf("/", {
      authority: {
        find: async () => delegation,
        ask: async (server, { name, type }): Promise<ServerAnswer> => ({
          authoritative: true,
          answer:
            name === APEX && type === "TXT"
              ? { status: "records", records: [{ data: spf(server.name), ttl: 300 }] }
              : { status: name === APEX ? "nodata" : "nxdomain" },
        }),
      },
    }),
  );
}

const snapshot: Snapshot = {
  zone: { apex: APEX, nameservers: names, nativeId: APEX },
  takenAt: "2026-12-01T12:00:00.000Z",
  source: "dns",
  coverage: [APEX],
  rrsets: [],
  version: "1",
};

const ops: readonly Op[] = [
  {
    kind: "replace-value",
    name: APEX,
    type: "TXT",
    before: SPF,
    after: "v=spf1 include:_spf.odoo.com a mx -all",
    ttl: 300,
  },
  {
    kind: "create-rrset",
    name: `odoo._domainkey.${APEX}`,
    type: "CNAME",
    before: null,
    after: "odoo._domainkey.odoo.com",
    ttl: "default",
  },
  { kind: "remove-value", name: `x.${APEX}`, type: "TXT", before: "old", after: null, ttl: 300 },
];

describe("a zone that a person keeps", () => {
  test("is read from its own name servers", async () => {
    const zone = await provider().findZone(APEX, SIGNAL);
    expect(zone).toEqual({ apex: APEX, nameservers: names, nativeId: APEX });
    const odoo = parseName(`odoo._domainkey.${APEX}`) as DomainName;
    expect(await provider().read(zone, [APEX, odoo], SIGNAL)).toMatchObject({
      source: "dns",
      coverage: [APEX, odoo],
      rrsets: [{ name: APEX, type: "TXT", ttl: 300, values: [SPF] }],
    });
  });

  test("is not known where they do not agree", async () => {
    const torn = provider((server) => (server === names[0] ? SPF : "v=spf1 -all"));
    const read = await torn.read(snapshot.zone, [APEX], SIGNAL);
    expect(read.coverage).toEqual([]);
    expect(read.rrsets).toEqual([]);
  });

  test("gets exact instructions, each with what panels call the name and with the whole name", () => {
    expect(provider().compile(ops, snapshot)).toEqual([
      {
        ops: [0],
        summary: "change the TXT record at @",
        method: "by hand",
        target: APEX,
        body: {
          action: "change",
          type: "TXT",
          host: "@",
          fqdn: APEX,
          find: SPF,
          value: "v=spf1 include:_spf.odoo.com a mx -all",
        },
      },
      {
        ops: [1],
        summary: "add the CNAME record at odoo._domainkey",
        method: "by hand",
        target: APEX,
        body: {
          action: "add",
          type: "CNAME",
          host: "odoo._domainkey",
          fqdn: "odoo._domainkey.atelier.example",
          value: "odoo._domainkey.odoo.com",
        },
      },
      {
        ops: [2],
        summary: "delete the TXT record at x",
        method: "by hand",
        target: APEX,
        body: { action: "delete", type: "TXT", host: "x", fqdn: "x.atelier.example", find: "old" },
      },
    ]);
  });

  test("is never written to", async () => {
    const host = provider();
    expect(host.capabilities.writes).toBe(false);
    expect(await host.apply(host.compile(ops, snapshot), snapshot, SIGNAL)).toEqual([]);
    expect(await host.settle(snapshot.zone, SIGNAL)).toMatchObject({ state: "not-asked" });
  });
});
