import type { RRset } from "../dns/rrset.ts";
import type { Op } from "./schema.ts";

/** Whether a change stands as it was written, among the values that are there now. */
export function isInPlace(op: Op, values: readonly string[]): boolean {
  if (op.after === null) return !values.includes(op.before);
  return values.includes(op.after) && (op.before === null || !values.includes(op.before));
}

/**
 * Whether a change was never made, or was taken back: everything is as before it. Of a value that
 * was new this can only be said where nothing is left at all: it may have been changed.
 */
export function isUndone(op: Op, values: readonly string[]): boolean {
  if (op.after === null) return values.includes(op.before);
  if (op.before === null) return values.length === 0;
  return !values.includes(op.after) && values.includes(op.before);
}

/**
 * The changes that lead back from `ops`, all in place in `rrset`: last first, so that a record that
 * was updated before another was removed is the last to change again.
 */
export function inverseOf(ops: readonly Op[], rrset: RRset | undefined): readonly Op[] {
  const left = new Set(rrset?.values);
  return ops.toReversed().map((op): Op => {
    const { name, type } = op;
    const ttl = rrset?.ttl ?? op.ttl;
    if (op.after === null) {
      const kind = left.size === 0 ? "create-rrset" : "add-value";
      left.add(op.before);
      return { kind, name, type, before: null, after: op.before, ttl };
    }
    left.delete(op.after);
    if (op.before === null) {
      return { kind: "remove-value", name, type, before: op.after, after: null, ttl };
    }
    left.add(op.before);
    return { kind: "replace-value", name, type, before: op.after, after: op.before, ttl };
  });
}
