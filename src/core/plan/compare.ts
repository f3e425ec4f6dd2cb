import type { DomainName } from "../dns/name.ts";
import { findRRset, rrsetsAt, type Snapshot } from "../dns/rrset.ts";
import type { Op } from "./schema.ts";

type Change = Pick<Op, "name" | "type" | "before" | "after">;

/** What the changes want: is it so already (`done`), still as planned (`same`), or something else? */
export function compare(
  changes: readonly Change[],
  planned: Snapshot,
  current: Snapshot,
): "done" | "same" | "changed" {
  const isDone = changes.every(({ name, type, before, after }) => {
    const values = findRRset(current, name as DomainName, type)?.values ?? [];
    return (
      (before === null || !values.includes(before)) && (after === null || values.includes(after))
    );
  });
  if (isDone) return "done";
  const isSame = changes.every(({ name }) => linesAt(planned, name) === linesAt(current, name));
  return isSame ? "same" : "changed";
}

function linesAt(snapshot: Snapshot, name: string): string {
  const rrsets = rrsetsAt(snapshot, name as DomainName).filter(({ type }) => type !== "SOA");
  return JSON.stringify(
    rrsets.map(({ type, ttl, values }) => [type, ttl, [...values].sort()]).sort(),
  );
}
