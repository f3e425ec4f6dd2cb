import { MailDnsError } from "../../core/errors.ts";
import type { LoadedStack } from "../../config/load.ts";
import { planStack } from "../../engine/plan.ts";
import type { World } from "../../engine/world.ts";
import { renderJson } from "../../render/json.ts";
import { renderMarkdown } from "../../render/markdown.ts";
import type { ReviewedPlan } from "../../render/markdown.ts";
import { renderPlan } from "../../render/text.ts";
import type { Context } from "../context.ts";
import { exit, gravest } from "../exit-codes.ts";
import { commandLine } from "../flags.ts";
import type { AllFlag, OutputFlags, SourceFlag, StackFlags } from "../flags.ts";
import { placeFindings } from "../places.ts";
import { planExit } from "../plan-exit.ts";
import { selectStacks } from "../stacks.ts";
import { forEachStack } from "../world.ts";

export interface PlanFlags extends StackFlags, AllFlag, SourceFlag, OutputFlags {
  readonly format: "text" | "markdown";
  readonly "expect-no-changes": boolean;
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
  const codes = await forEachStack({ context, flags, selection }, async (stack, world) => {
    const one = await planned(context, { flags, stack, world });
    reviewed.push(one);
    if (flags.json) context.process.stdout.write(renderJson(one.plan));
    else if (flags.format === "text") writeText(context, flags, one, reviewed.length);
    return planExit(one.plan, flags["expect-no-changes"]);
  });
  if (flags.format === "markdown") context.process.stdout.write(renderMarkdown(reviewed));
  return gravest(codes);
}

async function planned(
  { signal }: Context,
  { flags, stack, world }: { flags: PlanFlags; stack: LoadedStack; world: World },
): Promise<ReviewedPlan> {
  const { config, locate } = stack;
  const { plan } = await planStack(config, world, { source: flags.source }, signal);
  return {
    plan: placeFindings(plan, locate),
    hostTitle: world.hostName,
    file: config.file,
    ...(config.writtenDomain !== undefined && { written: config.writtenDomain }),
  };
}

function writeText(context: Context, flags: PlanFlags, one: ReviewedPlan, number: number): void {
  const view = {
    ...one,
    command: commandLine(`apply ${one.plan.domain}`, flags),
    paint: context.paint,
  };
  context.process.stdout.write(`${number > 1 ? "\n" : ""}${renderPlan(one.plan, view)}`);
}
