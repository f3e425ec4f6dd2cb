import pMap from "p-map";
import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import { isMailDnsError } from "../../src/core/errors.ts";
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
  const isApplication = client.identity === "application";
  const own = isApplication
    ? await ifAllowed(client.get("/auth/currentCredential", Credential, signal))
    : undefined;
  const apexes = names.flatMap((name) => parseName(name) ?? []);
  const zoneOf = async (apex: DomainName): Promise<Access["zones"][number]> => {
    const canSee = own === undefined || covers(own.rules, { method: "GET", path: zonePath(apex) });
    const zone = canSee ? await ifAllowed(client.get(zonePath(apex), Zone, signal)) : undefined;
    return {
      apex,
      nameservers: (zone?.nameServers ?? []).flatMap((name) => parseName(name) ?? []),
      missing: own === undefined ? [] : missing(own.rules, apex),
    };
  };
  const zones = await pMap(apexes, zoneOf, { concurrency: SIDE_BY_SIDE });
  const what = isApplication
    ? "this consumer key its access rules"
    : "a service account its policy";
  const unknown = own === undefined ? [`OVH does not show ${what}, beyond these zones.`] : [];
  return { zones, unknown };
}

/** Undefined: the credential may not look there, which is no reason to say nothing else. */
async function ifAllowed<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (isMailDnsError(error) && error.code === "permission") return undefined;
    throw error;
  }
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
