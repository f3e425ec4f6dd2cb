import type { Receipt } from "../core/plan/schema.ts";

/** Where receipts are kept. A receipt is complete on disk or not there, whenever we are killed. */
export interface Receipts {
  /** Keeps a new receipt. Throws `conflict` where one with its id is there already. */
  create(receipt: Receipt): Promise<void>;
  /** Replaces a receipt by what is known now. */
  save(receipt: Receipt): Promise<void>;
  /** One receipt, or the newest of the domain. Undefined: there is none. Throws `invalid-input` for a damaged one. */
  load(domain: string, id?: string): Promise<Receipt | undefined>;
  /** Ids of the domain's receipts, newest first. */
  ids(domain: string): Promise<readonly string[]>;
  /** Where `save` puts it, as a person would type it. */
  describe(receipt: Receipt): string;
}
