import type { DomainName } from "../dns/name.ts";
import type { RRset } from "../dns/rrset.ts";
import { parseSpf } from "../spf/parse.ts";
import type { SpfRecord, SpfValue } from "../spf/record.ts";
import type { PlanInput } from "./desired.ts";
import { type Place, placeOf, rrsetOf, valuesOf } from "./place.ts";

/** A TXT value that receivers select as an SPF record (RFC 7208 4.5), valid or not. */
export interface Selected {
  readonly value: string;
  readonly spf: Extract<SpfValue, { kind: "spf" | "broken" }>;
}

export interface ValidRecord {
  readonly value: string;
  readonly record: SpfRecord;
}

export interface NearMiss {
  readonly value: string;
  readonly spf: Extract<SpfValue, { kind: "near" }>;
}

/** The TXT values of one name, sorted by what they are to a receiver. */
export interface SpfSite {
  readonly place: Place;
  readonly txt?: RRset;
  readonly selected: readonly Selected[];
  readonly near: readonly NearMiss[];
  /** How many values have nothing to do with SPF. */
  readonly others: number;
}

/** Undefined: the name was not read. */
export function spfSite(input: PlanInput, name: DomainName): SpfSite | undefined {
  const place = placeOf(input.snapshot, input.config.domain, name);
  if (place === undefined) return undefined;
  const txt = rrsetOf(place, "TXT");
  return { place, ...(txt !== undefined && { txt }), ...sortValues(valuesOf(place, "TXT")) };
}

/** The same for bare values, such as those of a wildcard. */
export function sortValues(
  values: readonly string[],
): Pick<SpfSite, "selected" | "near" | "others"> {
  const selected: Selected[] = [];
  const near: NearMiss[] = [];
  for (const value of values) {
    const spf = parseSpf(value);
    if (spf.kind === "near") near.push({ value, spf });
    else if (spf.kind !== "other") selected.push({ value, spf });
  }
  return { selected, near, others: values.length - selected.length - near.length };
}

/** The records that are valid; `undefined` where one of them is not. */
export function validRecords(site: Pick<SpfSite, "selected">): readonly ValidRecord[] | undefined {
  const valid = site.selected.flatMap(({ value, spf }) =>
    spf.kind === "spf" ? [{ value, record: spf.record }] : [],
  );
  return valid.length === site.selected.length ? valid : undefined;
}
