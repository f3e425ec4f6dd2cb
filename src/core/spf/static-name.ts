import type { DomainName } from "../dns/name.ts";
import { type MacroValues, expand, queryName } from "./expand.ts";
import type { Directive, Target } from "./reading.ts";

/** Macros that say the same for every sender of a domain. */
const SAME_FOR_ALL = "do";

/** Whether what a term asks for depends on who sends. */
export function isOpaque(target: Target): boolean {
  for (const letter of target.letters) if (!SAME_FOR_ALL.includes(letter)) return true;
  return false;
}

/** As isOpaque, for a mechanism: the names that `ptr` looks at belong to the sender. */
export function dependsOnMore(directive: Directive): boolean {
  return directive.name === "ptr" || (directive.target !== undefined && isOpaque(directive.target));
}

/**
 * The name that a term of the record at `domain` means for every sender: `null` where no query can
 * be made of it, undefined where it depends on the sender. `top` is the domain that is checked.
 */
export function staticName(
  target: Target | undefined,
  domain: DomainName,
  top: DomainName,
): DomainName | null | undefined {
  if (target === undefined) return domain;
  if (target.fixed !== undefined) return target.fixed;
  if (isOpaque(target)) return undefined;
  return queryName(expand(target.parts, anyoneAt(top), domain)) ?? null;
}

/** A sender of which nothing is looked at but its domain. */
export function anyoneAt(domain: DomainName): MacroValues {
  return {
    address: { family: 4, words: [0] },
    local: "postmaster",
    senderDomain: domain,
    helo: domain,
    receiver: "unknown",
    time: 0,
  };
}
