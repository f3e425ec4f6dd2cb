import type { Op, Receipt, ServerReport } from "../core/plan/schema.ts";
import type { Call, Settled } from "../ports/dns-provider.ts";
import type { World } from "./world.ts";

/** What happens while a plan is applied, for whoever shows it. `ms` is how long it took. */
export type ApplyEvent =
  | { readonly kind: "read-again"; readonly ms: number }
  | { readonly kind: "saved"; readonly where: string; readonly receipt: Receipt }
  /** For a host that a person writes at: what to do there. */
  | { readonly kind: "instructions"; readonly calls: readonly Call[]; readonly ops: readonly Op[] }
  | {
      readonly kind: "write";
      readonly op: Op;
      readonly call?: Call;
      readonly outcome: Receipt["steps"][number]["outcome"];
      readonly detail?: string;
      readonly ms: number;
    }
  | { readonly kind: "settled"; readonly settled: Settled; readonly ms: number }
  | { readonly kind: "server"; readonly report: ServerReport; readonly ms: number }
  /** No name server could be asked, and why. */
  | { readonly kind: "not-verified"; readonly reason: string }
  | { readonly kind: "visible-by"; readonly at: string; readonly seconds: number }
  | { readonly kind: "interrupted" };

export interface ApplyOptions {
  /** Whether to ask every authoritative name server afterwards. */
  readonly verify: boolean;
  /** How long to wait for them, in milliseconds. */
  readonly deadlineMs?: number;
  onEvent(event: ApplyEvent): void;
}

/** One run of `applyPlan`: what every step of it is given. */
export interface Run {
  readonly world: World;
  readonly options: ApplyOptions;
  readonly signal: AbortSignal;
}
