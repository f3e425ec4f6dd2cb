import {
  type DomainName,
  isWithin,
  labelsOf,
  nameFromLabels,
  parseName,
} from "../../src/core/dns/name.ts";
import type { ZoneRef } from "../../src/core/dns/rrset.ts";
import { isMailDnsError, MailDnsError } from "../../src/core/errors.ts";
import type { Authority } from "../../src/ports/resolver.ts";
import { type Api, DNS_VERSION } from "./api.ts";
import { notUnderstood } from "./errors.ts";
import { ApiZone } from "./schema.ts";

/** Where zones are looked for. */
export interface Where {
  readonly subscription: string;
  readonly resourceGroup?: string | undefined;
}

export interface AzureZone extends ZoneRef {
  readonly resourceGroup: string;
}

/** From so many domains on, one list costs less than a question for each. */
const MANY_DOMAINS = 5;
/** The most that Azure lets ask for (MicrosoftDocs/feedback#1111). */
export const PER_PAGE = 1000;

/** The zone that holds `domain`: the longest that fits; of several with one name, the live one. */
export async function findZone(
  {
    api,
    where,
    authority,
  }: { readonly api: Api; readonly where: Where; readonly authority: Authority },
  domain: DomainName,
  signal: AbortSignal,
): Promise<ZoneRef> {
  const zones = await zonesAround(api, where, domain, signal);
  const [zone, another] = zones;
  if (zone === undefined) throw notFound(domain, where);
  return refOf(another === undefined ? zone : await delegated(zones, authority, signal));
}

/** All zones with the longest name that is the domain's own or above it. */
async function zonesAround(
  api: Api,
  where: Where,
  domain: DomainName,
  signal: AbortSignal,
): Promise<readonly AzureZone[]> {
  const { resourceGroup } = where;
  if (resourceGroup === undefined) {
    return longest(await listOnce(api, where, signal).catch(withoutGroup), domain);
  }
  if (api.run.domains >= MANY_DOMAINS) {
    const zones = await listIfAllowed(api, where, signal);
    if (zones !== undefined) return longest(zones, domain);
  }
  return zoneByName(api, { ...where, resourceGroup }, domain, signal);
}

function withoutGroup(error: unknown): never {
  if (!isMailDnsError(error) || error.code !== "permission") throw error;
  const help =
    "Name the zone's `resourceGroup` below `odoo-mail-dns:azure` if the role is on the zone alone; listing zones needs it on the subscription.";
  throw new MailDnsError(error.code, error.message, { ...error.details, help });
}

function longest(zones: readonly AzureZone[], domain: DomainName): readonly AzureZone[] {
  const around = zones.filter(({ apex }) => isWithin(domain, apex));
  const length = Math.max(...around.map(({ apex }) => apex.length));
  return around.filter(({ apex }) => apex.length === length);
}

/** Asks for the domain's own name and those above it; no zone is a top-level domain. */
async function zoneByName(
  api: Api,
  {
    subscription,
    resourceGroup,
  }: { readonly subscription: string; readonly resourceGroup: string },
  domain: DomainName,
  signal: AbortSignal,
): Promise<readonly AzureZone[]> {
  const labels = labelsOf(domain);
  const names = labels.slice(0, -1).flatMap((_, at) => nameFromLabels(labels.slice(at)) ?? []);
  let forbidden: unknown;
  for (const name of names) {
    const path = zonePath({ subscription, resourceGroup }, name);
    try {
      const zone = await api.get(path, { schema: ApiZone, version: DNS_VERSION }, signal);
      return publicZones([zone]);
    } catch (error) {
      const code = isMailDnsError(error) ? error.code : undefined;
      if (code !== "zone-not-found" && code !== "permission") throw error;
      // Of what it may not see Azure does not say whether it is there.
      if (code === "permission") forbidden ??= error;
    }
  }
  if (forbidden !== undefined) throw forbidden;
  return [];
}

function listOnce(api: Api, where: Where, signal: AbortSignal): Promise<readonly AzureZone[]> {
  return api.run.once(`azure zones ${api.key}`, () => listZones(api, where, signal));
}

