import type { Access } from "../../src/ports/dns-provider.ts";
import type { Api } from "./api.ts";
import type { ApiZone } from "./schema.ts";
import { listZones, refOf } from "./zones.ts";

const NEEDED = [
  { old: "#dns_records:read", right: "Zone → DNS → Read" },
  { old: "#dns_records:edit", right: "Zone → DNS → Edit" },
];

/** The zones that the token sees, and what Cloudflare says it may do there. */
export async function access(api: Api, signal: AbortSignal): Promise<Access> {
  const zones = await listZones(api, signal);
  const untold = zones.filter(({ permissions }) => (permissions ?? []).length === 0);
  return {
    zones: zones.map((zone) => {
      const { apex, nameservers } = refOf(zone);
      return { apex, nameservers, missing: missingIn(zone) };
    }),
    unknown: [
      ...(zones.length === 0
        ? ["A token without the right Zone → Zone → Read sees no zones, whatever else it may do."]
        : []),
      ...(untold.length > 0
        ? [`Cloudflare does not say what the token may do in ${untold.map(nameOf).join(", ")}.`]
        : []),
    ],
  };
}

function nameOf({ name }: ApiZone): string {
  return name;
}

function missingIn({ permissions }: ApiZone): readonly string[] {
  const held = permissions ?? [];
  return held.length === 0
    ? []
    : NEEDED.filter(({ old }) => !held.includes(old)).map(({ right }) => right);
}
