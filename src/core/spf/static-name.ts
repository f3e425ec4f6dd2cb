import type { DomainName } from "../dns/name.ts";
import { type MacroValues, expand, queryName } from "./expand.ts";
import type { Directive, Target } from "./reading.ts";

/** Macros that say the same for every sender of a domain. */
const SAME_FOR_ALL = "do";
/** And for every sender with an address of one family. */
const SAME_FOR_FAMILY = "dov";

/** Whether what a term asks for depends on more of the sender than the family of its address. */
export function isOpaque(target: Target): boolean {
  return !uses(target, SAME_FOR_FAMILY);
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
  if (!uses(target, SAME_FOR_ALL)) return undefined;
  return queryName(expand(target.parts, anyoneAt(top), domain)) ?? null;
}

function uses(target: Target, letters: string): boolean {
  for (const letter of target.letters) if (!letters.includes(letter)) return false;
  return true;
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
