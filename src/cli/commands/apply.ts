import { resolve } from "node:path";
import { MailDnsError } from "../../core/errors.ts";
import { planStack } from "../../engine/plan.ts";
import { readApproval } from "../approval.ts";
import { carryOut } from "../carry-out.ts";
import { isAgreed, readDigest } from "../consent.ts";
import type { Consent } from "../consent.ts";
import type { Context } from "../context.ts";
import { exit, gravest } from "../exit-codes.ts";
import type { AllFlag, OutputFlags, StackFlags, VerifyFlag } from "../flags.ts";
import { selectStacks, type Selection } from "../stacks.ts";
import { tellUnfinished } from "../unfinished.ts";
import { forEachStack } from "../fleet.ts";

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
  const isAttended = !isAgreed(consent) || (await needsHands(context, selection));
  const codes = await forEachStack({ context, flags, selection, isAttended }, async (turn) => {
    const { config } = turn.stack;
    await tellUnfinished(turn);
    const planned = await planStack(config, turn.world, { source: "host" }, context.signal);
    return carryOut(planned, turn, { flags, consent, command: `apply ${config.domain}` });
  });
  return gravest(codes);
}

/** Whether a person has to do one of these domains, and so has to see what is said at once. */
async function needsHands({ hosts }: Context, { stacks }: Selection): Promise<boolean> {
  const known = await hosts();
  return stacks.some(({ config }) => known[config.host]?.about.byHand === true);
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
