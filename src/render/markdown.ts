import type { Finding } from "../core/findings/finding.ts";
import { partNames } from "../core/plan/schema.ts";
import type { Part, PartName, Plan } from "../core/plan/schema.ts";
import { visible } from "./escape.ts";
import { choiceLines, valueText } from "./findings.ts";
import { count, minute } from "./layout.ts";
import { proofSentences } from "./proof.ts";
import { termLines } from "./terms.ts";
import { summarise } from "./text.ts";

/** A plan and what a reviewer must know besides it. */
export interface ReviewedPlan {
  readonly plan: Plan;
  readonly hostTitle: string;
  readonly written?: string;
  /** The stack file, as its path in the project. */
  readonly file: string;
}

const RECORDS: Readonly<Record<PartName, string>> = { spf: "SPF", dkim: "DKIM", dmarc: "DMARC" };

/** Plans for a review comment: the answer first, a row a domain, a fold with each change. */
export function renderMarkdown(plans: readonly ReviewedPlan[]): string {
  const taken = plans.map(({ plan }) => plan.takenAt).sort()[0];
  const sources = [...new Set(plans.map(({ plan }) => plan.source))];
  const from = sources.map((source) => (source === "dns" ? "public DNS" : "the DNS host"));
  const blocks = [
    "<!-- odoo-mail-dns:preview -->",
    `### Mail DNS: ${headline(plans)}`,
    table(plans),
    ...plans.filter(({ plan }) => stateOf(plan) !== "unchanged").map(fold),
    ...(taken === undefined
      ? []
      : [
          `Read from ${from.join(" and ")} on ${minute(taken)}. Only what is shown here is applied; if the zone has changed by then, apply stops.`,
        ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

type State = "changes" | "refused" | "unchanged";
const MARKS: Readonly<Record<State, string>> = { changes: "~", refused: "!", unchanged: "✓" };

function stateOf(plan: Plan): State {
  const parts = partNames.map((name) => plan.parts[name]);
  if (parts.some((part) => "because" in part)) return "refused";
  return parts.some(({ status }) => status === "changes") ? "changes" : "unchanged";
}

function headline(plans: readonly ReviewedPlan[]): string {
  const states = plans.map(({ plan }) => stateOf(plan));
  const number = (state: State) => states.filter((one) => one === state).length;
  const [changes, refused, unchanged] = [number("changes"), number("refused"), number("unchanged")];
  const words = [
    ...(changes > 0 ? [`${count(changes, "domain")} change${changes === 1 ? "s" : ""}`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ];
  return words.length === 0 ? "no domains" : words.join(", ");
}

function table(plans: readonly ReviewedPlan[]): string {
  const rows = plans.map(({ plan, hostTitle, written }) => {
    const cells = [
      MARKS[stateOf(plan)],
      `**${inline(written === undefined ? plan.domain : `${written} (${plan.domain})`)}**`,
      inline(hostTitle),
      inline(changeWords(plan)),
      lookups(plan.parts.spf),
      hasOps(plan) ? `\`${plan.digest.slice(0, 8)}\`` : "–",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = "| | Domain | Host | Change | SPF lookups | Plan |\n|---|---|---|---|---|---|";
  return [head, ...rows].join("\n");
}

function hasOps(plan: Plan): boolean {
  return partNames.some((name) => plan.parts[name].status === "changes");
}

/** `SPF +1 term, DKIM CNAME`, `refused: two SPF records`. */
function changeWords(plan: Plan): string {
  const words = partNames.flatMap((name) => {
    const part = plan.parts[name];
    if ("because" in part)
      return [`${RECORDS[name]} ${part.status}: ${part.because[0]?.rule ?? ""}`];
    if (part.status !== "changes") return [];
    const edits = part.ops.flatMap(({ edit }) => (edit === undefined ? [] : [edit]));
    const added = edits.reduce((sum, edit) => sum + edit.added.length, 0);
    const isNew = edits.some(({ created }) => created);
    if (isNew) return [`${RECORDS[name]} record new`];
    return [added > 0 ? `${RECORDS[name]} +${count(added, "term")}` : `${RECORDS[name]} record`];
  });
  return words.length === 0 ? "none" : words.join(", ");
}

function lookups({ spf }: Part): string {
  if (spf?.lookups.after === undefined || spf.lookups.after === null) return "–";
  const { before, after } = spf.lookups;
  return before === null || before === after ? `${after} of 10` : `${before} → ${after} of 10`;
}

function fold({ plan, file }: ReviewedPlan): string {
  const parts = partNames.map((name) => plan.parts[name]);
  const diff = parts.flatMap(diffLines);
  const because = parts.flatMap((part) => ("because" in part ? part.because : []));
  const told = parts.flatMap((part) => part.findings);
  const proofs = parts.flatMap(({ spf }) => (spf?.proof ? proofSentences(spf.proof) : []));
  const blocks = [
    `<details open><summary><b>${inline(plan.domain)}</b>: ${summarise(plan)}</summary>`,
    ...(diff.length > 0 ? [fence(diff)] : []),
    ...because.map((finding) => obstacle(finding, file)),
    ...(proofs.length > 0 ? [proofs.map((line) => `- ${inline(line)}`).join("\n")] : []),
    ...notes([...told, ...plan.findings]),
    "</details>",
  ];
  return blocks.join("\n\n");
}

function diffLines(part: Part): readonly string[] {
  if (part.status !== "changes") return [];
  return part.ops.flatMap((op) => [
    `  ${op.name} ${op.type}`,
    ...termLines(op).map(({ mark, text }) => `${mark} ${text}`),
  ]);
}

/** Four ticks more than the text holds in a row, so that nothing in it can end the block. */
function fence(lines: readonly string[]): string {
  const text = lines.join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}diff\n${text}\n${ticks}`;
}

function obstacle(finding: Finding, file: string): string {
  const { at, rule, message, help, evidence = [] } = finding;
  const place = at === undefined ? "" : ` line ${at.line}`;
  const shown = [
    ...evidence.slice(0, 6).map((value) => `  ${valueText(value)}`),
    ...choiceLines(finding, "  "),
  ];
  const text = `**${inline(message)}** (${ruleLink(rule)}). ${help === undefined ? "" : `${inline(help)} `}The stack file is ${inline(file)}${place}.`;
  return shown.length === 0 ? text : `${text}\n\n${fence(shown)}`;
}

function notes(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  return [
    findings
      .map(({ severity, message, rule }) => `- ${severity}: ${inline(message)} (${ruleLink(rule)})`)
      .join("\n"),
  ];
}

function ruleLink(rule: string): string {
  return `[${inline(rule)}](docs/rules/${encodeURIComponent(rule.replaceAll("/", "-"))}.md)`;
}

/**
 * Text as text: no markup, no HTML, no table border, no link, no mention of people or issues. A
 * character reference is shown as its character and starts nothing (GFM 6.2).
 */
function inline(text: string): string {
  return visible(text).replace(
    /[&<>`*_~|[\]#!\\@$]|:(?=\/\/)|(?<=\bwww)\./gi,
    (char) => `&#${char.codePointAt(0)};`,
  );
}
