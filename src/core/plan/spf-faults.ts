import type { Budget, BudgetNode } from "../spf/budget.ts";
import { identityOf } from "../spf/identity.ts";
import { readTerm } from "../spf/read-term.ts";

/** A term of the record behind which something is broken, and the rule that tells of it. */
export interface Fault {
  readonly rule:
    | "spf/target"
    | "spf/loop"
    | "spf/include-unreachable"
    | "spf/term-unreachable"
    | "spf/dead-include"
    | "spf/too-many-names";
  /** As it stands in the domain's own record. */
  readonly term: string;
  readonly reason: string;
}

/** Rows 33 to 35 and 49: one fault a term, ours told apart from the owner's. */
export function faultsIn(budget: Budget, ours: readonly string[]): readonly Fault[] {
  return budget.terms.flatMap((node): readonly Fault[] => {
    const broken = firstBroken(node);
    if (broken === undefined) return [];
    const reason = broken.reason ?? broken.state;
    if (isOneOf(node.term, ours)) {
      return [{ rule: "spf/target", term: node.term, reason }];
    }
    return [{ rule: ruleOf(broken), term: node.term, reason }];
  });
}

function firstBroken(node: BudgetNode): BudgetNode | undefined {
  for (const child of node.children) {
    const broken = firstBroken(child);
    if (broken !== undefined) return broken;
  }
  return ["none", "temperror", "permerror", "loop"].includes(node.state) ? node : undefined;
}

function ruleOf(node: BudgetNode): Fault["rule"] {
  if (node.state === "loop") return "spf/loop";
  // What is inside a record that does not answer can't be counted; a name costs its one lookup.
  if (node.state === "temperror") {
    return isNested(node) ? "spf/include-unreachable" : "spf/term-unreachable";
  }
  return /^[+?~-]?mx\b/i.test(node.term) ? "spf/too-many-names" : "spf/dead-include";
}

function isNested({ term }: BudgetNode): boolean {
  return /^(?:[+?~-]?include:|redirect=)/i.test(term);
}

/** Whether a term is one of these, in whatever spelling. */
export function isOneOf(text: string, terms: readonly string[]): boolean {
  const spelling = plainSpelling(text);
  return terms.some((term) => plainSpelling(term) === spelling);
}

function plainSpelling(text: string): string {
  const term = readTerm(text);
  return term.kind === "none" ? text : identityOf(term);
}

/** The owner's terms behind which a look-up finds nothing. */
export function voidTerms(budget: Budget): readonly string[] {
  return budget.terms.filter(hasVoid).map(({ term }) => `\`${term}\``);
}

function hasVoid(node: BudgetNode): boolean {
  return node.state === "void" || node.children.some(hasVoid);
}
