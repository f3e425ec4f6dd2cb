import { configFinding } from "../config/load.ts";
import type { LoadedStack } from "../config/load.ts";
import type { Plan } from "../core/plan/schema.ts";

/** Warns where a term is taken out of an SPF record that other stacks name as their `spf.domain`. */
export function withReliance(plan: Plan, neighbours: readonly LoadedStack[]): Plan {
  const { spf } = plan.parts;
  if (spf.status !== "changes" || !spf.ops.some(takesOut)) return plan;
  const files = neighbours
    .map(({ config }) => config)
    .filter((config) => config.domain !== plan.domain && !config.retire)
    .filter((config) => !config.spf.off && config.spf.domain === spf.name)
    .map(({ file }) => file);
  if (files.length === 0) return plan;
  const finding = configFinding("config/relied-on", plan.domain, { name: spf.name, files });
  return { ...plan, findings: [...plan.findings, finding] };
}

type SpfOp = Extract<Plan["parts"]["spf"], { status: "changes" }>["ops"][number];

/** Whether the record has fewer terms afterwards, or goes. */
function takesOut({ before, after }: SpfOp): boolean {
  const left = new Set(after?.split(/ +/) ?? []);
  return before?.split(/ +/).some((term) => !left.has(term)) ?? false;
}
