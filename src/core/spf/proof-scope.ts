import type { Answers, Question } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import { addressesOf, mailHostsOf } from "./answer-data.ts";
import { type Address, type Network, networkOf } from "./network.ts";
import type { Directive, OwnRecord, Reading } from "./reading.ts";
import { dependsOnMore, isOpaque, staticName } from "./static-name.ts";
import { unique, visit } from "./walk.ts";

/** All that the verdicts of some records can depend on. */
export interface Scope {
  readonly networks: readonly Network[];
  /** Terms that depend on more of the sender than its address, as written. */
  readonly opaque: readonly string[];
  readonly missing: readonly Question[];
  /** There is more than this. */
  readonly cut: boolean;
}

/**
 * Every network in the trees of these records: of `ip4` and `ip6`, and of `a` and `mx` with the
 * addresses that DNS gives them. What stands behind `all`, and so is never reached, is left out.
 */
export function scopeOf(domain: DomainName, owns: readonly OwnRecord[], answers: Answers): Scope {
  const readings = new Map<Reading, DomainName>();
  const missing: Question[] = [];
  let cut = false;
  for (const own of owns) {
    const visited = visit({
      domain,
      answers,
      own,
      families: [4, 6],
      nameOf: (target, at) => staticName(target, at, domain) ?? undefined,
    });
    for (const record of visited.records) readings.set(record.reading, record.domain);
    missing.push(...visited.missing);
    cut ||= visited.cut;
  }
  const networks: Network[] = [];
  const opaque = new Set<string>();
  for (const [reading, at] of readings) {
    for (const directive of reading.directives) {
      if (directive.network !== undefined) networks.push(directive.network);
      else if (dependsOnMore(directive)) opaque.add(directive.raw);
      else networks.push(...lookedUp(directive, staticName(directive.target, at, domain), answers));
    }
    if (reading.redirect && isOpaque(reading.redirect.target)) opaque.add(reading.redirect.raw);
  }
  return { networks, opaque: [...opaque], missing: unique(missing), cut };
}

function lookedUp(
  directive: Directive,
  name: DomainName | null | undefined,
  answers: Answers,
): readonly Network[] {
  if (name === null || name === undefined) return [];
  if (directive.name !== "a" && directive.name !== "mx") return [];
  const mx = directive.name === "mx" ? answers[`${name} MX`] : undefined;
  const hosts = directive.name === "a" ? [name] : mx === undefined ? [] : mailHostsOf(mx);
  return hosts
    .flatMap((host) => ["A", "AAAA"].map((type) => answers[`${host} ${type}`]))
    .flatMap((answer) => (answer === undefined ? [] : addressesOf(answer)))
    .map((address) => networkOf(address, prefixOf(directive, address)));
}

function prefixOf(directive: Directive, address: Address): number {
  return address.family === 4 ? directive.prefix4 : directive.prefix6;
}
