import { isWithin, under } from "../core/dns/name.ts";
import type { Finding } from "../core/findings/finding.ts";
import { DKIM_PREFIX } from "../core/odoo.ts";
import { configFinding } from "./load.ts";
import type { LoadedStack, Place } from "./load.ts";

interface Claim {
  readonly what: string;
  readonly stack: { readonly name: string } & LoadedStack;
  readonly at: Place;
}

/** A record has one owner (design, section 6): one finding for each file that claims another's. */
export function ownershipFindings(
  stacks: readonly ({ readonly name: string } & LoadedStack)[],
): readonly Finding[] {
  const byRecord = Map.groupBy(stacks.flatMap(claimsOf), ({ what }) => what);
  return [...byRecord.values()].flatMap((claims) =>
    claims.length < 2 ? [] : claims.map((claim) => conflict(claim, claims)),
  );
}

function conflict({ what, stack, at }: Claim, claims: readonly Claim[]): Finding {
  const other = claims
    .filter((claim) => claim.stack !== stack)
    .map(({ at: { file, line, column } }) => `${file}:${line}:${column}`)
    .join(", ");
  return { ...configFinding("config/owner", stack.name, { what, other }), at };
}

/** The records that a stack writes; an `spf.domain` outside its zone is only checked. */
function claimsOf(stack: { readonly name: string } & LoadedStack): readonly Claim[] {
  const { config, locate } = stack;
  const claims: Claim[] = [];
  if (!config.spf.off && isWithin(config.spf.domain, config.zone ?? config.domain)) {
    const key = config.spf.domain === config.domain ? "domain" : "spf.domain";
    claims.push({ what: `SPF record of ${config.spf.domain}`, stack, at: locate(key) });
  }
  const dkim = under(DKIM_PREFIX, config.domain);
  if (config.dkim) claims.push({ what: `DKIM record ${dkim}`, stack, at: locate("domain") });
  return claims;
}
