import type { Budget, BudgetNode } from "../spf/budget.ts";
import { type Vendor, vendorOf } from "../spf/vendors.ts";
import { isOneOf } from "./spf-faults.ts";

const SHOWN_CUTS = 3;
const NEED: Readonly<Record<Vendor["needed"], number>> = { never: 0, seldom: 1, yes: 2 };

/** The record's own terms with what they cost, in their order: `include:mailgun.org: 5 (Mailgun)`. */
export function costByTerm(budget: Budget): readonly string[] {
  return budget.terms
    .filter(({ cost }) => cost > 0)
    .map((node) => {
      const vendor = vendorOfNode(node);
      return `${node.term}: ${node.cost}${vendor === undefined ? "" : ` (${vendor.title})`}`;
    });
}

/**
 * The terms whose removal is easiest to bear: first those whose vendor never needs one, then those
 * that save most. Never ours.
 */
export function cheapestCuts(budget: Budget, ours: readonly string[]): readonly string[] {
  return budget.terms
    .filter((node) => node.cost > 0 && !isOneOf(node.term, ours))
    .map((node) => ({ node, vendor: vendorOfNode(node) }))
    .sort((a, b) => need(a.vendor) - need(b.vendor) || b.node.cost - a.node.cost)
    .slice(0, SHOWN_CUTS)
    .map(({ node, vendor }) => cut(node, vendor));
}

function cut({ term, cost }: BudgetNode, vendor: Vendor | undefined): string {
  const saved = `\`${term}\` saves ${cost}`;
  return vendor?.advice === undefined ? saved : `${saved} (${vendor.advice.replace(/\.$/, "")})`;
}

function need(vendor: Vendor | undefined): number {
  return NEED[vendor?.needed ?? "yes"];
}

function vendorOfNode({ domain }: BudgetNode): Vendor | undefined {
  return domain === undefined ? undefined : vendorOf(domain);
}
