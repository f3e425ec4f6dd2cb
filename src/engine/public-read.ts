import { createHash } from "node:crypto";
import { type DomainName, isWithin } from "../core/dns/name.ts";
import type { RRset, RRType, Snapshot, Unread } from "../core/dns/rrset.ts";
import { isMailDnsError } from "../core/errors.ts";
import { canonicalJson } from "../core/plan/digest.ts";
import type { Clock } from "../ports/clock.ts";
import type { Authority, Delegation, NameServer, ServerAnswer } from "../ports/resolver.ts";
import { isoTime } from "./world.ts";

/** Types that any rule looks at besides TXT and CNAME, which decide whether these are asked for. */
const FURTHER_TYPES: readonly RRType[] = ["NS", "DNAME", "SPF", "MX", "A", "AAAA"];

export interface PublicReader {
  readonly authority: Authority;
  readonly clock: Clock;
}

/**
 * What the zone's name servers say of these names: every address is asked, and those that answer
 * must agree. A name about which they don't is left out of the coverage, with the reason in
 * `unread`, because an uncertain answer is never "nothing there".
 */
export async function readPublicly(
  reader: PublicReader,
  delegation: Delegation,
  names: readonly DomainName[],
  signal: AbortSignal,
): Promise<Snapshot> {
  const { zone, child, parent } = delegation;
  const takenAt = isoTime(reader.clock.now());
  const inside = names.filter((name) => isWithin(name, zone));
  const readings = await Promise.all(
    inside.map((name) => readName(reader, delegation, name, signal)),
  );
  const unread = readings.flatMap((reading) => ("reason" in reading ? [reading] : []));
  // Several names may lie below one cut, which is told once.
  const found = readings.flatMap((reading) => ("rrsets" in reading ? reading.rrsets : []));
  const rrsets = [
    ...new Map(found.map((rrset) => [`${rrset.name} ${rrset.type}`, rrset])).values(),
  ];
  const left = new Set(unread.map(({ name }) => name));
  return {
    zone: { apex: zone, nameservers: child.length > 0 ? child : parent, nativeId: zone },
    takenAt,
    source: "dns",
    coverage: inside.filter((name) => !left.has(name)),
    rrsets,
    version: createHash("sha256").update(canonicalJson(rrsets)).digest("hex"),
    ...(unread.length > 0 && { unread }),
  };
}

type Reading = { readonly rrsets: readonly RRset[] } | Unread;

async function readName(
  reader: PublicReader,
  delegation: Delegation,
  name: DomainName,
  signal: AbortSignal,
): Promise<Reading> {
  const ask = (type: RRType): Promise<Agreed> =>
    askAll(reader.authority, delegation.servers, { name, type }, signal);
  const txt = await ask("TXT");
  if ("reason" in txt)
    return (await cutAbove(reader, delegation, name, signal)) ?? { name, ...txt };
  if (!txt.exists) return { rrsets: [] };
  const others = txt.alias ? ["CNAME"] : FURTHER_TYPES;
  const agreed = await Promise.all(others.map(ask));
  const failed = agreed.find((one) => "reason" in one);
  if (failed !== undefined) return { name, reason: failed.reason };
  return {
    rrsets: [txt, ...agreed].flatMap((one) => ("rrset" in one && one.rrset ? [one.rrset] : [])),
  };
}

/** Where servers refer elsewhere, the name may lie in a zone of its own: then its cut is told. */
async function cutAbove(
  { authority }: PublicReader,
  delegation: Delegation,
  name: DomainName,
  signal: AbortSignal,
): Promise<Reading | undefined> {
  if (name === delegation.zone) return undefined;
  try {
    const { zone, parent } = await authority.find(name, {}, signal);
    if (zone === delegation.zone || !isWithin(zone, delegation.zone)) return undefined;
    return { rrsets: [{ name: zone, type: "NS", ttl: "default", values: parent }] };
  } catch (error) {
    if (isMailDnsError(error)) return undefined;
    throw error;
  }
}

type Agreed =
  | { readonly exists: boolean; readonly alias: boolean; readonly rrset?: RRset }
  | { readonly reason: string };

async function askAll(
  authority: Authority,
  servers: readonly NameServer[],
  question: { readonly name: DomainName; readonly type: RRType },
  signal: AbortSignal,
): Promise<Agreed> {
  const answers = await Promise.all(
    servers.map(async (server) => ({
      server,
      said: await authority.ask(server, question, signal),
    })),
  );
  const usable = answers.filter(({ said }) => isUsable(said));
  const [first] = usable;
  if (first === undefined) return { reason: whyNone(answers) };
  const other = usable.find(({ said }) => contentOf(said) !== contentOf(first.said));
  if (other !== undefined) {
    const names = `${printServer(first.server)} and ${printServer(other.server)}`;
    return { reason: `${names} give different ${question.type} answers for ${question.name}` };
  }
  return agreedOn(
    question,
    usable.map(({ said }) => said),
  );
}

function agreedOn(
  { name, type }: { readonly name: DomainName; readonly type: RRType },
  said: readonly ServerAnswer[],
): Agreed {
  const [first] = said.map(({ answer }) => answer);
  if (first?.status === "records") {
    const ttls = said.flatMap(({ answer }) =>
      answer.status === "records" ? answer.records.map(({ ttl }) => ttl) : [],
    );
    const values = first.records.map(({ data }) => data);
    return { exists: true, alias: false, rrset: { name, type, ttl: Math.max(...ttls), values } };
  }
  const alias = first?.status === "nodata" && (first.aliases?.length ?? 0) > 0;
  return { exists: first?.status === "nodata", alias };
}

function isUsable({ answer, authoritative }: ServerAnswer): boolean {
  return authoritative && answer.status !== "servfail" && answer.status !== "timeout";
}

/** What must be the same at every server: the data, in any order, whatever its TTL. */
function contentOf({ answer }: ServerAnswer): string {
  if (answer.status === "records") {
    return canonicalJson(answer.records.map(({ data }) => data).sort());
  }
  const aliases = answer.status === "nodata" ? (answer.aliases ?? []) : [];
  return aliases.length > 0 ? `alias ${aliases.join(" ")}` : answer.status;
}

function whyNone(
  answers: readonly { readonly server: NameServer; readonly said: ServerAnswer }[],
): string {
  if (answers.length === 0) return "no name server of the zone has an address";
  return answers
    .map(({ server, said }) => {
      const detail = "detail" in said.answer ? said.answer.detail : undefined;
      return `${printServer(server)} ${detail ?? "does not answer for the zone"}`;
    })
    .join("; ");
}

/** `ns1.example.net (192.0.2.53)` */
export function printServer({ name, address }: NameServer): string {
  return `${name} (${address})`;
}