/** A role on single zones does not let their group be listed: that would be so for every domain. */
function listIfAllowed(
  api: Api,
  where: Where,
  signal: AbortSignal,
): Promise<readonly AzureZone[] | undefined> {
  return api.run.once(`azure zones ${api.key} ${where.resourceGroup}`, () =>
    listZones(api, where, signal).catch((error: unknown) => {
      if (isMailDnsError(error) && error.code === "permission") return undefined;
      throw error;
    }),
  );
}

/** Every public zone in the subscription, or in a group of it. */
export async function listZones(
  api: Api,
  { subscription, resourceGroup }: Where,
  signal: AbortSignal,
): Promise<readonly AzureZone[]> {
  const scope = `/subscriptions/${subscription}`;
  const group =
    resourceGroup === undefined ? "" : `/resourceGroups/${encodeURIComponent(resourceGroup)}`;
  const path = `${scope}${group}/providers/Microsoft.Network/dnsZones`;
  const listing = { item: ApiZone, version: DNS_VERSION, top: PER_PAGE };
  return publicZones(await api.list(path, listing, signal));
}

function publicZones(zones: readonly ApiZone[]): readonly AzureZone[] {
  const isPublic = ({ properties }: ApiZone): boolean => properties.zoneType !== "Private";
  return zones.filter(isPublic).map(readZone);
}

const ID =
  /^\/subscriptions\/([0-9a-f-]{36})\/resourceGroups\/([^/]{1,90})\/providers\/Microsoft\.Network\/dnszones\/([^/]+)$/i;
const PLAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

function readZone({ id, name, properties }: ApiZone): AzureZone {
  const [, subscription = "", group = "", last = ""] = ID.exec(id) ?? [];
  const apex = parseName(name);
  if (apex === undefined || !PLAIN.test(apex) || parseName(last) !== apex || /^\.+$/.test(group)) {
    throw notUnderstood({ call: "GET dnsZones" }, "a zone's id does not fit its name");
  }
  return {
    apex,
    nameservers: (properties.nameServers ?? []).flatMap((server) => parseName(server) ?? []),
    nativeId: zonePath({ subscription, resourceGroup: group }, apex),
    resourceGroup: group,
  };
}

function zonePath({ subscription, resourceGroup }: Where, name: string): string {
  const group = `/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(resourceGroup ?? "")}`;
  return `${group}/providers/Microsoft.Network/dnsZones/${encodeURIComponent(name)}`;
}

function refOf({ apex, nameservers, nativeId }: AzureZone): ZoneRef {
  return { apex, nameservers, nativeId };
}

/** Of zones with one name, the one to whose name servers the world is sent. */
async function delegated(
  zones: readonly AzureZone[],
  authority: Authority,
  signal: AbortSignal,
): Promise<AzureZone> {
  const [first] = zones;
  if (first === undefined) throw new MailDnsError("internal", "There is no zone to choose from.");
  const parent = await parentOf(first.apex, authority, signal);
  const live = zones.filter(({ nameservers }) => nameservers.some((name) => parent.includes(name)));
  const [zone, another] = live;
  if (zone !== undefined && another === undefined) return zone;
  const groups = zones.map(({ resourceGroup }) => resourceGroup).join(", ");
  const why = live.length === 0 ? "DNS leads to none of them" : "DNS leads to more than one";
  throw new MailDnsError(
    "zone-ambiguous",
    `Azure has several zones ${first.apex}, in the resource groups ${groups}, and ${why}.`,
    { help: "Name one in the stack file: `odoo-mail-dns:azure: { resourceGroup: ... }`." },
  );
}

async function parentOf(
  apex: DomainName,
  authority: Authority,
  signal: AbortSignal,
): Promise<readonly DomainName[]> {
  try {
    const { zone, parent } = await authority.find(apex, {}, signal);
    return zone === apex ? parent : [];
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

function notFound(domain: DomainName, { resourceGroup }: Where): MailDnsError {
  const where =
    resourceGroup === undefined ? "the subscription" : `the resource group ${resourceGroup}`;
  return new MailDnsError(
    "zone-not-found",
    `Azure shows no public zone for ${domain} in ${where}.`,
    {
      help: "Give the login the role DNS Zone Contributor on the zone, or correct AZURE_SUBSCRIPTION_ID or `resourceGroup`.",
    },
  );
}
