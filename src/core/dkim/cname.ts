import { type DomainName, ROOT, isWithin, parseName, under } from "../dns/name.ts";
import { DKIM_PREFIX, DKIM_TARGET } from "../odoo.ts";

/** What a CNAME at `odoo._domainkey.<domain>` points to, seen from what was meant. */
export type Target =
  | { readonly kind: "right" }
  /** Ours, mistyped; `reason` says how. Corrected as a shown change. */
  | { readonly kind: "misspelt"; readonly reason: string }
  /** Somebody else's key: changed only with the owner's word. */
  | { readonly kind: "other" };

const PARTS_OF_OURS: ReadonlySet<string> = new Set([
  "odoo.com",
  "www.odoo.com",
  "_domainkey.odoo.com",
  "odoo.domainkey.odoo.com",
  "domainkey.odoo.com",
  "odoo._domainkey",
]);

/** `odoo._domainkey.example.com` for `example.com`; undefined when that is too long for a name. */
export function dkimName(domain: DomainName): DomainName | undefined {
  return under(DKIM_PREFIX, domain);
}

/**
 * Judges a CNAME target by K2, K3 and K8: `odoo._domainkey.odoo.com.example.com` in the zone
 * `example.com` is a forgotten final dot, `odoo._domainkey.example.com` a loop, `odoo.com` half a
 * name; any other target is somebody's decision.
 */
export function judgeTarget(target: DomainName, domain: DomainName, apex: DomainName): Target {
  if (target === DKIM_TARGET) return { kind: "right" };
  const own = dkimName(domain);
  if (target === own) return misspelt("it points to itself, in a loop");
  if (PARTS_OF_OURS.has(target)) return misspelt("that is only a part of the right name");
  const ours = suffixesOf(domain, apex).some((suffix) => target === under(DKIM_TARGET, suffix));
  if (ours) return misspelt("the final dot was forgotten, so the zone's name was added to it");
  const twice = own !== undefined && suffixesOf(domain, apex).some((s) => target === under(own, s));
  if (twice) return misspelt("it has the domain in its name twice");
  if (target === parseName(`${DKIM_TARGET}.odoo.com`)) {
    return misspelt("it has odoo.com in its name twice");
  }
  return { kind: "other" };
}

/** What a form may have added to a name that was typed in full: the domain, or its zone. */
function suffixesOf(domain: DomainName, apex: DomainName): readonly DomainName[] {
  return apex !== ROOT && isWithin(domain, apex) && apex !== domain ? [domain, apex] : [domain];
}

function misspelt(reason: string): Target {
  return { kind: "misspelt", reason };
}
