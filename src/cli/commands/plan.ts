import { MailDnsError } from "../../core/errors.ts";
import { planStack } from "../../engine/plan.ts";
import { renderJson } from "../../render/json.ts";
import { renderMarkdown } from "../../render/markdown.ts";
import type { ReviewedPlan } from "../../render/markdown.ts";
import { renderPlan } from "../../render/text.ts";
import type { Context } from "../context.ts";
import { exit, gravest } from "../exit-codes.ts";
import { commandLine } from "../flags.ts";
import type { AllFlag, OutputFlags, SourceFlag, StackFlags } from "../flags.ts";
import { inFolder } from "../places.ts";
import { planExit } from "../plan-exit.ts";
import { selectStacks } from "../stacks.ts";
import { tellUnfinished } from "../unfinished.ts";
import { forEachStack } from "../fleet.ts";
import type { Turn } from "../fleet.ts";

export interface PlanFlags extends StackFlags, AllFlag, SourceFlag, OutputFlags {
  readonly format: "text" | "markdown";
  readonly "expect-no-changes"?: boolean;
}

/** Shows what would change. Writes nothing. */
export async function plan(
  context: Context,
  flags: PlanFlags,
  ...domains: readonly string[]
): Promise<number> {
  if (flags.json && flags.format === "markdown")
    throw new MailDnsError("usage", "Both --json and --format markdown are given.", {
      help: "Leave one of them out.",
    });
  const selection = await selectStacks(context, flags, domains);
  if (selection === undefined) return exit.usage;
  const reviewed: ReviewedPlan[] = [];
  const codes = await forEachStack({ context, flags, selection }, async (turn) => {
    await tellUnfinished(turn);
    const one = await review(turn, flags, context.signal);
    if (flags.json) turn.context.process.stdout.write(renderJson(one.plan));
    else if (flags.format === "text") writeText(flags, one, turn);
    else reviewed.push(one);
    return planExit(one.plan, flags["expect-no-changes"] ?? false);
  });
  if (flags.format === "markdown") context.process.stdout.write(renderMarkdown(reviewed));
  return gravest(codes);
}

async function review(
  turn: Turn,
  { source }: PlanFlags,
  signal: AbortSignal,
): Promise<ReviewedPlan> {
  const { config } = turn.stack;
  const { plan } = await planStack(config, turn.world, { source }, signal);
  return {
    plan: inFolder(plan, turn),
    hostTitle: turn.world.hostName,
    file: config.file,
    ...(config.writtenDomain !== undefined && { written: config.writtenDomain }),
  };
}

function writeText(flags: PlanFlags, one: ReviewedPlan, turn: Turn): void {
  const { context } = turn;
  const command = commandLine(`apply ${one.plan.domain}`, flags);
  const byHand = !turn.world.provider.capabilities.writes;
  const text = renderPlan(one.plan, { ...one, command, byHand, paint: context.paint });
  context.process.stdout.write(turn.index > 0 ? `\n${text}` : text);
}
