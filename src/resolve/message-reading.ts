import type { AnswerRecord, Question } from "../core/dns/answer.ts";
import { type DomainName, isWithin } from "../core/dns/name.ts";
import type { Message, WireRecord } from "./wire.ts";

/** Where the aliases of an answer lead, and what is there. */
export interface Chain {
  readonly records: readonly AnswerRecord[];
  /** Each name that an alias pointed to; the last is where `records` are. */
  readonly aliases: readonly DomainName[];
  readonly isLoop: boolean;
}

export const MAX_ALIASES = 16;

/** Follows CNAMEs within the answer section. Records of other names are none of this answer. */
export function chainOf({ answer }: Message, question: Question): Chain {
  const aliases: DomainName[] = [];
  let name = question.name;
  for (;;) {
    const records = recordsAt(answer, name, question.type);
    const target = recordsAt(answer, name, "CNAME")[0]?.data as DomainName | undefined;
    if (records.length > 0 || target === undefined) return { records, aliases, isLoop: false };
    if (target === question.name || aliases.includes(target) || aliases.length === MAX_ALIASES) {
      return { records: [], aliases, isLoop: true };
    }
    aliases.push(target);
    name = target;
  }
}

/** Records of one name and type, each once (RFC 2181 5). */
export function recordsAt(
  section: readonly WireRecord[],
  name: DomainName,
  type: string,
): readonly AnswerRecord[] {
  const byData = new Map(
    section
      .filter((record) => record.name === name && record.type === type)
      .map(({ data, ttl }) => [data, { data, ttl }]),
  );
  return [...byData.values()];
}

export interface Soa {
  readonly apex: DomainName;
  readonly serial: number;
  readonly ttl: number;
  readonly minimum: number;
}

/** The SOA of the zone that holds `name`, from the answer or the authority section. */
export function soaFor({ answer, authority }: Message, name: DomainName): Soa | undefined {
  const record = [...answer, ...authority].find(
    ({ type, name: apex }) => type === "SOA" && isWithin(name, apex),
  );
  if (record === undefined) return undefined;
  const [serial = 0, , , , minimum = 0] = record.data.split(" ").slice(2).map(Number);
  return { apex: record.name, serial, ttl: record.ttl, minimum };
}

/** How long a "no" may be remembered (RFC 2308 5). */
export function negativeTtl(soa: Soa | undefined): { readonly negativeTtl?: number } {
  return soa ? { negativeTtl: Math.min(soa.ttl, soa.minimum) } : {};
}

export interface Referral {
  readonly zone: DomainName;
  readonly names: readonly DomainName[];
}

/** The name servers that a message refers to instead of answering (RFC 2308 2.2). */
export function referralOf(message: Message): Referral | undefined {
  return message.isAuthoritative ? undefined : authorityNs(message);
}

/** The same, also from a server that sets AA where it shouldn't; only the asker can tell. */
export function authorityNs({ authority, answer, rcode }: Message): Referral | undefined {
  const zone = authority.find(({ type }) => type === "NS")?.name;
  const isNegative = authority.some(({ type }) => type === "SOA");
  if (zone === undefined || rcode !== 0 || answer.length > 0 || isNegative) return undefined;
  return { zone, names: recordsAt(authority, zone, "NS").map(({ data }) => data as DomainName) };
}
