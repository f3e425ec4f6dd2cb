import { createHash, randomUUID } from "node:crypto";
import type { Zone } from "../../../examples/name-server/server.ts";
import { type DomainName, parseName } from "../../../src/core/dns/name.ts";
import type { RRset } from "../../../src/core/dns/rrset.ts";
import type { AzureState, Properties, SimPrincipal, SimRecordSet, SimZone } from "./model.ts";

export const TENANT = "11111111-1111-4111-8111-111111111111";
export const SUBSCRIPTION = "22222222-2222-4222-8222-222222222222";
export const GROUP = "Mycompany-DNS";

type Seed = Pick<SimRecordSet, "name" | "type"> & {
  readonly properties: Partial<Properties>;
};

/** A zone with these record sets, as they may have come there by any way: nothing is checked. */
export function simZone(
  name: string,
  seeds: readonly Seed[],
  more: Partial<SimZone> = {},
): SimZone {
  const nameServers = more.nameServers ?? serversOf(1);
  const sets = [...ownSets(nameServers), ...seeds.map(simSet)];
  return {
    name,
    subscription: SUBSCRIPTION,
    resourceGroup: GROUP,
    zoneType: "Public",
    nameServers,
    sets,
    history: [sets],
    ...more,
  };
}

/** The four name servers that Azure gives a zone; another number for another zone of that name. */
export function serversOf(pool: number): readonly string[] {
  const number = String(pool).padStart(2, "0");
  return ["com", "net", "org", "info"].map(
    (top, index) => `ns${index + 1}-${number}.azure-dns.${top}.`,
  );
}

function simSet({ name, type, properties }: Seed): SimRecordSet {
  return { name, type, etag: randomUUID(), properties: { TTL: 3600, ...properties } };
}

export function txt(name: string, values: readonly (readonly string[])[], more = {}): Seed {
  const TXTRecords = values.map((value) => ({ value }));
  return { name, type: "TXT", properties: { TXTRecords, ...more } };
}

function ownSets(nameServers: readonly string[]): readonly SimRecordSet[] {
  const host = nameServers[0];
  const SOARecord = {
    email: "azuredns-hostmaster.microsoft.com",
    expireTime: 2419200,
    host,
    minimumTTL: 300,
    refreshTime: 3600,
    retryTime: 300,
    serialNumber: 1,
  };
  const NSRecords = nameServers.map((nsdname) => ({ nsdname }));
  return [
    simSet({ name: "@", type: "NS", properties: { TTL: 172800, NSRecords } }),
    simSet({ name: "@", type: "SOA", properties: { SOARecord } }),
  ];
}

/** An application with a secret, and the built-in role `DNS Zone Contributor` on the subscription. */
export function simPrincipal(more: Partial<SimPrincipal> = {}): SimPrincipal {
  return {
    tenant: TENANT,
    clientId: "33333333-3333-4333-8333-333333333333",
    secret: "sim~secret~of~the~application",
    grants: [{ scope: `/subscriptions/${SUBSCRIPTION}`, actions: DNS_ZONE_CONTRIBUTOR }],
    ...more,
  };
}

export const DNS_ZONE_CONTRIBUTOR: readonly string[] = [
  "Microsoft.Authorization/*/read",
  "Microsoft.Insights/alertRules/*",
  "Microsoft.Network/dnsZones/*",
  "Microsoft.ResourceHealth/availabilityStatuses/read",
  "Microsoft.Resources/deployments/*",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Support/*",
];

export function simAzure(more: Partial<AzureState> = {}): AzureState {
  return {
    principals: [simPrincipal()],
    subscriptions: [SUBSCRIPTION],
    zones: [],
    locks: [],
    ...more,
  };
}

/** Somebody else puts a record set there, or takes it away, without asking the API. */
export function editBehind(zone: SimZone, name: string, type: string, properties?: Properties) {
  const others = zone.sets.filter((set) => set.name !== name || set.type !== type);
  const etag = randomUUID();
  commit(zone, properties ? [...others, { name, type, etag, properties }] : others);
}

export function commit(zone: SimZone, sets: readonly SimRecordSet[]): void {
  zone.sets = sets;
  zone.history.push(sets);
}

/** What Azure's name servers answer. */
export function servedBy({ zones }: Pick<AzureState, "zones">): readonly Zone[] {
  return zones
    .filter(({ zoneType }) => zoneType === "Public")
    .map(({ name, sets }) => ({
      apex: known(name),
      rrsets: sets.flatMap((set) => rrset(name, set)),
    }));
}

/** A record set as DNS has it; none where it is empty, or an alias. */
export function rrset(zone: string, { name, type, properties }: SimRecordSet): readonly RRset[] {
  const values = valuesOf(type, properties);
  const owner = known(name === "@" ? zone : `${name}.${zone}`);
  return values.length === 0 ? [] : [{ name: owner, type, ttl: properties.TTL, values }];
}

type Item = Readonly<Record<string, unknown>>;

function valuesOf(type: string, properties: Properties): readonly string[] {
  const list = (key: string): readonly Item[] => (properties[key] as readonly Item[] | null) ?? [];
  const one = properties[`${type}Record`] as Item | undefined;
  switch (type) {
    case "TXT":
      return list("TXTRecords").map(({ value }) => (value as readonly string[]).join(""));
    case "A":
      return list("ARecords").map(({ ipv4Address }) => String(ipv4Address));
    case "NS":
      return list("NSRecords").map(({ nsdname }) => known(`${nsdname}`));
    case "MX":
      return list("MXRecords").map(
        ({ preference, exchange }) => `${preference} ${known(`${exchange}`)}`,
      );
    case "CNAME":
      return one === undefined ? [] : [known(`${one["cname"]}`)];
    case "SOA":
      return one === undefined ? [] : [soa(one)];
    default:
      return [];
  }
}

function soa(item: Item): string {
  const numbers = ["serialNumber", "refreshTime", "retryTime", "expireTime", "minimumTTL"];
  const names = [known(`${item["host"]}`), known(`${item["email"]}`)];
  return [...names, ...numbers.map((key) => item[key])].join(" ");
}

function known(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new RangeError(`${text} is no name`);
  return name;
}

/** A UUID, always the same for the same text. */
export function idOf(text: string): string {
  const hex = createHash("md5").update(text).digest("hex");
  return [8, 12, 16, 20, 32].map((end, at) => hex.slice([0, 8, 12, 16, 20][at], end)).join("-");
}
