import type { DomainName } from "../dns/name.ts";
import type { Finding, Severity } from "./finding.ts";

/** Words that a rule puts into its sentences. */
export type Words = Readonly<Record<string, string | number | readonly string[]>>;

/**
 * One rule of the product, as people meet it: in a plan, in `check`, and on its page in docs/rules.
 * `message` says what is so on this domain; `help` what to do now. Both get the words of the case.
 */
export interface Rule {
  readonly severity: Severity;
  /** A heading: `Two SPF records`. */
  readonly title: string;
  /** `RFC 7208, 4.5`; absent where the rule is our own. */
  readonly rfc?: string;
  /** For the page: what happens to mail, and why; Markdown, a paragraph or two. */
  readonly why: string;
  readonly message: (words: Words) => string;
  readonly help?: (words: Words) => string;
  /** Whether `odoo-mail-dns:accept: [<id>]` lets the change through. */
  readonly acceptable?: true;
}

export interface Subject {
  readonly domain: DomainName;
  readonly name?: DomainName;
  readonly evidence?: readonly string[];
  readonly choices?: Finding["choices"];
}

/** Words in a sentence: one as it is, several as `a, b and c`. */
export function listed(word: Words[string] | undefined): string {
  if (word === undefined) return "";
  if (typeof word !== "object") return String(word);
  const last = word.at(-1) ?? "";
  return word.length < 2 ? last : `${word.slice(0, -1).join(", ")} and ${last}`;
}

/** Builds the finding of one case. Keys that are undefined are left out, so that JSON stays small. */
export function findingOf(id: string, rule: Rule, subject: Subject, words: Words = {}): Finding {
  const help = rule.help?.(words);
  return {
    rule: id,
    severity: rule.severity,
    domain: subject.domain,
    ...(subject.name !== undefined && subject.name !== subject.domain && { name: subject.name }),
    message: rule.message(words),
    ...(help !== undefined && { help }),
    ...(rule.rfc !== undefined && { rfc: rule.rfc }),
    ...(subject.evidence !== undefined && { evidence: [...subject.evidence] }),
    ...(subject.choices !== undefined && { choices: [...subject.choices] }),
  };
}
