import {
  type DomainName,
  isWithin,
  labelsOf,
  nameFromLabels,
  parseName,
} from "../../src/core/dns/name.ts";
import type { ZoneRef } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Api } from "./api.ts";
import type { Options } from "./index.ts";
import type { ApiZone } from "./schema.ts";

/** From so many domains on, the pages of one list cost less than a question for each. */
const MANY_DOMAINS = 5;
/** 50,000 zones; a list without an end has one here. */
const MOST_PAGES = 1000;

/** The zone that holds `domain`: the longest that fits, or the one that the stack file names. */
export async function findZone(
  api: Api,
  options: Options,
  domain: DomainName,
  signal: AbortSignal,
): Promise<ApiZone> {
  const zones =
    options.zoneId === undefined
      ? await zonesAround(api, options, domain, signal)
      : [await zoneById(api, options.zoneId, domain, signal)];
  const [zone, another] = servedOf(zones, options.accountId);
  if (zone === undefined) throw notFound(domain);
  if (another !== undefined) throw ambiguous(zones);
  if (zone.status !== "active") throw notLive(zone, `its status is ${zone.status ?? "not known"}`);
  if (zone.type === "partial" || zone.type === "internal") {
    throw notLive(zone, `it is a ${zone.type} zone, and other name servers serve the domain`);
  }
  return zone;
}

/** Of several zones with one name, those that are served; where none is, all. */
function servedOf(zones: readonly ApiZone[], accountId: string | undefined): readonly ApiZone[] {
  const own = zones.filter(({ account }) => accountId === undefined || account?.id === accountId);
  const active = own.filter(({ status }) => status === "active");
  return active.length > 0 ? active : own;
}

async function zoneById(
  api: Api,
  id: string,
  domain: DomainName,
  signal: AbortSignal,
): Promise<ApiZone> {
  const zone = await api.run.once(`cloudflare zone ${api.key()} ${id}`, async () =>
    (await api.client()).zone(id, signal),
  );
  const apex = parseName(zone.name);
  if (apex !== undefined && isWithin(domain, apex)) return zone;
  throw new MailDnsError("zone-not-found", `${domain} does not lie in the zone ${zone.name}.`, {
    help: "Correct `zoneId` below `odoo-mail-dns:cloudflare`, or leave it out.",
  });
}

/** All zones with the longest name that is the domain's own or above it. */
async function zonesAround(
  api: Api,
  { accountId }: Options,
  domain: DomainName,
  signal: AbortSignal,
): Promise<readonly ApiZone[]> {
  const listed = api.run.domains >= MANY_DOMAINS ? await zonesByName(api, signal) : undefined;
  for (const name of namesAbove(domain)) {
    const found = listed ? listed.get(name) : await askFor(api, { name, accountId }, signal);
    if (found !== undefined && found.length > 0) return found;
  }
  return [];
}

async function askFor(
  api: Api,
  { name, accountId }: { readonly name: string; readonly accountId: string | undefined },
  signal: AbortSignal,
): Promise<readonly ApiZone[]> {
  const account = accountId === undefined ? {} : { accountId };
  const { items } = await (await api.client()).zones({ name, ...account }, signal);
  return items.filter((zone) => parseName(zone.name) === name);
}

/** `a.b.example` and `b.example`: no zone is a top-level domain. */
function namesAbove(domain: DomainName): readonly DomainName[] {
  const labels = labelsOf(domain);
  return labels.slice(0, -1).flatMap((_, index) => nameFromLabels(labels.slice(index)) ?? []);
}

function zonesByName(
  api: Api,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly ApiZone[]>> {
  return api.run.once(`cloudflare zones ${api.key()}`, async () =>
    Map.groupBy(await listZones(api, signal), ({ name }) => parseName(name) ?? name),
  );
}

/** Every zone that the credential sees, by pages; as many as the first page says there are. */
export async function listZones(api: Api, signal: AbortSignal): Promise<readonly ApiZone[]> {
  const client = await api.client();
  const { items, info } = await client.zones({ page: 1 }, signal);
  const pages = Math.min(info?.total_pages ?? 1, MOST_PAGES);
  const others = Array.from({ length: Math.max(pages - 1, 0) }, (_, index) =>
    client.zones({ page: index + 2 }, signal),
  );
  return [items, ...(await Promise.all(others)).map((page) => page.items)].flat();
}

export function refOf(zone: ApiZone): ZoneRef {
  const apex = parseName(zone.name);
  if (apex === undefined) {
    throw new MailDnsError("transient", `Cloudflare's zone name ${zone.name} is no domain name.`);
  }
  const nameservers = (zone.name_servers ?? []).flatMap((name) => parseName(name) ?? []);
  return { apex, nameservers, nativeId: zone.id };
}

function notFound(domain: DomainName): MailDnsError {
  return new MailDnsError("zone-not-found", `The Cloudflare token sees no zone for ${domain}.`, {
    help: "Give it the rights Zone → Zone → Read and Zone → DNS → Edit for this zone, or use the account that has it.",
  });
}

function ambiguous(zones: readonly ApiZone[]): MailDnsError {
  const each = zones.map(({ id, account }) => `${id} (account ${account?.name ?? account?.id})`);
  return new MailDnsError(
    "zone-ambiguous",
    `Cloudflare has several zones named ${zones[0]?.name}: ${each.join(", ")}.`,
    { help: "Name one in the stack file: `odoo-mail-dns:cloudflare: { zoneId: ... }`." },
  );
}

function notLive(zone: ApiZone, why: string): MailDnsError {
  return new MailDnsError("zone-not-live", `Cloudflare does not serve ${zone.name}: ${why}.`, {
    help: "Use the host that the domain's name servers belong to, or finish the move to Cloudflare first.",
  });
}
