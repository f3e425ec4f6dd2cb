import { MailDnsError } from "../../core/errors.ts";
import type { Receipt } from "../../core/plan/schema.ts";
import { planUndoStack } from "../../engine/plan.ts";
import { lastApplied } from "../../engine/undo.ts";
import { carryOut } from "../carry-out.ts";
import { readDigest } from "../consent.ts";
import type { Context } from "../context.ts";
import { exit, gravest } from "../exit-codes.ts";
import type { OutputFlags, StackFlags, VerifyFlag } from "../flags.ts";
import { selectStacks } from "../stacks.ts";
import { forEachStack } from "../fleet.ts";
import type { Turn } from "../fleet.ts";

export interface UndoFlags extends StackFlags, OutputFlags, VerifyFlag {
  readonly yes?: boolean;
  readonly plan?: string;
}

/** Takes the changes of one receipt out of the records as they are now. */
export async function undo(
  context: Context,
  flags: UndoFlags,
  domain: string,
  id?: string,
): Promise<number> {
  if (flags.yes === true && flags.plan !== undefined)
    throw new MailDnsError("usage", "Only one of --yes and --plan can be meant.", {
      help: "--plan already goes ahead without asking.",
    });
  const consent = { yes: flags.yes ?? false, verb: "Undo", ...readDigest(flags.plan, 1) };
  const selection = await selectStacks(context, flags, [domain]);
  if (selection === undefined) return exit.usage;
  const codes = await forEachStack({ context, flags, selection }, async (turn) => {
    const { config } = turn.stack;
    const receipt = await findReceipt(turn, id);
    const source = { source: "host" } as const;
    const planned = await planUndoStack({ config, receipt }, turn.world, source, context.signal);
    const command = `undo ${config.domain} ${receipt.id}`;
    return carryOut(planned, turn, { flags, consent, command });
  });
  return gravest(codes);
}

async function findReceipt({ stack, world }: Turn, id: string | undefined): Promise<Receipt> {
  const { domain } = stack.config;
  const { receipts } = world;
  const found = await (id === undefined
    ? lastApplied(domain, receipts)
    : receipts.load(domain, id));
  if (found !== undefined) return found;
  const missing = id === undefined ? "nothing to undo" : `no receipt ${JSON.stringify(id)}`;
  throw new MailDnsError("usage", `There is ${missing} of ${domain}.`, {
    help: "Receipts are written by apply, below .odoo-mail-dns beside the stacks folder.",
  });
}
