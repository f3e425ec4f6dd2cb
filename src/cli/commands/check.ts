import type { CheckReport } from "../../core/check.ts";
import { checkStack } from "../../engine/check.ts";
import { renderCheck } from "../../render/check.ts";
import { renderJson } from "../../render/json.ts";
import type { Context } from "../context.ts";
import { exit, gravest } from "../exit-codes.ts";
import type { AllFlag, OutputFlags, SourceFlag, StackFlags } from "../flags.ts";
import { selectStacks } from "../stacks.ts";
import { forEachStack } from "../fleet.ts";

export interface CheckFlags extends StackFlags, AllFlag, SourceFlag, OutputFlags {}

/** Says whether mail from Odoo arrives. Writes nothing. */
export async function check(
  context: Context,
  flags: CheckFlags,
  ...domains: readonly string[]
): Promise<number> {
  const selection = await selectStacks(context, flags, domains);
  if (selection === undefined) return exit.usage;
  const codes = await forEachStack({ context, flags, selection }, async (turn) => {
    const {
      context: { process },
      stack: { config },
      world,
      index,
    } = turn;
    const { source } = flags;
    const { report, delegation } = await checkStack(config, world, { source }, context.signal);
    const names = [...new Set(delegation?.servers.map(({ name }) => name) ?? [])].toSorted();
    const asked = names.length === 0 ? `read at ${world.hostName}` : `asked ${names.join(", ")}`;
    const written = config.writtenDomain === undefined ? {} : { written: config.writtenDomain };
    const view = { ...written, asked, paint: context.paint };
    const text = flags.json ? renderJson(report) : renderCheck(report, view);
    process.stdout.write(index > 0 && !flags.json ? `\n${text}` : text);
    return report.ready ? exit.ok : isUndecided(report) ? exit.failed : exit.refused;
  });
  return gravest(codes);
}

/** Nothing is known to be wrong, but what is there could not all be read. */
function isUndecided({ reasons }: CheckReport): boolean {
  return reasons.every(({ rule }) => rule === "dns/not-read");
}
