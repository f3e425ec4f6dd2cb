import { dkimName } from "../core/dkim/cname.ts";
import type { DomainName } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";
import { ODOO_TERM } from "../core/odoo.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import { isRestorable } from "../core/plan/restorable.ts";
import type { Snapshot } from "../core/dns/rrset.ts";
import type { Op, Receipt } from "../core/plan/schema.ts";
import type { Receipts } from "../ports/receipts.ts";
import { isSpfRecord } from "./expectation.ts";

/**
 * Throws `invalid-input` for a receipt that is not this domain's, or that names records which are
 * never ours: receipts are files, and a file may have come with a checkout.
 */
export function checkReceipt(receipt: Receipt, config: DomainConfig): void {
  const { domain } = config;
  const refuse = (reason: string): MailDnsError => refusal(receipt, reason);
  if (receipt.domain !== domain) throw refuse(`it is about ${receipt.domain}`);
  const ops = receipt.steps.map(({ op }) => op);
  const foreign = ops.find((op) => !isOurs(op, domain));
  if (foreign !== undefined) {
    throw refuse(
      `the ${foreign.type} record of ${foreign.name} in it is none that is ever written`,
    );
  }
}

/** Throws `invalid-input` where the receipt would bring back what was never there. */
export function checkRestorable(
  receipt: Receipt,
  { spf }: DomainConfig,
  { rrsets }: Pick<Snapshot, "rrsets">,
): void {
  const ops = receipt.steps.map(({ op }) => op);
  const names = new Set<string>(ops.map(({ name }) => name));
  const live = rrsets
    .filter(({ name, type }) => type === "TXT" && names.has(name))
    .flatMap(({ values }) => values);
  const terms = spf.off ? [ODOO_TERM] : [...spf.terms, ODOO_TERM];
  if (isRestorable(ops, terms, live)) return;
  throw refusal(receipt, "what it wants to bring back can't have been there before");
}

function refusal({ id, domain }: Receipt, reason: string): MailDnsError {
  return new MailDnsError("invalid-input", `Receipt ${id} can't be undone: ${reason}.`, {
    domain,
    help: `Name a receipt that \`apply\` has written for ${domain}.`,
  });
}

function isOurs({ name, type, before, after }: Op, domain: DomainName): boolean {
  if (type === "CNAME") return name === dkimName(domain);
  return [before, after].every((value) => value === null || isSpfRecord(value));
}

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
    if (isCandidate && mayHaveWritten(receipt)) return receipt;
  }
  return undefined;
}

/** A pending step may have been carried out: by a run that was killed, or by a person afterwards. */
function mayHaveWritten({ steps }: Receipt): boolean {
  return steps.some(({ outcome }) => outcome !== "failed" && outcome !== "already");
}
