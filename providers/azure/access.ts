import { isMailDnsError } from "../../src/core/errors.ts";
import type { Access } from "../../src/ports/dns-provider.ts";
import type { Api } from "./api.ts";
import { ApiPermission } from "./schema.ts";
import { type AzureZone, listZones, type Where } from "./zones.ts";

const PERMISSIONS_VERSION = "2022-04-01";

/** The least that a plan and its writes need; see docs/hosts/azure.md. */
const NEEDED: readonly string[] = [
  "Microsoft.Network/dnsZones/read",
  "Microsoft.Network/dnsZones/recordsets/read",
  "Microsoft.Network/dnsZones/TXT/read",
  "Microsoft.Network/dnsZones/TXT/write",
  "Microsoft.Network/dnsZones/TXT/delete",
  "Microsoft.Network/dnsZones/CNAME/read",
  "Microsoft.Network/dnsZones/CNAME/write",
  "Microsoft.Network/dnsZones/CNAME/delete",
];

/** The zones that the login sees in its subscription, and what it may not do there. */
export async function access(api: Api, where: Where, signal: AbortSignal): Promise<Access> {
  const zones = await listZones(api, where, signal);
  const unknown: string[] = [];
  const looked = await Promise.all(
    zones.map(async (zone) => {
      const { apex, nameservers } = zone;
      const missing = await missingAt(zone, api, signal);
      if (missing === undefined) unknown.push(apex);
      return { apex, nameservers, missing: missing ?? [] };
    }),
  );
  const untold = `Azure does not show this login its own rights in ${unknown.toSorted().join(", ")}: it lacks Microsoft.Authorization/permissions/read.`;
  return { zones: looked, unknown: unknown.length === 0 ? [] : [untold] };
}

/** Undefined: Azure does not say. */
async function missingAt(
  { nativeId }: AzureZone,
  api: Api,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const path = `${nativeId}/providers/Microsoft.Authorization/permissions`;
  const listing = { item: ApiPermission, version: PERMISSIONS_VERSION };
  try {
    const held = await api.list(path, listing, signal);
    return NEEDED.filter((action) => !held.some((one) => allows(one, action)));
  } catch (error) {
    if (isMailDnsError(error) && error.code === "permission") return undefined;
    throw error;
  }
}

function allows({ actions, notActions }: ApiPermission, action: string): boolean {
  const fitting = (patterns: readonly string[] | null): boolean =>
    (patterns ?? []).some((pattern) => fits(pattern, action));
  return fitting(actions) && !fitting(notActions);
}

/** `*` stands for anything, and case does not count. */
function fits(pattern: string, action: string): boolean {
  const [first = "", ...others] = pattern.toLowerCase().split("*");
  let rest = action.toLowerCase();
  if (others.length === 0) return rest === first;
  if (!rest.startsWith(first)) return false;
  rest = rest.slice(first.length);
  const last = others.pop() ?? "";
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return rest.endsWith(last);
}
