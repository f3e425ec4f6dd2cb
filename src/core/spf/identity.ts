import { networkOf, parseAddress } from "./network.ts";
import type { Mechanism, Term } from "./term.ts";

/**
 * What a mechanism matches, in one spelling, without its qualifier: mechanisms with the same text
 * here match the same senders. `INCLUDE:_spf.Odoo.com.` and `include:_spf.odoo.com` do (RFC 7208
 * 4.6.1, 4.3), `include:_spf.odoo.com.au` does not. Names with macros are compared as written,
 * because an upper-case macro letter means something (7.3).
 */
export function sendersOf(mechanism: Mechanism): string {
  const { name, domain, network, prefix4, prefix6 } = mechanism;
  if (network !== undefined) return `${name}:${networkText(network, prefix4 ?? prefix6 ?? 0)}`;
  const place = domain === undefined ? "" : `:${domain.includes("%") ? domain : plainName(domain)}`;
  const prefixes = prefix4 === undefined ? "" : `/${prefix4}//${prefix6}`;
  return `${name}${place}${prefixes}`;
}

/** A term in one spelling, qualifier included (`+` where none is written). */
export function identityOf(term: Term): string {
  return term.kind === "modifier"
    ? `${term.name}=${term.value}`
    : `${term.qualifier}${sendersOf(term)}`;
}

function plainName(domain: string): string {
  const name = domain.toLowerCase();
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** A network by its first address and its length, since the bits behind the length mean nothing. */
function networkText(network: string, prefix: number): string {
  const address = parseAddress(network);
  return address === undefined
    ? network
    : `${networkOf(address, prefix).words.join(".")}/${prefix}`;
}
