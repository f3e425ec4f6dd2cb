import { idOfZone, type Refusal, refuse, type SimRecordSet, type SimZone } from "./model.ts";
import { idOf } from "./zone.ts";

export function printSet(zone: SimZone, { name, type, etag, properties }: SimRecordSet): unknown {
  const id = `${idOfZone(zone)}/${type}/${name}`;
  const fqdn = `${name === "@" ? "" : `${name}.`}${zone.name}.`;
  return {
    id,
    name,
    type: `Microsoft.Network/dnszones/${type}`,
    etag,
    properties: { fqdn, provisioningState: "Succeeded", targetResource: {}, ...properties },
  };
}

export function printZone(zone: SimZone): unknown {
  return {
    id: idOfZone(zone),
    name: zone.name,
    type: "Microsoft.Network/dnszones",
    etag: idOf(idOfZone(zone)),
    location: "global",
    tags: {},
    properties: {
      maxNumberOfRecordSets: 10_000,
      maxNumberOfRecordsPerRecordSet: null,
      nameServers: zone.nameServers,
      numberOfRecordSets: zone.sets.length,
      zoneType: zone.zoneType,
    },
  };
}

/** One page, with a link to the next; a link past the end leads to an empty one. */
export function page(
  items: readonly unknown[],
  url: URL,
  most: number,
): { readonly value: readonly unknown[]; readonly nextLink?: string } {
  const top = url.searchParams.get("$top");
  const from = Number(url.searchParams.get("$skipToken") ?? 0);
  if (top !== null && !(/^\d{1,9}$/.test(top) && Number(top) >= 1 && Number(top) <= 1000)) {
    const message = `Invalid $top value: '${top}'. It must be a number between '1' and '1000'.`;
    throw refuse(400, "BadRequest", message);
  }
  const size = Math.min(Number(top ?? 100), most);
  const value = items.slice(from, from + size);
  if (from + size >= items.length) return { value };
  const next = new URL(url);
  next.searchParams.set("$skipToken", String(from + size));
  return { value, nextLink: next.href };
}

export function printRefusal({ code, message, from }: Refusal): unknown {
  return from === "dns" ? { code, message } : { error: { code, message } };
}
