import { basename } from "node:path";
import { isWithin, parentOf, ROOT, type DomainName } from "../../src/core/dns/name.ts";
import { isMailDnsError, MailDnsError } from "../../src/core/errors.ts";
import type { Authority } from "../../src/ports/resolver.ts";
import { UNKNOWN_ORIGIN } from "./head.ts";
import type { OpenedFile } from "./load.ts";
import { apexOf, nameserversOf, readZone, type Zone } from "./zone.ts";

/**
 * The name of the zone in a file. Often the file does not say: its SOA record stands at `@`, and
 * what that means is written in the server's configuration. To guess wrong would be to edit
 * another domain's record, so then the file's own name must say it (`example.com.zone`), or, where
 * that is no domain's, the delegation in DNS. Throws `zone-not-found` where the file holds another zone, `config` where
 * nothing says which.
 */
export async function findApex(
  opened: OpenedFile,
  domain: DomainName,
  authority: Authority,
  signal: AbortSignal,
): Promise<DomainName> {
  const file = opened.place.shown;
  const apex =
    apexOf(opened.source, opened.include) ??
    apexInFileName(file, domain) ??
    (await delegatedZone(opened, domain, authority, signal));
  if (apex === undefined || apex === "other") {
    throw new MailDnsError(
      "config",
      `${file} does not say which zone it is: its SOA record stands at "@".`,
      {
        domain,
        help: "Write the zone's name at its top, `$ORIGIN example.com.`, or into the file's name, `example.com.zone`.",
      },
    );
  }
  if (!isWithin(domain, apex)) {
    throw new MailDnsError(
      "zone-not-found",
      `${file} holds the zone ${apex}, which does not contain ${domain}.`,
      { domain },
    );
  }
  return apex;
}

/** What people put around the zone's name; anything else could belong to the name itself. */
const FILE_NAME =
  /^(?:(?:db|named|zone|pri|primary|master|forward|fwd)[.-])?(.+?)(?:[.-](?:zone|db|dns|hosts|txt|master|internal|external))?$/;

/**
 * The domain or one of its parents, where the file's name is that name: `db.example.com`. `other`
 * where it looks like some other zone's.
 */
function apexInFileName(file: string, domain: DomainName): DomainName | "other" | undefined {
  const name = basename(file).toLowerCase();
  const inside = FILE_NAME.exec(name)?.[1] ?? name;
  const zones = ancestry(domain).filter((zone) => zone.includes("."));
  const found = zones.find((zone) => zone === name || zone === inside);
  return found ?? (inside.includes(".") ? "other" : undefined);
}

/** `a.example.com`, `example.com`, `com`. */
function ancestry(domain: DomainName): readonly DomainName[] {
  const parent = parentOf(domain);
  return parent === undefined || parent === ROOT ? [domain] : [domain, ...ancestry(parent)];
}

/** The file's own name servers are told to the look-up, as far as they can be read without the origin. */
async function delegatedZone(
  { source, include }: OpenedFile,
  domain: DomainName,
  authority: Authority,
  signal: AbortSignal,
): Promise<DomainName | undefined> {
  const nameservers = nameserversOf(readZone(source, { origin: UNKNOWN_ORIGIN, include }));
  const isKnown = nameservers.every((name) => !isWithin(name, UNKNOWN_ORIGIN));
  try {
    return (await authority.find(domain, isKnown ? { nameservers } : {}, signal)).zone;
  } catch (error) {
    if (isMailDnsError(error) && !signal.aborted) return undefined;
    throw error;
  }
}

/** Throws `zone-not-found` when the zone hands the domain on to other name servers. */
export function refuseDelegated(zone: Zone, domain: DomainName): void {
  const cut = zone.records.find(
    ({ type, name }) => type === "NS" && name !== zone.apex && isWithin(domain, name),
  );
  if (cut) {
    throw new MailDnsError(
      "zone-not-found",
      `${zone.soa.source.file} delegates ${cut.name} to other name servers; ${domain} is not kept in it.`,
      {
        domain,
        help: "Name the file of that zone.",
      },
    );
  }
}
