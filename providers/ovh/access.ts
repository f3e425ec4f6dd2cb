import pMap from "p-map";
import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import type { Access, HostContext } from "../../src/ports/dns-provider.ts";
import { createClient } from "./client.ts";
import { SIDE_BY_SIDE, zonePath } from "./records.ts";
import { Credential, Zone, ZoneNames } from "./schema.ts";

interface Rule {
  readonly method: string;
  readonly path: string;
}

/** All that is ever called for one zone, as access rules name it. */
export function rulesFor(apex: DomainName): readonly Rule[] {
  const zone = zonePath(apex);
  return [
    { method: "GET", path: `${zone}/export` },
    { method: "GET", path: `${zone}/record` },
    { method: "GET", path: `${zone}/record/*` },
    { method: "POST", path: `${zone}/record` },
    { method: "PUT", path: `${zone}/record/*` },
    { method: "DELETE", path: `${zone}/record/*` },
    { method: "POST", path: `${zone}/refresh` },
    { method: "GET", path: `${zone}/status` },
  ];
}

/** What the credential sees, and which access rules it lacks. Only reads. */
export async function accessOf(context: HostContext, signal: AbortSignal): Promise<Access> {
  const client = await createClient(context);
  const names = await client.get("/domain/zone", ZoneNames, signal);
  const own =
    client.identity === "application"
      ? await client.get("/auth/currentCredential", Credential, signal)
      : undefined;
  const apexes = names.flatMap((name) => parseName(name) ?? []);
  const zoneOf = async (apex: DomainName): Promise<Access["zones"][number]> => {
    const canSee = own === undefined || covers(own.rules, { method: "GET", path: zonePath(apex) });
    const zone = canSee ? await client.get(zonePath(apex), Zone, signal) : undefined;
    return {
      apex,
      nameservers: (zone?.nameServers ?? []).flatMap((name) => parseName(name) ?? []),
      missing: own === undefined ? [] : missing(own.rules, apex),
    };
  };
  const zones = await pMap(apexes, zoneOf, { concurrency: SIDE_BY_SIDE });
  return { zones, unknown: unknownOf(own !== undefined) };
}

function unknownOf(isApplication: boolean): readonly string[] {
  if (isApplication) return [];
  return [
    "OVH does not show a service account what its IAM policy allows beyond seeing these zones.",
  ];
}

function missing(rules: readonly Rule[], apex: DomainName): readonly string[] {
  return rulesFor(apex)
    .filter((rule) => !covers(rules, rule))
    .map(({ method, path }) => `${method} ${path}`);
}

/** `*` in a rule stands for anything, slashes included; so a rule may cover another one. */
function covers(rules: readonly Rule[], { method, path }: Rule): boolean {
  return rules.some((rule) => {
    const parts = rule.path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return rule.method === method && new RegExp(`^${parts.join(".*")}$`).test(path);
  });
}
