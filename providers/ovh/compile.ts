import type { DomainName } from "../../src/core/dns/name.ts";
import type { Snapshot } from "../../src/core/dns/rrset.ts";
import { checkOps } from "../../src/core/plan/check-ops.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Call } from "../../src/ports/dns-provider.ts";
import { subDomainOf } from "./codec.ts";
import { zonePath } from "./records.ts";

/**
 * A call for each op, and one that publishes them all. Ids are found at the moment of writing: they
 * change whenever somebody edits the zone in text mode. Throws `invalid-input` for what OVH could
 * not hold, `conflict` where a CNAME would stand beside something: OVH would store that, and then
 * serve none of the zone's changes.
 */
export function compileCalls(ops: readonly Op[], snapshot: Snapshot): readonly Call[] {
  if (ops.length === 0) return [];
  const { apex } = snapshot.zone;
  checkOps(ops, snapshot);
  const path = zonePath(apex);
  const publish: Call = {
    ops: [],
    summary: `publish the zone ${apex}`,
    method: "POST",
    target: `${path}/refresh`,
  };
  return [...ops.map((op, index) => callFor(op, index, apex)), publish];
}

function callFor(op: Op, index: number, apex: DomainName): Call {
  const [method, verb] =
    op.before === null
      ? ["POST", "add"]
      : op.after === null
        ? ["DELETE", "remove"]
        : ["PUT", "change"];
  const path = `${zonePath(apex)}/record`;
  return {
    ops: [index],
    summary: `${verb} the ${op.type} record at ${op.name}`,
    method,
    target: method === "POST" ? path : `${path}/{id}`,
    body: { ...op, subDomain: subDomainOf(op.name as DomainName, apex) },
  };
}

/** The op of a call that `compileCalls` made; undefined for the one that publishes. */
export function opOf({ body }: Call): Op | undefined {
  if (body === undefined) return undefined;
  const { subDomain: _, ...op } = body as Op & { readonly subDomain: string };
  return op;
}
