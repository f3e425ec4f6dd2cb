import { afterEach, describe, expect, test } from "vitest";
import adapter from "../../../providers/azure/adapter.ts";
import { accountOf } from "../../../src/local/credentials.ts";
import {
  DNS_ZONE_CONTRIBUTOR,
  GROUP,
  simPrincipal,
  simZone,
  SUBSCRIPTION,
} from "../../sim/azure/zone.ts";
import {
  APEX,
  type AzureWorld,
  type Choices,
  nameOf,
  SECRET,
  SIGNAL,
  startAzure,
} from "./world.ts";

const open: AzureWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function start(choices: Partial<Choices> = {}): Promise<AzureWorld> {
  const world = await startAzure({ zones: [simZone(APEX, [])], ...choices });
  open.push(world);
  return world;
}

const options = { resourceGroup: GROUP };
const groupScope = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`;
const zoneScope = `${groupScope}/providers/Microsoft.Network/dnszones/${APEX}`;
const onlyAt = (scope: string) => ({
  principals: [
    simPrincipal({ secret: SECRET, grants: [{ scope, actions: DNS_ZONE_CONTRIBUTOR }] }),
  ],
});

describe("finding the zone", () => {
  test("is one list of the subscription, once for all domains of a run", async () => {
    const { provider, calls } = await start({ domains: 2 });
    const found = await provider.findZone(nameOf(`a.b.${APEX}`), SIGNAL);
    expect(found).toEqual({
      apex: APEX,
      nameservers: ["com", "net", "org", "info"].map(
        (top, at) => `ns${at + 1}-01.azure-dns.${top}`,
      ),
      nativeId: `${groupScope}/providers/Microsoft.Network/dnsZones/${APEX}`,
    });
    await provider.findZone(APEX, SIGNAL);
    expect(calls()).toEqual(["GET dnsZones"]);
  });

  test("with a resource group is a question for the name, and for those above it", async () => {
    const { provider, calls } = await start({ options });
    expect(await provider.findZone(nameOf(`mail.${APEX}`), SIGNAL)).toMatchObject({ apex: APEX });
    expect(calls()).toEqual([`GET dnsZones/mail.${APEX}`, `GET dnsZones/${APEX}`]);
  });

  test("with a resource group and many domains is one list of the group", async () => {
    const { provider, calls, server } = await start({ options, domains: 50 });
    await provider.findZone(APEX, SIGNAL);
    await provider.findZone(nameOf(`mail.${APEX}`), SIGNAL);
    expect(calls()).toEqual(["GET dnsZones"]);
    expect(server.requests.at(-1)?.path).toContain(`/resourceGroups/${GROUP}/`);
  });

  test("takes the longest that fits, on whole labels, and only public zones", async () => {
    const zones = ["example", APEX, `sub.${APEX}`, `y.${APEX}`].map((name) => simZone(name, []));
    const hidden = simZone(`mail.sub.${APEX}`, [], { zoneType: "Private" });
    const { provider } = await start({ zones: [...zones, hidden] });
    const apexOf = async (name: string) => (await provider.findZone(nameOf(name), SIGNAL)).apex;
    expect(await apexOf(`mail.sub.${APEX}`)).toBe(`sub.${APEX}`);
    expect(await apexOf(`notmy.${APEX}`)).toBe(APEX);
  });

  test("by pages finds a zone on the last one", async () => {
    const others = Array.from({ length: 5 }, (_, index) => simZone(`z${index}.example`, []));
    const { provider, calls } = await start({
      zones: [...others, simZone(APEX, [])],
      mostPerPage: 2,
    });
    expect(await provider.findZone(APEX, SIGNAL)).toMatchObject({ apex: APEX });
    expect(calls()).toHaveLength(3);
  });

  test("where there is none says where it was looked for", async () => {
    const elsewhere = nameOf("other.example");
    const { provider } = await start();
    await expect(provider.findZone(elsewhere, SIGNAL)).rejects.toMatchObject({
      code: "zone-not-found",
      message: "Azure shows no public zone for other.example in the subscription.",
    });
    const one = await start({ options });
    await expect(one.provider.findZone(elsewhere, SIGNAL)).rejects.toThrow(
      `resource group ${GROUP}`,
    );
  });

  test("a role on the zone alone is enough with a resource group, also for many domains", async () => {
    const few = await start({ ...onlyAt(zoneScope), options });
    expect(await few.provider.findZone(APEX, SIGNAL)).toMatchObject({ apex: APEX });
    const many = await start({ ...onlyAt(zoneScope), options, domains: 9 });
    expect(await many.provider.findZone(APEX, SIGNAL)).toMatchObject({ apex: APEX });
    expect(await many.provider.findZone(nameOf(`a.${APEX}`), SIGNAL)).toMatchObject({ apex: APEX });
    expect(many.calls().filter((call) => call === "GET dnsZones")).toHaveLength(1);
  });

  test("a role on the zone alone is not enough without one, and that is said", async () => {
    const { provider } = await start(onlyAt(zoneScope));
    await expect(provider.findZone(APEX, SIGNAL)).rejects.toMatchObject({
      code: "permission",
      message: expect.stringContaining("lacks Microsoft.Network/dnsZones/read"),
      details: { help: expect.stringContaining("resourceGroup") },
    });
  });

  test.each<[string, Partial<Choices>, string, RegExp]>([
    [
      "a subscription that isn't there",
      { options: { subscription: SUBSCRIPTION.replaceAll("2", "9") } },
      "config",
      /could not be found/,
    ],
    [
      "a group that isn't there",
      { options: { resourceGroup: "other" }, domains: 9 },
      "config",
      /could not be found/,
    ],
    [
      "no subscription at all",
      { env: { AZURE_SUBSCRIPTION_ID: "" } },
      "auth",
      /AZURE_SUBSCRIPTION_ID is not set/,
    ],
    [
      "a subscription that is no id",
      { env: { AZURE_SUBSCRIPTION_ID: "Production" } },
      "config",
      /is no id/,
    ],
  ])("%s is told as such", async (_, choices, code, message) => {
    const { provider } = await start(choices);
    const found = provider.findZone(APEX, SIGNAL);
    await expect(found).rejects.toMatchObject({ code });
    await expect(found).rejects.toThrow(message);
  });
});

test("two accounts of one run each see their own zones, and log in for themselves", async () => {
  const second = SUBSCRIPTION.replaceAll("2", "7");
  const clientId = "77777777-7777-4777-8777-777777777777";
  const grants = [{ scope: `/subscriptions/${second}`, actions: DNS_ZONE_CONTRIBUTOR }];
  const principals = [
    simPrincipal({ secret: SECRET }),
    simPrincipal({ clientId, secret: "acme's", grants }),
  ];
  const theirs = simZone("acme.example", [], { subscription: second });
  const zones = [simZone(APEX, []), theirs];
  const world = await start({
    zones,
    principals,
    subscriptions: [SUBSCRIPTION, second],
    domains: 9,
  });
  const { context, provider } = world;
  const env = {
    ...context.env,
    AZURE_SUBSCRIPTION_ID_ACME: second,
    AZURE_TENANT_ID_ACME: simPrincipal().tenant,
    AZURE_CLIENT_ID_ACME: clientId,
    AZURE_CLIENT_SECRET_ACME: "acme's",
  };
  const acme = adapter.create({}, { ...context, env, ...accountOf(env, "acme") });
  const [one, other] = [nameOf("mail.mycompany.example"), nameOf("mail.acme.example")];
  expect(await provider.findZone(one, SIGNAL)).toMatchObject({ apex: APEX });
  expect(await acme.findZone(other, SIGNAL)).toMatchObject({ apex: "acme.example" });
  await expect(acme.findZone(one, SIGNAL)).rejects.toMatchObject({ code: "zone-not-found" });
  await expect(provider.findZone(other, SIGNAL)).rejects.toMatchObject({ code: "zone-not-found" });
  expect(world.logins()).toBe(2);
  expect(world.calls()).toHaveLength(2);
});

describe("hosts check azure", () => {
  test("names the zones, and the actions that are missing at each", async () => {
    const other = simZone("other.example", [], { resourceGroup: "other" });
    const grants = [
      {
        scope: `/subscriptions/${SUBSCRIPTION}`,
        actions: [
          "Microsoft.Network/dnsZones/*/read",
          "Microsoft.Network/dnsZones/read",
          "Microsoft.Authorization/*/read",
        ],
      },
      { scope: groupScope, actions: DNS_ZONE_CONTRIBUTOR },
    ];
    const principals = [simPrincipal({ secret: SECRET, grants })];
    const { context } = await start({ zones: [simZone(APEX, []), other], principals });
    const access = await adapter.access?.(context, SIGNAL);
    expect(access?.zones.map(({ apex, missing }) => [apex, missing])).toEqual([
      [APEX, []],
      [
        "other.example",
        ["TXT/write", "TXT/delete", "CNAME/write", "CNAME/delete"].map(
          (right) => `Microsoft.Network/dnsZones/${right}`,
        ),
      ],
    ]);
    expect(access?.unknown).toEqual([]);
  });

  test("says so where Azure does not show a login its own rights", async () => {
    const actions = ["Microsoft.Network/dnsZones/*"];
    const grants = [{ scope: `/subscriptions/${SUBSCRIPTION}`, actions }];
    const { context } = await start({ principals: [simPrincipal({ secret: SECRET, grants })] });
    const access = await adapter.access?.(context, SIGNAL);
    expect(access?.unknown).toEqual([
      `Azure does not show this login its own rights in ${APEX}: it lacks Microsoft.Authorization/permissions/read.`,
    ]);
  });

  test("only reads", async () => {
    const { context, server, state } = await start();
    await adapter.access?.(context, SIGNAL);
    const asked = server.requests.filter(({ path }) => path.startsWith("/subscriptions"));
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(state.zones[0]?.history).toHaveLength(1);
  });
});
