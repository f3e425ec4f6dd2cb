import type { Receipt } from "../core/plan/schema.ts";
import { visible } from "./escape.ts";
import { count, marked, stack } from "./layout.ts";
import type { Paint } from "./layout.ts";
import { domainTitle } from "./text.ts";

export interface ReceiptView {
  readonly written?: string;
  /** The command that takes it back: `odoo-mail-dns undo a.example 20261124T184012Z`. */
  readonly undo: string;
  /** The command that looks again: `odoo-mail-dns check a.example`. */
  readonly check: string;
  /** Whether a person changes the records, because the host has no API. */
  readonly byHand?: boolean;
  /** From the first step to the last. */
  readonly seconds?: number;
  /** `18:40 UTC (19:40 here)`. */
  readonly clockTime: (iso: string) => string;
  readonly paint: Paint;
}

/** What was done, for people: what did not land and why, who answers, and how to take it back. */
export function renderReceipt(receipt: Receipt, view: ReceiptView): string {
  const blocks = [stepLines(receipt, view), serverLines(receipt, view), closing(receipt, view)];
  return stack(blocks);
}

/** Steps that did not land as planned. Those that did were told while they happened. */
function stepLines(receipt: Receipt, { paint, byHand }: ReceiptView): readonly string[] {
  const open = receipt.steps.filter(({ outcome }) => outcome !== "done" && outcome !== "already");
  const words = {
    failed: "failed",
    unknown: "may or may not have happened",
    pending: byHand === true ? "is not served yet" : "not tried",
  };
  return open.flatMap(({ op, outcome, detail }) => {
    const why = detail === undefined ? "" : `: ${visible(detail)}`;
    const what = `${op.type} ${op.name} ${words[outcome as keyof typeof words]}${why}`;
    return marked("  ! ", what, (mark) => paint("refuse", mark));
  });
}

function serverLines({ servers, verified }: Receipt, { paint }: ReceiptView): readonly string[] {
  if (verified === "yes" || verified === "not-asked") return [];
  return servers
    .filter(({ state }) => state !== "answers")
    .flatMap(({ name, address, state, detail }) => {
      const said = state === "silent" ? "does not answer" : "does not have it yet";
      const why = detail === undefined ? "" : `: ${visible(detail)}`;
      const what = `${name} (${address}) ${said}${why}`;
      return marked("  · ", what, (mark) => paint("warn", mark));
    });
}

function closing(receipt: Receipt, view: ReceiptView): readonly string[] {
  const { domain, visibleBy, verified } = receipt;
  const title = view.paint("strong", domainTitle(domain, view.written));
  const seen =
    visibleBy === undefined || !hasWritten(receipt)
      ? []
      : [`Resolvers that honour TTLs have it by ${view.clockTime(visibleBy)}.`];
  const undo = hasWritten(receipt) && receipt.undoes === undefined ? [`To undo: ${view.undo}`] : [];
  const again = verified === "pending" || verified === "no" ? [`To look again: ${view.check}`] : [];
  return [`${title}  ${sentence(receipt, view)}`, ...seen, ...again, ...undo];
}

function hasWritten({ steps }: Receipt): boolean {
  return steps.some(({ outcome }) => outcome === "done" || outcome === "unknown");
}

function sentence(receipt: Receipt, { seconds, byHand }: ReceiptView): string {
  const { steps, verified, servers } = receipt;
  const landed = steps.filter(({ outcome }) => outcome === "done" || outcome === "already").length;
  if (landed < steps.length && byHand === true)
    return `Served by every name server: ${landed} of ${count(steps.length, "change")}.`;
  if (landed < steps.length)
    return landed === 0 && !hasWritten(receipt)
      ? "Nothing was written."
      : `${landed} of ${count(steps.length, "change")} written. Type the same command again to finish.`;
  if (!hasWritten(receipt)) return "Nothing had to be written: it is so already.";
  const done = receipt.undoes === undefined ? "Applied" : "Undone";
  const took = seconds === undefined || seconds < 0.05 ? "" : ` in ${seconds.toFixed(1)} s`;
  const what = `${done}: ${count(steps.length, "change")}${took}`;
  if (verified === "not-asked") return `${what}. Not verified.`;
  if (verified !== "yes") return `${what}, not seen everywhere yet.`;
  const names = new Set(servers.map(({ name }) => name));
  return `${what}, verified at ${count(names.size, "name server")}.`;
}
