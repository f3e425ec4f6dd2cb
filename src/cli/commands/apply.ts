import { resolve } from "node:path";
import { MailDnsError } from "../../core/errors.ts";
import { planStack } from "../../engine/plan.ts";
import { readApproval } from "../approval.ts";
import { carryOut } from "../carry-out.ts";
import { readDigest } from "../consent.ts";
import type { Consent } from "../consent.ts";
import type { Context } from "../context.ts";
import { exit, gravest } from "../exit-codes.ts";
import type { AllFlag, OutputFlags, StackFlags, VerifyFlag } from "../flags.ts";
import { selectStacks } from "../stacks.ts";
import { tellUnfinished } from "../unfinished.ts";
import { forEachStack } from "../world.ts";

export interface ApplyFlags extends StackFlags, AllFlag, OutputFlags, VerifyFlag {
  readonly yes?: boolean;
  readonly plan?: string;
  readonly approved?: string;
}

/** Does what the plan shows, once its owner has agreed to it. */
export async function apply(
  context: Context,
  flags: ApplyFlags,
  ...domains: readonly string[]
): Promise<number> {
  const consent = readConsent(context, flags, domains);
  const selection = await selectStacks(context, flags, domains);
  if (selection === undefined) return exit.usage;
  const codes = await forEachStack({ context, flags, selection }, async (turn) => {
    const { config } = turn.stack;
    await tellUnfinished(context, turn);
    const planned = await planStack(config, turn.world, { source: "host" }, context.signal);
    return carryOut(context, planned, turn, { flags, consent, command: `apply ${config.domain}` });
  });
  return gravest(codes);
}

function readConsent(
  { cwd }: Context,
  { yes, plan, approved }: ApplyFlags,
  domains: readonly string[],
): Consent {
  if ([yes === true, plan !== undefined, approved !== undefined].filter(Boolean).length > 1)
    throw new MailDnsError("usage", "Only one of --yes, --plan and --approved can be meant.", {
      help: "--plan and --approved already go ahead without asking.",
    });
  return {
    yes: yes ?? false,
    verb: "Apply",
    ...readDigest(plan, domains.length),
    ...(approved !== undefined && { approval: readApproval(resolve(cwd, approved), approved) }),
  };
}
