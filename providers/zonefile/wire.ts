import { nameFromLabels, type DomainName } from "../../src/core/dns/name.ts";

/**
 * Record data from their octets (RFC 1035 3.3), in the form of RRset.values; names stand in full,
 * since a master file has nothing to point back to. Undefined: these octets are no data of the type.
 */
export function decodeWire(type: string, octets: string): string | undefined {
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  return decode?.(octets);
}

const DECODERS: Readonly<Record<string, (octets: string) => string | undefined>> = {
  TXT: strings,
  SPF: strings,
  CNAME: target,
  DNAME: target,
  NS: target,
  PTR: target,
  MX: (octets) => {
    const name = octets.length > 2 ? target(octets.slice(2)) : undefined;
    return name && `${unsigned(octets.slice(0, 2))} ${name}`;
  },
  SOA: soa,
  A: (octets) => (octets.length === 4 ? codes(octets).join(".") : undefined),
  AAAA: (octets) =>
    octets.length === 16
      ? octets.replace(/../gs, (pair) => `${unsigned(pair).toString(16)}:`).slice(0, -1)
      : undefined,
};

function strings(octets: string): string | undefined {
  let joined = "";
  let at = 0;
  while (at < octets.length) {
    const end = at + 1 + octets.charCodeAt(at);
    joined += octets.slice(at + 1, end);
    at = end;
  }
  return at === octets.length && at > 0 ? joined : undefined;
}

function target(octets: string): DomainName | undefined {
  const name = readName(octets, 0);
  return name?.end === octets.length ? name.name : undefined;
}

function soa(octets: string): string | undefined {
  const mname = readName(octets, 0);
  const rname = mname && readName(octets, mname.end);
  if (!rname || octets.length !== rname.end + 20) return undefined;
  const numbers = [0, 4, 8, 12, 16].map((at) => unsigned(octets.slice(rname.end + at).slice(0, 4)));
  return [mname.name, rname.name, ...numbers].join(" ");
}

function readName(octets: string, start: number): { name: DomainName; end: number } | undefined {
  const labels: string[] = [];
  for (let at = start; at < octets.length;) {
    const end = at + 1 + octets.charCodeAt(at);
    if (end === at + 1) {
      const name = nameFromLabels(labels);
      return name && { name, end };
    }
    labels.push(octets.slice(at + 1, end));
    at = end;
  }
  return undefined;
}

function unsigned(octets: string): number {
  return codes(octets).reduce((sum, code) => sum * 256 + code, 0);
}

function codes(octets: string): readonly number[] {
  return Array.from(octets, (char) => char.charCodeAt(0));
}
