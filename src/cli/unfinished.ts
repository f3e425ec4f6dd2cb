import { isMailDnsError } from "../core/errors.ts";
import { isUnfinished } from "../engine/receipt.ts";
import type { Receipts } from "../ports/receipts.ts";
import { visible } from "../render/escape.ts";
import type { Turn } from "./fleet.ts";

/**
 * Tells on stderr where the last run of a domain was cut off, or its receipt can't be read. Neither
 * is in the way: a plan is made from what is live.
 */
export async function tellUnfinished({
  context: { process },
  stack,
  world,
}: Pick<Turn, "context" | "stack" | "world">): Promise<void> {
  const note = await noteOn(stack.config.domain, world.receipts);
  if (note !== undefined) process.stderr.write(`note: ${visible(note)}\n`);
}

async function noteOn(domain: string, receipts: Receipts): Promise<string | undefined> {
  try {
    const last = await receipts.load(domain);
    if (last === undefined || !isUnfinished(last)) return undefined;
    return `the run ${last.id} of ${domain} was cut off; what it wrote is live, and this plan is what is left to do.`;
  } catch (error) {
    if (isMailDnsError(error)) return error.message;
    throw error;
  }
}
