import type { Finding, Severity } from "./finding.ts";
import { type Rule, type Subject, type Words, findingOf } from "./rule.ts";
import { configRules } from "./rules/config.ts";
import { dkimRules } from "./rules/dkim.ts";
import { dmarcRules } from "./rules/dmarc.ts";
import { dnsRules } from "./rules/dns.ts";
import { hostRules } from "./rules/host.ts";
import { planRules } from "./rules/plan.ts";
import { spfLimitRules } from "./rules/spf-limits.ts";
import { spfTermRules } from "./rules/spf-terms.ts";
import { spfRules } from "./rules/spf.ts";

const table = {
  ...spfRules,
  ...spfTermRules,
  ...spfLimitRules,
  ...dkimRules,
  ...dmarcRules,
  ...dnsRules,
  ...hostRules,
  ...planRules,
  ...configRules,
} as const;

export type RuleId = keyof typeof table;

/** Every rule of the product by its id. docs/rules is generated from this table. */
export const rules: Readonly<Record<RuleId, Rule>> = table;

/**
 * The finding of one case. An error that the owner may accept says which line in the stack file
 * does so.
 */
export function finding(id: RuleId, subject: Subject, words: Words = {}): Finding {
  const rule = rules[id];
  const found = findingOf(id, rule, subject, words);
  if (rule.acceptable === undefined) return found;
  const accept = `If that is what you want, write into the stack file: ${acceptLine(id)}`;
  return { ...found, help: found.help === undefined ? accept : `${found.help} ${accept}` };
}

/** The same finding after its owner has accepted it: it is told, and stops nothing. */
export function acceptedFinding(found: Finding): Finding {
  return { ...found, severity: "warning", help: "Accepted in the stack file." };
}

/** The same finding where it weighs more, or less, than usual. */
export function weighed(found: Finding, severity: Severity): Finding {
  return { ...found, severity };
}

/** `odoo-mail-dns:accept: [spf/parked]` */
export function acceptLine(id: RuleId): string {
  return `odoo-mail-dns:accept: [${id}]`;
}
