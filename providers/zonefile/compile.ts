import type { Snapshot } from "../../src/core/dns/rrset.ts";
import { checkOps } from "../../src/core/plan/check-ops.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Call } from "../../src/ports/dns-provider.ts";

/**
 * All ops in one call, because a file is replaced as a whole. Throws `invalid-input` for data that
 * no zone can hold, `conflict` where a CNAME would stand beside other records: the name server would
 * then refuse the zone, and every name in it would be gone.
 */
export function compileEdit(ops: readonly Op[], snapshot: Snapshot): readonly Call[] {
  if (ops.length === 0) return [];
  checkOps(ops, snapshot);
  const target = snapshot.zone.nativeId;
  return [
    {
      ops: ops.map((_, index) => index),
      summary: `edit ${target}: ${ops.map(wordsOf).join(", ")}, raise the serial`,
      method: "edit file",
      target,
      body: { ops },
    },
  ];
}

function wordsOf({ kind, name, type }: Op): string {
  const verbs = {
    "create-rrset": "add",
    "add-value": "add",
    "replace-value": "change",
    "remove-value": "remove",
  };
  return `${verbs[kind]} ${name} ${type}`;
}

/** The ops of a call that `compileEdit` made. */
export function opsOf(calls: readonly Call[]): readonly Op[] {
  return calls.flatMap((call) => (call.body as { readonly ops: readonly Op[] }).ops);
}
