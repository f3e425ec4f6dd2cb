import { planOps } from "../core/plan/assemble.ts";
import type { Plan, Receipt } from "../core/plan/schema.ts";
import { partNames } from "../core/plan/schema.ts";
import { applyPlan } from "../engine/apply.ts";
import type { Planned } from "../engine/plan.ts";
import { hasWritten } from "../engine/receipt.ts";
import { renderJson } from "../render/json.ts";
import { renderReceipt } from "../render/receipt.ts";
import { renderPlan } from "../render/text.ts";
import type { View } from "../render/text.ts";
import { clockTime } from "./clock-time.ts";
import { refusal } from "./consent.ts";
import type { Consent } from "./consent.ts";
import { exit } from "./exit-codes.ts";
import { commandLine } from "./flags.ts";
import type { OutputFlags, StackFlags, VerifyFlag } from "./flags.ts";
import { inFolder } from "./places.ts";
import { planExit } from "./plan-exit.ts";
import { createProgress } from "./progress.ts";
import type { Turn } from "./fleet.ts";

export interface Order {
  readonly flags: StackFlags & OutputFlags & VerifyFlag;
  readonly consent: Consent;
  /** The command that made this plan, without its flags: `apply a.example`. */
  readonly command: string;
}

/** From a plan to its receipt: shows, asks, writes, verifies, and tells how it ended. */
export async function carryOut(planned: Planned, turn: Turn, order: Order): Promise<number> {
  const { context } = turn;
  const { flags, command } = order;
  const plan = inFolder(planned.plan, turn);
  const view = { ...viewOf(turn), command: commandLine(command, flags) };
  const shown = renderPlan(plan, view);
  const tell = (json: object, text: string) =>
    context.process.stdout.write(flags.json ? renderJson(json) : separate(text, turn));
  if (planOps(plan).length === 0) {
    tell({ plan, receipt: null }, shown);
    return planExit(plan, false);
  }
  const stop = await refusal(context, plan, order.consent, shown);
  if (stop !== undefined) return stop;
  const onEvent = createProgress(context, plan.zone);
  const options = { verify: flags["no-verify"] !== true, onEvent };
  const receipt = await applyPlan(planned, turn.world, options, context.signal);
  const undo = commandLine(`undo ${plan.domain} ${receipt.id}`, flags);
  const check = commandLine(`check ${plan.domain}`, flags);
  const ended = { ...view, ...secondsOf(receipt), undo, check, clockTime };
  tell({ plan, receipt }, renderReceipt(receipt, ended));
  return context.signal.aborted ? exit.interrupted : receiptExit(plan, receipt, view.byHand);
}

function viewOf({ context: { paint }, stack, world }: Turn): Omit<View, "command"> {
  const { writtenDomain } = stack.config;
  const written = writtenDomain === undefined ? {} : { written: writtenDomain };
  const byHand = !world.provider.capabilities.writes;
  return { hostTitle: world.hostName, byHand, paint, ...written };
}

function separate(text: string, { index }: Turn): string {
  return index > 0 ? `\n${text}` : text;
}

function secondsOf({ startedAt, finishedAt }: Receipt): { readonly seconds?: number } {
  if (finishedAt === undefined) return {};
  return { seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 };
}

/** How it ended, as the table of exit codes has it. */
export function receiptExit(plan: Plan, receipt: Receipt, byHand = false): number {
  const isHeldBack = partNames.some((name) => "because" in plan.parts[name]);
  const isComplete = receipt.steps.every(
    ({ outcome }) => outcome === "done" || outcome === "already",
  );
  if (!isComplete && byHand) return exit.unverified;
  if (!isComplete) return hasWritten(receipt) ? exit.partial : exit.failed;
  if (isHeldBack) return hasWritten(receipt) ? exit.partial : planExit(plan, false);
  return receipt.verified === "pending" || receipt.verified === "no" ? exit.unverified : exit.ok;
}
