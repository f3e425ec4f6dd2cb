import { partNames } from "../core/plan/schema.ts";
import type { Plan } from "../core/plan/schema.ts";
import { exit } from "./exit-codes.ts";

/** What a plan says to whoever called the program, before anything was written. */
export function planExit(plan: Plan, expectNoChanges: boolean): number {
  const statuses = new Set(partNames.map((name) => plan.parts[name].status));
  if (statuses.has("unknown")) return exit.failed;
  if (statuses.has("refused")) return exit.refused;
  return expectNoChanges && statuses.has("changes") ? exit.changes : exit.ok;
}
