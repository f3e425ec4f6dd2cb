import type { Answer, Question } from "../core/dns/answer.ts";
import { type DomainName, isWithin } from "../core/dns/name.ts";
import { type RRset, type Snapshot, covers } from "../core/dns/rrset.ts";
import { placeOf } from "../core/plan/place.ts";

/** What the snapshot says: an answer, or that the name is an alias. */
export type Held = Answer | { readonly alias: DomainName };

const NOT_ASKED: Answer = {
  status: "servfail",
  detail: "the name is ours to write, so no resolver is asked for it (RFC 2308)",
};

/**
 * Answers from the snapshot instead of from a resolver, so that what the host holds counts.
 * Undefined: a resolver may be asked. It never may for `own` names: what does not exist yet would be
 * remembered as missing. Of other names in the zone only what is there is said, since what is
 * missing there may come from a wildcard or lie in another zone.
 */
export function heldAnswer(
  question: Question,
  snapshot: Snapshot,
  own: readonly DomainName[],
): Held | undefined {
  const { name, type } = question;
  if (!isWithin(name, snapshot.zone.apex)) return undefined;
  const isOwn = own.includes(name);
  const place = covers(snapshot, name) ? placeOf(snapshot, name, name) : undefined;
  if (place === undefined || place.obstacle !== undefined) return isOwn ? NOT_ASKED : undefined;
  if (isFilledIn(place.rrsets, type)) return undefined;
  const found = answerFrom(place.rrsets, type);
  if (found !== undefined || !isOwn) return found;
  if (place.wildcard !== undefined) {
    return answerFrom(place.wildcard.rrsets, type) ?? { status: "nodata" };
  }
  const exists = snapshot.rrsets.some((rrset) => isWithin(rrset.name, name));
  return { status: exists ? "nodata" : "nxdomain" };
}

/** Addresses that the host makes up by itself, from another resource of its own: DNS knows them. */
function isFilledIn(rrsets: readonly RRset[], type: string): boolean {
  const isAddress = type === "A" || type === "AAAA";
  return isAddress && rrsets.some((rrset) => rrset.type === type && rrset.values.length === 0);
}

function answerFrom(rrsets: readonly RRset[], type: string): Held | undefined {
  const rrset = rrsets.find((candidate) => candidate.type === type);
  if (rrset !== undefined) {
    const ttl = rrset.ttl === "default" ? 0 : rrset.ttl;
    return { status: "records", records: rrset.values.map((data) => ({ data, ttl })) };
  }
  const target = rrsets.find((candidate) => candidate.type === "CNAME")?.values[0];
  return target === undefined ? undefined : { alias: target as DomainName };
}
