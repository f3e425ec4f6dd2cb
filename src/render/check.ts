import type { CheckReport } from "../core/check.ts";
import type { BudgetNode } from "../core/spf/budget.ts";
import { octets, visible } from "./escape.ts";
import { findingLines, tally, withoutShown } from "./findings.ts";
import { count, marked, stack, wrap } from "./layout.ts";
import type { Paint } from "./layout.ts";
import { target } from "./terms.ts";
import { domainTitle } from "./text.ts";

export interface CheckView {
  readonly written?: string;
  /** Where the records were read: `asked ns1.example, ns2.example`. */
  readonly asked: string;
  readonly paint: Paint;
}

/** The verdict on a domain for people: each record, what is wrong, and one last word. */
export function renderCheck(report: CheckReport, view: CheckView): string {
  const { paint, asked, written } = view;
  const shown = [...report.spf.values, report.dmarc.value];
  const all = [...report.reasons, ...report.findings].map((one) => withoutShown(one, shown));
  const verdict = report.ready
    ? paint("good", "Ready for Odoo.")
    : paint("refuse", "Not ready for Odoo.");
  return stack([
    wrap(`${domainTitle(report.domain, written)}   ${visible(asked)}`, ""),
    [...spfLines(report, paint), ...dkimLines(report, paint), ...dmarcLines(report, paint)],
    findingLines(all, paint),
    [`${verdict} ${tally(all)}.`],
  ]);
}

/** More terms than any record that works; a hostile one may have thousands. */
const MAX_TREE_LINES = 150;
const TONES = { "✓": "good", "!": "refuse", "·": "dim" } as const;
type Mark = keyof typeof TONES;

function row(name: string, mark: Mark, text: string, paint: Paint): readonly string[] {
  const label = name.padEnd(7);
  return marked(`${label}${mark} `, text, () => `${label}${paint(TONES[mark], mark)} `);
}

function hasErrors({ reasons }: CheckReport, family: string): boolean {
  return reasons.some(({ rule }) => rule.startsWith(`${family}/`));
}

/** "No record" is said only where that was read: a server that is silent says nothing of the sort. */
function absence({ reasons, findings }: CheckReport, name: string): string {
  const isUnread = [...reasons, ...findings].some(
    ({ rule, name: at }) => at === name && (rule === "dns/not-read" || rule === "dmarc/unreadable"),
  );
  return isUnread ? "could not be read" : "no record";
}

function spfLines(report: CheckReport, paint: Paint): readonly string[] {
  const { name, values, budget, octets: length, strings } = report.spf;
  const mark = hasErrors(report, "spf") ? "!" : values.length === 0 ? "·" : "✓";
  const at = name === report.domain ? "" : `at ${name}: `;
  if (values.length === 0) return row("SPF", mark, `${at}${absence(report, name)}`, paint);
  if (budget === undefined || values.length > 1)
    return [
      ...row("SPF", mark, `${at}${count(values.length, "record")}`, paint),
      ...values.flatMap((value) => wrap(octets(value), "  ")),
    ];
  const { lookups, voids, exact } = budget;
  const least = exact ? "" : "at least ";
  const facts = `${at}${least}${lookups} of 10 lookups, ${Math.max(voids.ip4, voids.ip6)} of 2 void lookups, ${length} octets in ${count(strings, "string")}`;
  const [version, ...terms] = withOtherTerms(values[0] ?? "", budget.terms);
  return [
    ...row("SPF", mark, facts, paint),
    `  ${octets(version?.term ?? "")}`,
    ...atMost(MAX_TREE_LINES, treeLines(terms, "  ")),
  ];
}

type Branch = Pick<BudgetNode, "term"> & Partial<BudgetNode>;

function atMost(most: number, lines: readonly string[]): readonly string[] {
  const hidden = lines.length - most;
  return hidden <= 0 ? lines : [...lines.slice(0, most), `  ... and ${hidden} terms more`];
}

/** The record's terms in their order, also those that take no lookup. */
function withOtherTerms(value: string, nodes: readonly BudgetNode[]): readonly Branch[] {
  const rest = [...nodes];
  const branches = value
    .split(/ +/)
    .filter((word) => word !== "")
    .map((term): Branch => {
      return rest[0]?.term === term ? (rest.shift() ?? { term }) : { term };
    });
  return [...branches, ...rest];
}

const STATES: Readonly<Record<BudgetNode["state"], string>> = {
  ok: "",
  void: "nothing there",
  none: "has no SPF record",
  temperror: "DNS does not answer",
  permerror: "broken",
  loop: "leads back to itself",
  macro: "depends on the sender",
  skipped: "never reached",
};

/** Each term with the number of its own lookup, in the order in which they are made. */
function treeLines(branches: readonly Branch[], indent: string): readonly string[] {
  return branches.flatMap((branch, at) => {
    const isLast = at === branches.length - 1;
    const line = `${indent}${isLast ? "└─" : "├─"} ${octets(branch.term)}`;
    const below = treeLines(branch.children ?? [], `${indent}${isLast ? "   " : "│  "}`);
    return [`${line.padEnd(43)} ${noteOf(branch)}`.trimEnd()].concat(below);
  });
}

function noteOf({ running, children = [], cost, state, reason, vendor = "" }: Branch): string {
  const inside = children.reduce((sum, child) => sum + child.cost, 0);
  const number = running === undefined || cost === 0 ? "" : String(running - inside);
  const words = state === undefined ? "" : STATES[state];
  const why = reason === undefined ? "" : `: ${visible(reason)}`;
  const notes = [vendor, `${words}${why}`].filter((note) => note !== "").join(", ");
  return `${number.padStart(2)}  ${notes}`;
}

function dkimLines(report: CheckReport, paint: Paint): readonly string[] {
  const { name, target: at, state, key } = report.dkim;
  if (state === "off") return [];
  const short = name.endsWith(`.${report.domain}`)
    ? name.slice(0, -report.domain.length - 1)
    : name;
  const found = key === undefined ? "" : `, ${key.type.toUpperCase()} key found`;
  const texts: Readonly<Record<Exclude<typeof state, "off">, string>> = {
    right: `${short} -> ${target(at ?? "")}${found}`,
    flattened: `${short} holds Odoo's key itself${found}`,
    missing: `${short}: nothing there`,
    wrong: at === undefined ? `${short} holds something else` : `${short} -> ${target(at)}`,
    unknown: `${short} could not be read`,
  };
  const isInPlace = state === "right" || state === "flattened";
  const mark = isInPlace && !hasErrors(report, "dkim") ? "✓" : "!";
  return row("DKIM", mark, texts[state], paint);
}

function dmarcLines(report: CheckReport, paint: Paint): readonly string[] {
  const { name, value } = report.dmarc;
  const mark = hasErrors(report, "dmarc") ? "!" : value === undefined ? "·" : "✓";
  const text =
    value === undefined
      ? absence(report, `_dmarc.${report.domain}`)
      : `${octets(value)}   (at ${name ?? ""})`;
  return row("DMARC", mark, text, paint);
}
