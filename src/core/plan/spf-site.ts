import type { DomainName } from "../dns/name.ts";
import type { RRset } from "../dns/rrset.ts";
import { parseSpf } from "../spf/parse.ts";
import type { SpfRecord, SpfValue } from "../spf/record.ts";
import type { PlanInput } from "./desired.ts";
import { type Place, placeOf, rrsetOf, valuesOf } from "./place.ts";
import type { Op } from "./schema.ts";

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
  /** Values with an SPF version that does not exist. */
  readonly misversioned: readonly string[];
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
export function sortValues(values: readonly string[]): Omit<SpfSite, "place" | "txt"> {
  const selected: Selected[] = [];
  const near: NearMiss[] = [];
  const misversioned: string[] = [];
  for (const value of values) {
    const spf = parseSpf(value);
    if (spf.kind === "near") near.push({ value, spf });
    else if (spf.kind !== "other") selected.push({ value, spf });
    else if (spf.version !== undefined) misversioned.push(value);
  }
  const others = values.length - selected.length - near.length;
  return { selected, near, misversioned, others };
}

/** The SPF records of the name once the ops are done. */
export function selectedAfter(site: SpfSite, ops: readonly Op[]): readonly Selected[] {
  const known = new Map(site.selected.map((record) => [record.value, record]));
  const values = valuesAfter([...known.keys()], ops);
  return values.flatMap((value) => known.get(value) ?? sortValues([value]).selected);
}

/** TXT values with the ops done. */
export function valuesAfter(values: readonly string[], ops: readonly Op[]): readonly string[] {
  return ops.reduce<readonly string[]>((now, op) => {
    if (op.before === null) return now.concat(op.after);
    return now.flatMap((value) => {
      if (value !== op.before) return [value];
      return op.after === null ? [] : [op.after];
    });
  }, values);
}

/** The records that are valid; `undefined` where one of them is not. */
export function validRecords(site: Pick<SpfSite, "selected">): readonly ValidRecord[] | undefined {
  const valid = site.selected.flatMap(({ value, spf }) =>
    spf.kind === "spf" ? [{ value, record: spf.record }] : [],
  );
  return valid.length === site.selected.length ? valid : undefined;
}
