import type { Zone } from "../../../examples/name-server/server.ts";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import type { RRset } from "../../../src/core/dns/rrset.ts";
import { unescapeTxt } from "../../../src/core/dns/txt.ts";
import type { SimRecord, SimZone } from "./model.ts";

const AUTOMATIC_TTL = 300;
/** Where Cloudflare's proxy listens, and what an alias is flattened to. */
const EDGE = "192.0.2.200";

/** What the world is answered: proxied and flattened names with addresses, all else as it is kept. */
export function servedZone(zone: SimZone): Zone {
  const apex = nameOf(zone.name);
  const [primary] = zone.nameServers;
  const soa = `${primary} dns.cloudflare.com 2400000000 10000 2400 604800 1800`;
  const own: readonly RRset[] = [
    { name: apex, type: "SOA", ttl: 3600, values: [soa] },
    { name: apex, type: "NS", ttl: 86_400, values: zone.nameServers },
  ];
  const answers = zone.records.map((record) => answerOf(record, zone));
  const groups = Map.groupBy(answers, ({ name, type }) => `${name} ${type}`);
  return { apex, rrsets: [...own, ...[...groups.values()].flatMap(joined)] };
}

function answerOf(record: SimRecord, zone: SimZone): RRset {
  const { name, type, content, priority } = record;
  const ttl = record.ttl === 1 ? AUTOMATIC_TTL : record.ttl;
  if (record.proxied || isFlattened(record, zone)) {
    return { name: nameOf(name), type: "A", ttl, values: [EDGE] };
  }
  const data = type === "TXT" ? octetsOf(content) : content.toLowerCase();
  return { name: nameOf(name), type, ttl, values: [type === "MX" ? `${priority} ${data}` : data] };
}

function isFlattened({ name, type, settings }: SimRecord, zone: SimZone): boolean {
  if (type !== "CNAME") return false;
  return zone.flattenAll || name === zone.name || settings["flatten_cname"] === true;
}

function joined(answers: readonly RRset[]): readonly RRset[] {
  const [first] = answers;
  if (first === undefined) return [];
  const ttl = Math.min(...answers.map(({ ttl }) => Number(ttl)));
  return [{ ...first, ttl, values: [...new Set(answers.flatMap(({ values }) => values))] }];
}

/** The octets of a TXT record as it is kept: quoted strings, or a text without quotes. */
export function octetsOf(content: string): string {
  if (!content.startsWith('"')) return content;
  const strings = content.match(/(?<=")(?:[^"\\]|\\.)*(?="(?: |$))/gs) ?? [];
  return strings.map((string) => unescapeTxt(string) ?? "").join("");
}

function nameOf(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new Error(`${text} is no domain name`);
  return name;
}
