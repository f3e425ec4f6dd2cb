import type { DomainName } from "../../src/core/dns/name.ts";
import { type RRset, type Snapshot, rrsetsAt } from "../../src/core/dns/rrset.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import { bareOf, servedType } from "./codec.ts";
import { type Place, type Stored, recordsAt, storedRRsets } from "./records.ts";

/** By name: its records as OVH stores them. */
export type Book = Map<DomainName, readonly Stored[]>;

/**
 * What stands at the names of these ops, read record by record. At the zone's own name only what is
 * served as TXT, since everything else there is none of ours and each record costs a call.
 */
export async function readBook(
  place: Place,
  ops: readonly Op[],
  expected: readonly { readonly name: DomainName; readonly value: string }[],
  signal: AbortSignal,
): Promise<Book> {
  const names = [...new Set(ops.map((op) => op.name as DomainName))];
  const entries = await Promise.all(
    names.map(async (name) => {
      const types = name === place.apex ? ["TXT", "SPF"] : undefined;
      const found = await recordsAt(place, name, types, signal);
      const wanted = expected.filter((one) => one.name === name);
      const isComplete = wanted.every(({ value }) =>
        found.some((one) => bareOf(one.value) === bareOf(value)),
      );
      if (types === undefined || isComplete) return [name, found] as const;
      const rare = await recordsAt(place, name, ["DKIM", "DMARC"], signal);
      return [name, [...found, ...rare]] as const;
    }),
  );
  return new Map(entries);
}

/** The TXT values that a plan saw: where one is missing, it may be of a type that is rare there. */
export function textsOf(
  planned: Snapshot,
): readonly { readonly name: DomainName; readonly value: string }[] {
  const texts = planned.rrsets.filter(({ type }) => type === "TXT");
  return texts.flatMap(({ name, values }) => values.map((value) => ({ name, value })));
}

/** What the ops of one name want: is it so already, still as planned, or something else? */
export function compareAt(
  name: DomainName,
  ops: readonly Op[],
  { book, planned }: { readonly book: Book; readonly planned: Snapshot },
): "done" | "same" | "changed" {
  const stored = storedRRsets(book.get(name) ?? []);
  const own = ops.filter((op) => op.name === name);
  if (own.every((op) => isInPlace(op, stored))) return "done";
  const hasAlias = own.some(({ type, after }) => type === "CNAME" && after !== null);
  const types = hasAlias ? [...stored.map(({ type }) => type), "CNAME"] : ["TXT", "CNAME"];
  const before = rrsetsAt(planned, name);
  const ours = new Set(own.flatMap((op) => [op.before, op.after]));
  const isSame = types.every((type) => areSame(find(stored, type), find(before, type), ours));
  return isSame ? "same" : "changed";
}

function isInPlace({ type, before, after }: Op, stored: readonly RRset[]): boolean {
  const values = find(stored, type)?.values ?? [];
  return (
    (before === null || !values.includes(before)) && (after === null || values.includes(after))
  );
}

function find(rrsets: readonly RRset[], type: string): RRset | undefined {
  return rrsets.find((rrset) => rrset.type === type);
}

/**
 * Our own values are compared to the octet, others as far as OVH tells them alike everywhere. A TTL
 * is compared where both say one: the zone's default is told in different ways.
 */
function areSame(
  one: RRset | undefined,
  other: RRset | undefined,
  ours: ReadonlySet<string | null>,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  const isSameTtl = one.ttl === other.ttl || one.ttl === "default" || other.ttl === "default";
  const content = ({ values }: RRset): string => {
    const told = values.map((value) => (ours.has(value) ? value : ` ${bareOf(value)}`));
    return JSON.stringify([...new Set(told)].sort());
  };
  return isSameTtl && content(one) === content(other);
}

/** The records that carry one value, all of them where it was entered twice. */
export function carriersOf(records: readonly Stored[], op: Op): readonly Stored[] {
  return records.filter((one) => servedType(one.fieldType) === op.type && one.value === op.before);
}
