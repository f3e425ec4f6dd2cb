import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { NATIVE_HOSTS as ALLOWED } from "../../src/config/contradictions.ts";
import { MailDomain, type MailDomainArgs } from "../../src/pulumi/component.ts";
import { NATIVE_HOSTS } from "../../src/pulumi/native/cname.ts";
import { LIVE_DKIM, type LiveRecord } from "../../src/pulumi/native/live.ts";

const DOMAIN = "mycompany.example";
const NAME = `odoo._domainkey.${DOMAIN}`;
const TARGET = "odoo._domainkey.odoo.com";
const GROUP = "/subscriptions/S1/resourceGroups/Group/providers/Microsoft.Network";
const ZONES = { cloudflare: "z1", azure: `${GROUP}/dnszones/${DOMAIN}` };

type Declared = Pick<pulumi.runtime.MockResourceArgs, "type" | "id" | "inputs">;

/** What the hosts' plugins, our own and the state would answer. */
const world: {
  live: readonly string[];
  /** Cloudflare's id of the live record. */
  liveId: string;
  /** The ids in the state, by resource type. */
  state: Readonly<Record<string, string>>;
  subscription: string;
} = { live: [], liveId: "", state: {}, subscription: "" };

const declared: Declared[] = [];

const mocks: pulumi.runtime.Mocks = {
  newResource({ type, name, id, inputs }) {
    declared.push({ type, inputs, ...(id && { id }) });
    return { id: id ?? name, state: inputs as Record<string, unknown> };
  },
  call({ token, inputs }) {
    const zoneId = ZONES[host as keyof typeof ZONES];
    const live: LiveRecord = { name: NAME, targets: world.live, apex: DOMAIN, zoneId };
    if (token === LIVE_DKIM) return { ...live };
    if (token.endsWith("getClientConfig")) return { subscriptionId: world.subscription };
    if (token.endsWith("getDnsRecords")) {
      const query = { zoneId: "z1", name: { exact: NAME }, type: "CNAME" };
      expect(inputs).toMatchObject(query);
      return { results: world.live.map((content) => ({ id: world.liveId, content })) };
    }
    const urn = (type: string): string => `urn:pulumi:s::p::x$${type}::mail-dkim-record`;
    const known = Object.entries(world.state);
    return {
      outputs: Object.fromEntries(known.map(([type, id]) => [urn(type), { outputs: { id } }])),
    };
  },
};
await pulumi.runtime.setMocks(mocks, "project", "stack", false, "organization");

let host = "";

beforeEach(() => {
  declared.length = 0;
  Object.assign(world, { live: [], liveId: "r1", state: {}, subscription: "s1" });
});

/** What the host's own resource for the CNAME is declared with; undefined: there is none. */
async function declare(args: Partial<MailDomainArgs> & { readonly host: string }) {
  host = args.host;
  const mail = new MailDomain("mail", { domain: DOMAIN, records: "native", ...args });
  await new Promise((resolve) => mail.dkim.now.apply(resolve));
  return declared.find(({ type }) => !type.includes("odoo-mail-dns"));
}

const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
const SET = "azure-native:dns:RecordSet";

describe("records: native at Cloudflare", () => {
  it("declares the CNAME with what the plugin needs, and nothing to import where none is live", async () => {
    expect(await declare({ host: "cloudflare" })).toEqual({
      type: RECORD,
      inputs: { zoneId: "z1", name: NAME, type: "CNAME", content: TARGET, ttl: 1, proxied: false },
    });
  });

  it.each([
    ["that the state does not know is imported", {}, "z1/r1"],
    [
      "that the state has is never imported again: that would replace it",
      { [RECORD]: "r1" },
      undefined,
    ],
    ["that was made anew by somebody is imported", { [RECORD]: "r0" }, "z1/r1"],
  ])("a live record %s", async (_, state, id) => {
    Object.assign(world, { live: [TARGET], state });
    expect((await declare({ host: "cloudflare" }))?.id).toBe(id);
  });

  it("a record that is only in the state is made again, not imported", async () => {
    world.state = { [RECORD]: "r0" };
    expect(await declare({ host: "cloudflare" })).not.toHaveProperty("id");
  });
});

describe("records: native at Azure", () => {
  it("declares the CNAME with what the plugin needs, and nothing to import where none is live", async () => {
    expect(await declare({ host: "azure" })).toEqual({
      type: SET,
      inputs: {
        resourceGroupName: "Group",
        zoneName: DOMAIN,
        relativeRecordSetName: "odoo._domainkey",
        recordType: "CNAME",
        cnameRecord: { cname: TARGET },
        ttl: 3600,
      },
    });
  });

  it.each([
    ["that the state does not know is imported", {}, true],
    ["that the state has is not", { [SET]: "whatever" }, false],
  ])("a live record %s", async (_, state, isImported) => {
    Object.assign(world, { live: [TARGET], state });
    const id = `${GROUP}/dnsZones/${DOMAIN}/CNAME/odoo._domainkey`;
    expect((await declare({ host: "azure" }))?.id).toBe(isImported ? id : undefined);
  });
});

describe("no resource of the host", () => {
  it.each([
    ["unless it is asked for", { records: "own" }],
    ["for a domain that retires", { retire: true }],
    ["where the CNAME is nobody's wish", { dkim: false }],
  ] as const)("%s", async (_, args) => {
    expect(await declare({ host: "cloudflare", ...args })).toBeUndefined();
  });
});

it("the stack file allows native records just where there are some", () => {
  expect(NATIVE_HOSTS).toEqual(ALLOWED);
});
