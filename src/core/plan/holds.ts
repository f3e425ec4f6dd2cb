import type { DomainName } from "../dns/name.ts";
import type { Hold, RRType } from "../dns/rrset.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import type { PlanInput } from "./desired.ts";
import type { Op } from "./schema.ts";

/** Why the host would not do, or not serve, what these ops are for. */
export function heldOps(ops: readonly Op[], input: PlanInput): readonly Finding[] {
  const found = ops.flatMap((op) =>
    holdsAt(op.name as DomainName, op.type, input)
      .filter(({ value }) => value === undefined || value === op.before)
      .map((hold) => tell("host/held", hold, op.type, input)),
  );
  return found.filter(
    ({ message }, at) => found.findIndex((one) => one.message === message) === at,
  );
}

/** Why receivers don't get a record that needs no change. */
export function hiddenRecord(
  {
    name,
    type,
    values,
  }: { readonly name: DomainName; readonly type: RRType; readonly values: readonly string[] },
  input: PlanInput,
): readonly Finding[] {
  return holdsAt(name, type, input)
    .filter(({ against }) => against === "serving")
    .filter(({ value }) => values.length > 0 && (value === undefined || values.includes(value)))
    .map((hold) => tell("host/not-served", hold, type, input));
}

function holdsAt(name: DomainName, type: RRType, { snapshot }: PlanInput): readonly Hold[] {
  const holds = snapshot.holds ?? [];
  return holds.filter((hold) => hold.name === name && (hold.type ?? type) === type);
}

function tell(
  rule: "host/held" | "host/not-served",
  { name, reason, help }: Hold,
  type: RRType,
  { config }: PlanInput,
): Finding {
  return finding(rule, { domain: config.domain, name }, { name, type, reason, advice: help });
}
