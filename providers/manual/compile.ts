import type { DomainName } from "../../src/core/dns/name.ts";
import type { Snapshot } from "../../src/core/dns/rrset.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Call } from "../../src/ports/dns-provider.ts";

/** One thing to do in a control panel. Values are raw: no quotes, not split; whoever prints escapes. */
export interface Step {
  readonly action: "change" | "add" | "delete";
  readonly type: "TXT" | "CNAME";
  /** As panels want it: relative to the zone, `@` for the zone itself. */
  readonly host: string;
  readonly fqdn: string;
  /** The value to look for, when one is changed or deleted. */
  readonly find?: string;
  /** The value to enter, when one is changed or added. */
  readonly value?: string;
  /** Seconds; left out: whatever the panel offers. */
  readonly ttl?: number;
}

/** One step an op, in the order of the ops. */
export function compileSteps(ops: readonly Op[], { zone }: Snapshot): readonly Call[] {
  return ops.map((op, index) => {
    const step = stepOf(op, zone.apex);
    return {
      ops: [index],
      summary: `${step.action} the ${op.type} record at ${step.host}`,
      method: "by hand",
      target: zone.apex,
      body: step,
    };
  });
}

function stepOf({ name, type, before, after, ttl }: Op, apex: DomainName): Step {
  return {
    action: actionOf(before, after),
    type,
    host: name === apex ? "@" : name.slice(0, -apex.length - 1),
    fqdn: name,
    ...(before !== null && { find: before }),
    ...(after !== null && { value: after }),
    ...(after !== null && before === null && ttl !== "default" && { ttl }),
  };
}

function actionOf(before: string | null, after: string | null): Step["action"] {
  if (before === null) return "add";
  return after === null ? "delete" : "change";
}
