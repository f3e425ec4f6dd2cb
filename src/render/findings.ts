import type { Finding, Severity } from "../core/findings/finding.ts";
import { severities } from "../core/findings/finding.ts";
import { octets, visible } from "./escape.ts";
import { count, spread, wrap } from "./layout.ts";
import type { Paint, Tone } from "./layout.ts";

const TONES: Readonly<Record<Severity, Tone>> = { error: "refuse", warning: "warn", note: "dim" };
const MAX_EVIDENCE = 6;

/** Findings one below the other, the gravest first: severity, sentence, rule, and what to do. */
export function findingLines(findings: readonly Finding[], paint: Paint): readonly string[] {
  return severities.flatMap((severity) =>
    findings
      .filter((finding) => finding.severity === severity)
      .flatMap((finding) => severityLines(finding, paint)),
  );
}

function severityLines(finding: Finding, paint: Paint): readonly string[] {
  const label = `  ${finding.severity.padEnd(9)}`;
  const [first = "", ...rest] = sentenceLines(finding, label);
  const painted = paint(TONES[finding.severity], label) + first.slice(label.length);
  const indent = " ".repeat(label.length);
  return [
    painted,
    ...rest,
    ...evidenceLines(finding, indent),
    ...helpLines(finding, indent),
    ...choiceLines(finding, indent),
  ];
}

/** What stands in the way of a part: the sentence, what shows it, the way out. */
export function reasonLines(finding: Finding): readonly string[] {
  const help = [...helpLines(finding, "    "), ...choiceLines(finding, "      ")];
  return [
    ...sentenceLines(finding, "    "),
    ...evidenceLines(finding, "      "),
    ...(help.length > 0 ? ["", ...help] : []),
  ];
}

/** `file:line:column: message`, as compilers write it, with the way out below. */
export function placedLines({ at, domain, message, rule, help }: Finding): readonly string[] {
  const place = at === undefined ? domain : `${at.file}:${at.line}:${at.column}`;
  const advice = help === undefined ? [] : wrap(visible(help), "    ");
  return [`${visible(place)}: ${visible(message)} (${rule})`, ...advice];
}

/** The finding without evidence that stands above it already. */
export function withoutShown(finding: Finding, shown: readonly (string | undefined)[]): Finding {
  const { evidence, ...rest } = finding;
  const others = evidence?.filter((value) => !shown.includes(value)) ?? [];
  return others.length === 0 ? rest : { ...rest, evidence: others };
}

/** `1 error, 2 warnings, 1 note`. */
export function tally(findings: readonly Finding[]): string {
  return severities
    .map((severity) => count(findings.filter((one) => one.severity === severity).length, severity))
    .join(", ");
}

function sentenceLines(finding: Finding, first: string): readonly string[] {
  const section = finding.rfc === undefined ? "" : ` (${finding.rfc})`;
  const lines = wrap(visible(finding.message) + section, first);
  return [...lines.slice(0, -1), ...spread(lines.at(-1) ?? "", finding.rule).split("\n")];
}

function evidenceLines({ evidence = [] }: Finding, indent: string): readonly string[] {
  const shown = evidence.slice(0, MAX_EVIDENCE).flatMap((value, at) => {
    const number = evidence.length > 1 ? `${at + 1}  ` : "";
    return wrap(valueText(value), indent + number);
  });
  const hidden = evidence.length - MAX_EVIDENCE;
  return hidden > 0 ? [...shown, `${indent}and ${hidden} more`] : shown;
}

function helpLines({ help }: Finding, indent: string): readonly string[] {
  return help === undefined ? [] : wrap(visible(help), indent);
}

/** A value whose spaces at an end would not be seen stands in quotes. */
export function valueText(value: string): string {
  return /^ | $/.test(value) ? `"${octets(value)}"` : octets(value);
}

/** The owner's ways to decide, each with what comes of it. */
export function choiceLines({ choices = [] }: Finding, indent: string): readonly string[] {
  return choices.flatMap(({ line, result, effects }) => [
    "",
    indent + line,
    ...wrap(octets(result), `${indent}  gives `),
    ...effects.flatMap((effect) => wrap(visible(effect), `${indent}  `)),
  ]);
}
