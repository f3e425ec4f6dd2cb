import { MailDnsError } from "../../core/errors.ts";
import { planUndoStack } from "../../engine/plan.ts";
import { lastApplied } from "../../engine/undo.ts";
import { carryOut } from "../carry-out.ts";
import { readDigest } from "../consent.ts";
import type { Context } from "../context.ts";
import { exit, gravest } from "../exit-codes.ts";
import type { OutputFlags, StackFlags, VerifyFlag } from "../flags.ts";
import { selectStacks } from "../stacks.ts";
import { forEachStack } from "../world.ts";

export interface UndoFlags extends StackFlags, OutputFlags, VerifyFlag {
  readonly yes: boolean;
  readonly plan?: string;
}

/** Takes the changes of one receipt out of the records as they are now. */
export async function undo(
  context: Context,
  flags: UndoFlags,
  domain: string,
  id?: string,
): Promise<number> {
  if (flags.yes && flags.plan !== undefined)
    throw new MailDnsError("usage", "Only one of --yes and --plan can be meant.", {
      help: "--plan already goes ahead without asking.",
    });
  const consent = { yes: flags.yes, verb: "Undo", ...readDigest(flags.plan, 1) };
  const selection = await selectStacks(context, flags, [domain]);
  if (selection === undefined) return exit.usage;
  const codes = await forEachStack({ context, flags, selection }, async ({ config }, world) => {
    const { receipts } = world;
    const receipt =
      id === undefined
        ? await lastApplied(config.domain, receipts)
        : await receipts.load(config.domain, id);
    if (receipt === undefined) throw noReceipt(config.domain, id);
    const source = { source: "host" } as const;
    const planned = await planUndoStack({ config, receipt }, world, source, context.signal);
    const command = `undo ${config.domain} ${receipt.id}`;
    return carryOut(context, planned, world, { flags, consent, command });
  });
  return gravest(codes);
}

function noReceipt(domain: string, id: string | undefined): MailDnsError {
  const which =
    id === undefined ? "There is nothing to undo" : `There is no receipt ${JSON.stringify(id)}`;
  return new MailDnsError("usage", `${which} of ${domain}.`, {
    help: "Receipts are written by apply, below .odoo-mail-dns beside the stacks folder.",
  });
}
