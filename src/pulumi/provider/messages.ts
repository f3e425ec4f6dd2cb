import { isMailDnsError } from "../../core/errors.ts";
import type { Finding } from "../../core/findings/finding.ts";
import type { Receipt } from "../../core/plan/schema.ts";
import { visible } from "../../render/escape.ts";
import { reasonLines } from "../../render/findings.ts";

/** Why a record is not written, in the words of the command line. Other records may still be. */
export function refusalText(because: readonly Finding[]): string {
  const reasons = because.map((finding) => reasonLines(finding).map((line) => line.trim()));
  return `${reasons.map((lines) => lines.join("\n")).join("\n")}\nThis record is left as it is.`;
}

/** A finding that holds nothing back. */
export function findingText({ message, help, rule }: Finding): string {
  return visible([`${message} (${rule})`, help].filter(Boolean).join(". "));
}

/** Steps that did not land; undefined when all did. */
export function failureText({ steps }: Receipt): string | undefined {
  const open = steps.filter(({ outcome }) => outcome !== "done" && outcome !== "already");
  if (open.length === 0) return undefined;
  return open
    .map(({ op, outcome, detail }) => visible(`${op.type} ${op.name}: ${detail ?? outcome}`))
    .join("\n");
}

/** One text for any error; a stack trace only for a bug of ours. */
export function errorText(error: unknown): string {
  if (isMailDnsError(error)) {
    return visible([error.message, error.details.help].filter(Boolean).join(" "));
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
