import { type DomainName, isWithin } from "../core/dns/name.ts";
import type { Snapshot, ZoneRef } from "../core/dns/rrset.ts";
import { MailDnsError } from "../core/errors.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import { namesOf } from "../core/plan/names.ts";
import type { Delegation } from "../ports/resolver.ts";
import { readPublicly } from "./public-read.ts";
import type { Source, World } from "./world.ts";

export interface Taken {
  readonly snapshot: Snapshot;
  /** Who was asked, where the snapshot comes from DNS. */
  readonly delegation?: Delegation;
}

/**
 * Reads what is live at every name that a plan for this domain may need, and at `more`: from the host,
 * or from every name server of the zone.
 */
export async function takeSnapshot(
  config: DomainConfig,
  world: World,
  options: { readonly source: Source; readonly more?: readonly DomainName[] },
  signal: AbortSignal,
): Promise<Taken> {
  const namesIn = (apex: DomainName): readonly DomainName[] => {
    const names = [...namesOf({ ...config, zone: apex }), ...(options.more ?? [])];
    return [...new Set(names)].filter((name) => isWithin(name, apex));
  };
  if (options.source === "host") {
    const zone = await world.provider.findZone(config.zone ?? config.domain, signal);
    checkZone(config, zone.apex, world.hostName);
    return { snapshot: await world.provider.read(zone, namesIn(zone.apex), signal) };
  }
  const delegation = await world.authority.find(config.zone ?? config.domain, {}, signal);
  checkZone(config, delegation.zone, "DNS");
  const names = namesIn(delegation.zone);
  return { snapshot: await readPublicly(world, delegation, names, signal), delegation };
}

function checkZone(config: DomainConfig, apex: ZoneRef["apex"], where: string): void {
  const { domain, zone } = config;
  if (isWithin(domain, apex) && (zone === undefined || zone === apex)) return;
  throw new MailDnsError(
    "zone-not-found",
    `${where} has no zone ${zone ?? domain}: the one that was found is ${apex}.`,
    { domain, help: `Correct \`odoo-mail-dns:zone\` in ${config.file}, or leave it out.` },
  );
}
