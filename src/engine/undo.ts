import type { Receipt } from "../core/plan/schema.ts";
import type { Receipts } from "../ports/receipts.ts";
import { hasWritten, isUnfinished } from "./receipt.ts";

/**
 * What `undo` without an id takes back: the newest receipt that wrote, or may have written,
 * something, and that is no undo itself. So the second undo in a row finds nothing to do; an undo
 * is taken back by naming its receipt.
 */
export async function lastApplied(
  domain: string,
  receipts: Receipts,
): Promise<Receipt | undefined> {
  for (const id of await receipts.ids(domain)) {
    const receipt = await receipts.load(domain, id);
    const isCandidate = receipt !== undefined && receipt.undoes === undefined;
    if (isCandidate && (isUnfinished(receipt) || hasWritten(receipt))) return receipt;
  }
  return undefined;
}
