import { isMailDnsError } from "../../core/errors.ts";
import { findTerm, withoutTerms } from "../../core/spf/merge.ts";
import { parseSpf } from "../../core/spf/parse.ts";
import { configOf } from "../keys.ts";
import { isSamePlace } from "./inputs.ts";
import type { Call, RecordState } from "./record.ts";
import { splitValues } from "./values.ts";

/** Terms that the old keys asked for and the new ones don't: what goes, and what was there before us. */
export interface Dropped {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

const NONE: Dropped = { ours: [], theirs: [] };

/** Of one place: a record that is kept elsewhere now starts anew there. */
export function droppedBetween(
  old: RecordState,
  now: RecordState,
  around: Call["around"],
): Dropped {
  if (!isSamePlace(old.keys, now.keys)) return NONE;
  const terms = termsOf(now, around);
  if (terms.length === 0) return NONE;
  const wanted = `v=spf1 ${terms.join(" ")}`;
  const gone = termsOf(old, around).filter((term) => !holds([wanted], term));
  const theirs = gone.filter((term) => holds(splitValues(old.original), term));
  return { ours: gone.filter((term) => !theirs.includes(term)), theirs };
}

/** None where the keys are wrong: an older version may have allowed them, and check tells of new ones. */
function termsOf({ domain, keys }: RecordState, { hosts }: Call["around"]): readonly string[] {
  try {
    const { spf } = configOf(domain, keys, hosts);
    return spf.off ? [] : spf.terms;
  } catch (error) {
    if (isMailDnsError(error)) return [];
    throw error;
  }
}

/** Also of a record that is not valid: its owner may mend the rest of it, and then the term counts. */
function holds(values: readonly string[], term: string): boolean {
  return values.some((value) => {
    if (withoutTerms(value, [term]) !== value) return true;
    const read = parseSpf(value);
    return read.kind === "spf" && findTerm(read.record, term).state !== "absent";
  });
}
