import type { Finding } from "../core/findings/finding.ts";
import { partNames } from "../core/plan/schema.ts";
import type { Op, Part, PartName, Plan, SpfEffect } from "../core/plan/schema.ts";
import { octets, visible } from "./escape.ts";
import { findingLines, reasonLines, withoutShown } from "./findings.ts";
import { count, minute, spread, stack, wrap } from "./layout.ts";
import type { Paint } from "./layout.ts";
import { proofSentences } from "./proof.ts";
import { target, termLines } from "./terms.ts";
import type { TermLine } from "./terms.ts";

/** What a text needs besides its subject. */
export interface View {
  /** The DNS host as people know it. */
  readonly hostTitle: string;
  /** The domain in its owner's script, where that differs. */
  readonly written?: string;
  /** Whether a person changes the records, because the host has no API. */
  readonly byHand?: boolean;
  /** The command that does what is shown, without its --plan: `odoo-mail-dns apply a.example`. */
  readonly command: string;
  readonly paint: Paint;
}

const RECORDS: Readonly<Record<PartName, string>> = {
  spf: "TXT  SPF",
  dkim: "CNAME  DKIM",
  dmarc: "TXT  DMARC",
};
const MARKS = { "+": "add", "-": "remove", "~": "change", "!": "refuse", "✓": "good" } as const;

/** A plan for people: what will change, what that does, what will not, and what to type next. */
export function renderPlan(plan: Plan, view: View): string {
  const parts = partNames.map((name) => partLines(plan.parts[name], name, view));
  const notes = findingLines(notesOf(plan), view.paint);
  return stack([headline(plan, view), ...parts, notes, footer(plan, view)]);
}

/** `2 changes, 1 refused`, or `nothing to do`. */
export function summarise(plan: Plan): string {
  const parts = partNames.map((name) => plan.parts[name]);
  const ops = parts.flatMap((part) => ("ops" in part ? part.ops : []));
  const refused = parts.filter(({ status }) => status === "refused").length;
  const unknown = parts.filter(({ status }) => status === "unknown").length;
  const words = [
    ...(ops.length > 0 ? [count(ops.length, "change")] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(unknown > 0 ? [`${unknown} not readable`] : []),
  ];
  return words.length === 0 ? "nothing to do" : words.join(", ");
}

/** `Bücher.example (xn--bcher-kva.example)`. */
export function domainTitle(domain: string, written: string | undefined): string {
  return written === undefined ? domain : `${visible(written)} (${domain})`;
}

function headline(plan: Plan, { hostTitle, written, paint }: View): readonly string[] {
  const title = paint("strong", domainTitle(plan.domain, written));
  return [`${title}  ${visible(hostTitle)}  ${summarise(plan)}`];
}

function notesOf(plan: Plan): readonly Finding[] {
  const parts = partNames.map((name) => plan.parts[name]);
  const told = parts.flatMap(({ findings, live }) =>
    findings.map((one) => withoutShown(one, live)),
  );
  return [...told, ...plan.findings];
}

function partLines(part: Part, name: PartName, view: View): readonly string[] {
  if (part.status === "changes") {
    const ops = part.ops.flatMap((op, at) => opLines(op, name, at === 0 ? part : undefined, view));
    return [...ops, ...afterwards(part)];
  }
  if ("because" in part) {
    const reasons = part.because.flatMap(reasonLines);
    return [heading("!", `${part.name}  ${RECORDS[name]}`, part.spf, view.paint), ...reasons];
  }
  if (part.live.length === 0) return [];
  const title = heading("✓", `${part.name}  ${RECORDS[name]}`, part.spf, view.paint);
  return [
    title,
    ...part.live.flatMap((value) =>
      wrap(name === "dkim" ? target(value) : octets(value), "      "),
    ),
  ];
}

function opLines(
  op: Op,
  name: PartName,
  part: Part | undefined,
  { paint }: View,
): readonly string[] {
  const mark = op.before === null ? "+" : op.after === null ? "-" : "~";
  const ttl = op.kind === "create-rrset" && op.ttl !== "default" ? `  TTL ${op.ttl}` : "";
  const title = heading(mark, `${op.name}  ${RECORDS[name]}${ttl}`, part?.spf, paint);
  return [title, ...termLines(op).flatMap((line) => changedLines(line, paint))];
}

function changedLines({ mark, text }: TermLine, paint: Paint): readonly string[] {
  const lines = wrap(text, `    ${mark} `);
  return mark === " " ? lines : lines.map((line) => paint(MARKS[mark], line));
}

function heading(
  mark: keyof typeof MARKS,
  record: string,
  effect: SpfEffect | undefined,
  paint: Paint,
): string {
  const line = spread(`  ${mark} ${record}`, lookups(effect));
  return `  ${paint(MARKS[mark], mark)}${line.slice(3)}`;
}

function lookups(effect: SpfEffect | undefined): string {
  if (effect === undefined) return "";
  const { before, after } = effect.lookups;
  if (after === null) return "";
  return before === null || before === after
    ? `lookups ${after} of 10`
    : `lookups ${before} -> ${after} of 10`;
}

function afterwards(part: Part): readonly string[] {
  const others = count(part.others, "other TXT value");
  const verb = part.others === 1 ? "is" : "are";
  return [
    ...(part.others > 0 ? [`      ${others} at this name ${verb} not touched`] : []),
    ...(part.spf?.proof
      ? proofSentences(part.spf.proof).flatMap((line) => wrap(line, "      "))
      : []),
  ];
}

function footer(plan: Plan, view: View): readonly string[] {
  const changing = partNames.flatMap((name) => {
    const part = plan.parts[name];
    return part.status === "changes" ? [part] : [];
  });
  const source =
    plan.source === "dns" && view.byHand !== true
      ? [`Read from public DNS on ${minute(plan.takenAt)}; apply reads the zone at its host again.`]
      : [];
  if (changing.length === 0)
    return [...source, ...(isHeldBack(plan) ? ["Nothing was written."] : [])];
  return [
    ...source,
    ...guardLines(changing, view),
    `Plan ${plan.digest.slice(0, 8)}. To do exactly this:`,
    `  ${view.command} --plan ${plan.digest.slice(0, 8)}`,
  ];
}

function isHeldBack(plan: Plan): boolean {
  return partNames.some((name) => "because" in plan.parts[name]);
}

type ChangingPart = Extract<Part, { status: "changes" }>;

/** Who refuses a stale write, and what others may see meanwhile. */
function guardLines(parts: readonly ChangingPart[], view: View): readonly string[] {
  const host = visible(view.hostTitle);
  if (view.byHand === true)
    return ["Apply tells you what to change in the control panel, and waits until it is served."];
  const guard = parts.some(({ guard }) => guard === "reread")
    ? `${host} cannot refuse a stale write; each record is read again just before.`
    : `${host} refuses to write over a change that this plan has not seen.`;
  const exposure = [...new Set(parts.flatMap((part) => part.exposure))];
  return [`Guard: ${guard}`, ...exposure].flatMap((line) => wrap(visible(line), ""));
}
