import type { OvhZone } from "./zone.ts";

/**
 * `GET export`, in the layout of the control panel's text mode: SOA first, then the zone's own
 * records without a name, a TTL only where it is not the zone's, DKIM in parentheses.
 */
export function exportOf(zone: OvhZone): string {
  const [primary = ""] = zone.nameServers;
  const soa = `@\tIN SOA ${primary}. tech.ovh.net. (${zone.serial} 86400 3600 3600000 60)`;
  const records = zone.records.toSorted(
    (a, b) => order(a.subDomain) - order(b.subDomain) || (a.subDomain < b.subDomain ? -1 : 1),
  );
  const lines = records.map(({ fieldType, subDomain, target, ttl }) => {
    const type = ["DKIM", "DMARC", "SPF"].includes(fieldType) ? "TXT" : fieldType;
    const data = fieldType === "DKIM" || fieldType === "DMARC" ? chunked(target) : target;
    return `${subDomain.padEnd(16)} ${ttl === 0 ? "" : ttl} IN ${type.padEnd(6)} ${data}`;
  });
  return ["$TTL 3600", soa, ...lines, ""].join("\n");
}

function order(subDomain: string): number {
  return subDomain === "" ? 0 : 1;
}

function chunked(target: string): string {
  const chunks = target.match(/.{1,255}/g) ?? [];
  return `( ${chunks.map((chunk) => `"${chunk}"`).join(" ")} )`;
}
