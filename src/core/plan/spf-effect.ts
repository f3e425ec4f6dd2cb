import { type Lookup, done, together } from "../dns/answer.ts";
import { type Budget, spfBudget } from "../spf/budget.ts";
import { proveEdit, proveEffects } from "../spf/proof.ts";
import type { DomainName } from "../dns/name.ts";
import type { PlanInput } from "./desired.ts";
import { type Selected, type SpfSite, selectedAfter } from "./spf-site.ts";
import type { Op, Proof, SpfEffect } from "./schema.ts";

/** A change of the SPF values of one name, measured with live DNS. */
export interface Measured {
  readonly effect: SpfEffect;
  /** Absent where there is no single valid record on that side. */
  readonly before?: Budget;
  readonly after?: Budget;
  readonly proof: Proof;
}

/** Lookups, voids and octets before and after, and whose verdict changes (design, "Proof"). */
export function measure(
  site: SpfSite,
  ops: readonly Op[],
  input: PlanInput,
  ours: readonly string[],
): Lookup<Measured> {
  const { name } = site.place;
  const selected = selectedAfter(site, ops);
  const before = site.selected.map(({ value }) => value);
  const after = selected.map(({ value }) => value);
  const [old, ...more] = before;
  const [only, ...others] = after;
  const isEdit = old !== undefined && only !== undefined && more.length + others.length === 0;
  const { answers } = input;
  const measured = together({
    before: budgetOf(name, site.selected, input),
    after: budgetOf(name, selected, input),
    proof:
      isEdit && ours.length > 0
        ? proveEdit({ domain: name, before: old, after: only, ours, answers })
        : proveEffects({ domain: name, before, after, answers }),
  });
  if (!measured.done) return measured;
  const { value } = measured;
  return done({
    effect: effectFrom(before, after, value),
    ...(value.before !== undefined && { before: value.before }),
    ...(value.after !== undefined && { after: value.after }),
    proof: value.proof,
  });
}

/** The effect of a removal, which promises nothing but the table of who is concerned. */
export function effectOf(
  site: SpfSite,
  ops: readonly Op[],
  input: PlanInput,
): Lookup<SpfEffect | undefined> {
  if (ops.length === 0) return done(undefined);
  const measured = measure(site, ops, input, []);
  return measured.done ? done(measured.value.effect) : measured;
}

/** The most lookups without an answer that a sender of either family meets. */
export function mostVoids(budget: Budget): number {
  return Math.max(budget.voids.ip4, budget.voids.ip6);
}

function effectFrom(
  before: readonly string[],
  after: readonly string[],
  measured: { before: Budget | undefined; after: Budget | undefined; proof: Proof },
): SpfEffect {
  const { before: old, after: young, proof } = measured;
  return {
    lookups: { before: old?.lookups ?? null, after: young?.lookups ?? null },
    voids: { before: old ? mostVoids(old) : null, after: young ? mostVoids(young) : null },
    octets: { before: octetsIn(before), after: octetsIn(after) },
    proof,
  };
}

function budgetOf(
  name: DomainName,
  selected: readonly Selected[],
  input: PlanInput,
): Lookup<Budget | undefined> {
  const [only, ...more] = selected;
  if (only?.spf.kind !== "spf" || more.length > 0) return done(undefined);
  return spfBudget(name, only.value, input.answers);
}

function octetsIn(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + value.length, 0);
}
