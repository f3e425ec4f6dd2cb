import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import type { PlanInput } from "./desired.ts";
import { planDigest } from "./digest.ts";
import { findingsOf, opsOf } from "./part.ts";
import { type Op, type Part, type PartName, type Plan, partNames } from "./schema.ts";

/** Every op of a plan, in the order in which they are written. */
export function planOps(plan: Pick<Plan, "parts">): readonly Op[] {
  return partNames.flatMap((part) => opsOf(plan.parts[part]));
}

/** Three parts, and what is to be said of the domain as a whole, as one plan. */
export function assemblePlan(
  parts: Readonly<Record<PartName, Part>>,
  input: PlanInput,
  findings: readonly Finding[] = [],
): Plan {
  const { config, snapshot } = input;
  return {
    formatVersion: 1,
    domain: config.domain,
    zone: snapshot.zone.apex,
    host: config.host,
    source: snapshot.source,
    takenAt: snapshot.takenAt,
    digest: planDigest(config.domain, planOps({ parts })),
    parts,
    findings: [...findings],
  };
}

/**
 * Entries of `accept` that let nothing through today. Nothing is said while a part is unknown: it
 * may need one of them.
 */
export function idleAcceptance(
  parts: Readonly<Record<PartName, Part>>,
  input: PlanInput,
): readonly Finding[] {
  const all = partNames.map((name) => parts[name]);
  if (all.some((part) => part.status === "unknown")) return [];
  const needed = new Set(all.flatMap((part) => findingsOf(part).map((found) => found.rule)));
  const { domain, accept } = input.config;
  return accept
    .filter((rule) => !needed.has(rule))
    .map((rule) => finding("plan/accept-not-needed", { domain }, { rule }));
}
