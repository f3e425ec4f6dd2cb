import type { DomainName } from "../../src/core/dns/name.ts";
import type { Hold } from "../../src/core/dns/rrset.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import { recordOf } from "./records.ts";
import type { ApiRecord, ApiZone } from "./schema.ts";

/** What the records themselves say of being served and being editable, at these names. */
export function holdsOf(
  records: readonly ApiRecord[],
  zone: { readonly apex: DomainName },
  names: readonly DomainName[],
): readonly Hold[] {
  return records.flatMap((record) => {
    const { name, type, value } = recordOf(record, zone);
    if (!names.includes(name)) return [];
    const isAlias = type === "CNAME";
    return [
      ...(isAlias && record.proxied === true ? [{ name, type, ...PROXIED }] : []),
      ...(isAlias && record.settings?.flatten_cname === true ? [{ name, type, ...FLATTENED }] : []),
      ...(isKept(record) ? [{ name, type, value, ...keptBy(record) }] : []),
    ];
  });
}

const PROXIED = {
  against: "serving",
  reason: "it is behind Cloudflare's proxy, which answers with addresses instead",
  help: "In Cloudflare's dashboard, set the record's proxy status to DNS only.",
} as const;

const FLATTENED = {
  against: "serving",
  reason: "Cloudflare flattens it, that is, answers with addresses instead",
  help: "In Cloudflare's dashboard, turn CNAME flattening off for this record.",
} as const;

/** Not verified: whether a record's own `flatten_cname: false` would overrule the zone's setting. */
const flattened = (name: DomainName): Hold => ({
  name,
  type: "CNAME",
  against: "serving",
  reason:
    "the zone is set to flatten all CNAME records, so that it would be answered with addresses",
  help: "In Cloudflare's dashboard, under DNS, Settings, set CNAME flattening to the zone's own name only.",
});

function isKept({ meta }: ApiRecord): boolean {
  return meta?.read_only === true || meta?.email_routing === true;
}

function keptBy({ meta }: ApiRecord): Pick<Hold, "against" | "reason" | "help"> {
  if (meta?.email_routing !== true) {
    return {
      against: "writing",
      reason: "another product of Cloudflare's keeps this record, and it can't be edited",
      help: "Change it where that product is set up, or turn the product off.",
    };
  }
  return {
    against: "writing",
    reason:
      "Cloudflare Email Routing made this record: it locks it, or deletes it when it is turned off",
    help: "In Cloudflare's dashboard, unlock Email Routing's DNS records, delete this one, and add the same text as a record of your own.",
  };
}

/** A secondary zone takes its records from elsewhere. */
export function secondaryHolds(
  zone: ApiZone | undefined,
  names: readonly DomainName[],
): readonly Hold[] {
  if (zone?.type !== "secondary") return [];
  return names.map((name) => ({
    name,
    against: "writing",
    reason: "Cloudflare is a secondary here and takes the zone from another server",
    help: "Change the record at the zone's primary.",
  }));
}

/** The CNAMEs that these ops want to be served, where the zone flattens all of them. */
export function flattenedOps(ops: readonly Op[]): readonly Hold[] {
  return ops
    .filter(({ type, after }) => type === "CNAME" && after !== null)
    .map(({ name }) => flattened(name as DomainName));
}
