import { planOps } from "../../src/core/plan/assemble.ts";
import type { DomainConfig } from "../../src/core/plan/desired.ts";
import type { Plan, Receipt } from "../../src/core/plan/schema.ts";
import { isMailDnsError, type MailDnsError } from "../../src/core/errors.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import { planStack } from "../../src/engine/plan.ts";
import type { World } from "../../src/engine/world.ts";
import { config, fakeWorld, memoryReceipts, never } from "../engine/fake-world.ts";
import type { RunningHost } from "./host-under-test.ts";

/** The engine as every command uses it, without name servers to ask afterwards. */
export function worldOf({ provider, clock }: RunningHost): World {
  const fake = fakeWorld();
  return {
    ...fake,
    hostName: "the host",
    provider,
    clock: clock ?? fake.clock,
    receipts: memoryReceipts(),
    authority: {
      find: async (zone, { nameservers = [] }) => {
        const listed = { parent: nameservers, child: nameservers, servers: [], lame: [] };
        return { zone, ...listed, overridden: false };
      },
      ask: async () => ({ answer: { status: "timeout" }, authoritative: false }),
    },
  };
}

/** How a run ended: with a plan that had nothing to write, with a receipt, or with an error. */
export type Ending =
  | { readonly kind: "planned"; readonly plan: Plan }
  | { readonly kind: "written"; readonly plan: Plan; readonly receipt: Receipt }
  | { readonly kind: "stopped"; readonly error: MailDnsError };

/** Plans and applies, as one command does. Errors that are bugs are thrown. */
export async function change(world: World, more: Partial<DomainConfig> = {}): Promise<Ending> {
  try {
    const planned = await planStack(config(more), world, { source: "host" }, never);
    const { plan } = planned;
    if (planOps(plan).length === 0) return { kind: "planned", plan };
    const options = { verify: false, onEvent: () => undefined };
    return { kind: "written", plan, receipt: await applyPlan(planned, world, options, never) };
  } catch (error) {
    if (!isMailDnsError(error) || error.code === "internal") throw error;
    return { kind: "stopped", error };
  }
}

/** Whether everything that was to be written is there. */
export function isDone(ending: Ending): boolean {
  if (ending.kind === "stopped") return false;
  if (ending.kind === "planned") return true;
  return ending.receipt.steps.every(({ outcome }) => outcome === "done" || outcome === "already");
}
