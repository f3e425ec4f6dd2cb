import type { Answers, Question } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import { addressesOf, mailHostsOf } from "./answer-data.ts";
import type { Labelled } from "./intervals.ts";
import { type Address, type Network, networkOf } from "./network.ts";
import type { Directive, OwnRecord } from "./reading.ts";
import { dependsOnMore, isOpaque, staticName } from "./static-name.ts";
import { visit } from "./walk.ts";

/** All that the verdicts of some records can depend on. */
export interface Scope {
  /** What matches in networks with one label has one and the same consequence. */
  readonly networks: readonly Labelled[];
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
  const { records, missing, cut } = visit({
    domain,
    roots: owns.map(({ selection }) => selection),
    answers,
    families: [4, 6],
    nameOf: (target, at) => staticName(target, at, domain) ?? undefined,
  });
  const networks: Labelled[] = [];
  const opaque = new Set<string>();
  let label = 0;
  for (const { reading, domain: at } of records) {
    let before: Directive | undefined;
    for (const directive of reading.directives) {
      if (!goesOn(before, directive)) label += 1;
      before = directive;
      if (directive.network !== undefined) networks.push({ network: directive.network, label });
      else if (dependsOnMore(directive)) opaque.add(directive.raw);
      else {
        for (const found of hostNetworks(
          directive,
          staticName(directive.target, at, domain),
          answers,
        )) {
          label += 1;
          for (const network of found) networks.push({ network, label });
        }
      }
    }
    if (reading.redirect && isOpaque(reading.redirect.target)) opaque.add(reading.redirect.raw);
  }
  return { networks, opaque: [...opaque], missing, cut };
}

/** Between neighbours of `ip4` and `ip6` with one qualifier it is no matter which of them matches. */
function goesOn(before: Directive | undefined, directive: Directive): boolean {
  return (
    before?.network !== undefined &&
    directive.network !== undefined &&
    before.verdict === directive.verdict
  );
}

/** Networks of `a` and `mx`, host by host: where a host can't be read, it matters who comes before. */
function hostNetworks(
  directive: Directive,
  name: DomainName | null | undefined,
  answers: Answers,
): readonly (readonly Network[])[] {
  if (name === null || name === undefined) return [];
  if (directive.name !== "a" && directive.name !== "mx") return [];
  const mx = directive.name === "mx" ? answers[`${name} MX`] : undefined;
  const hosts = directive.name === "a" ? [name] : mx === undefined ? [] : mailHostsOf(mx);
  return hosts.map((host) =>
    ["A", "AAAA"]
      .map((type) => answers[`${host} ${type}`])
      .flatMap((answer) => (answer === undefined ? [] : addressesOf(answer)))
      .map((address) => networkOf(address, prefixOf(directive, address))),
  );
}

function prefixOf(directive: Directive, address: Address): number {
  return address.family === 4 ? directive.prefix4 : directive.prefix6;
}
