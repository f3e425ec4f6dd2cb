import { isIPv4, isIPv6 } from "node:net";
import { type DomainName, parseName } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Where a name server really is, by its name; `.` stands for the root's servers. */
export type NameServerMap = ReadonlyMap<DomainName, readonly Endpoint[]>;

const DNS_PORT = 53;
const VARIABLE = "ODOO_MAIL_DNS_NAMESERVERS";

/**
 * Reads ODOO_MAIL_DNS_NAMESERVERS: `NAME=ADDR[:PORT],...`, an IPv6 address with a port in brackets.
 * `ns1.example.com=192.0.2.53,ns1.example.com=[2001:db8::53]:5353` gives one name two addresses;
 * `.=127.0.0.1:5300` replaces the root's servers. Throws `usage` with the entry at fault.
 */
export function parseNameServers(text: string): NameServerMap {
  const map = new Map<DomainName, Endpoint[]>();
  for (const [index, entry] of text.split(",").entries()) {
    if (entry.trim() === "") continue;
    const { name, endpoint } = parseEntry(entry.trim(), index + 1);
    map.set(name, [...(map.get(name) ?? []), endpoint]);
  }
  return map;
}

function parseEntry(entry: string, number: number): { name: DomainName; endpoint: Endpoint } {
  const at = entry.indexOf("=");
  if (at < 0) throw wrong(entry, number, "has no `=` between name and address");
  const name = parseName(entry.slice(0, at).trim());
  if (name === undefined) throw wrong(entry, number, "does not begin with a domain name");
  const endpoint = parseEndpoint(entry.slice(at + 1).trim());
  if (endpoint === undefined) {
    throw wrong(entry, number, "does not end with an IP address, or with a port from 1 to 65535");
  }
  return { name, endpoint };
}

function wrong(entry: string, number: number, what: string): MailDnsError {
  return new MailDnsError(
    "usage",
    `${VARIABLE}: entry ${number}, ${JSON.stringify(entry)}, ${what}.`,
    {
      help: "Write NAME=ADDRESS or NAME=ADDRESS:PORT, separated by commas; IPv6 with a port as [2001:db8::53]:5353.",
    },
  );
}

/**
 * `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]`, `[2001:db8::53]:5353`; port 53
 * where none is given. Undefined for anything else. Also reads `--resolver` and node's getServers().
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, bracketed, plain, portText] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = portText === undefined ? DNS_PORT : Number(portText);
  if (port < 1 || port > 65_535) return undefined;
  if (plain !== undefined) return isIPv4(plain) ? { address: plain, port } : undefined;
  const address = bracketed ?? text;
  return isIPv6(address) ? { address, port } : undefined;
}

/** `192.0.2.53:53`, `[2001:db8::53]:53`. */
export function printEndpoint({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
