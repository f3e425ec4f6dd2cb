import type { Answers } from "../dns/answer.ts";
import type { Finding } from "../findings/finding.ts";
import type { Subject } from "../findings/rule.ts";
import { finding } from "../findings/rules.ts";
import type { Budget, BudgetNode } from "../spf/budget.ts";
import { type Network, networkOf, parseAddress, sharesPrefix } from "../spf/network.ts";
import { liveMechanisms } from "../spf/order.ts";
import { selectionAt } from "../spf/reading.ts";
import type { Mechanism } from "../spf/term.ts";
import { quoted } from "./spf-findings.ts";
import { isOneOf } from "./spf-faults.ts";
import { type SpfSite, validRecords } from "./spf-site.ts";

interface Change {
  readonly after: Budget;
  readonly ours: readonly string[];
  readonly answers: Answers;
}

/**
 * Row 27: terms with `-` that speak of Odoo's own networks. Overlap of networks can be computed;
 * of a list that somebody else keeps nobody can say whom it was meant for.
 */
export function deniedFindings(
  site: SpfSite,
  { after, ours, answers }: Change,
  subject: Subject,
): readonly Finding[] {
  const { name } = site.place;
  const records = validRecords(site) ?? [];
  const denied = records
    .flatMap(({ record }) => liveMechanisms(record.terms.map(({ term }) => term)))
    .filter((term) => term.qualifier === "-");
  if (denied.length === 0) return [];
  const networks = networksBelow(
    after.terms.filter(({ term }) => isOneOf(term, ours)),
    answers,
  );
  const overlapping = denied.filter((term) => {
    const network = networkIn(term);
    return network !== undefined && networks.some((other) => doOverlap(network, other));
  });
  const undecided = denied.filter((term) => networkIn(term) === undefined);
  const findings: Finding[] = [];
  if (overlapping.length > 0) {
    findings.push(finding("spf/denied-networks", subject, { name, terms: quoted(overlapping) }));
  }
  if (undecided.length > 0) {
    findings.push(finding("spf/denied-undecided", subject, { name, terms: quoted(undecided) }));
  }
  return findings;
}

/** Every network that is written out in the records below these terms. */
export function networksBelow(nodes: readonly BudgetNode[], answers: Answers): readonly Network[] {
  return nodes.flatMap(({ domain, children }) => {
    const selection = domain && selectionAt(domain, answers);
    const directives = selection?.kind === "record" ? selection.reading.directives : [];
    const own = directives.flatMap(({ network }) => network ?? []);
    return [...own, ...networksBelow(children, answers)];
  });
}

function networkIn(term: Mechanism): Network | undefined {
  const address = term.network === undefined ? undefined : parseAddress(term.network);
  return address && networkOf(address, term.prefix4 ?? term.prefix6 ?? 0);
}

function doOverlap(one: Network, other: Network): boolean {
  return sharesPrefix(one, other, Math.min(one.prefix, other.prefix));
}
