import { DKIM_TARGET } from "../odoo.ts";
import { findTerm } from "../spf/merge.ts";
import type { PlanInput } from "./desired.ts";
import { type Place, rrsetOf } from "./place.ts";
import type { Aim, WantedSpf } from "./spf-aim.ts";
import { type SpfSite, validRecords } from "./spf-site.ts";
import type { Op, Receipt, TermEdit } from "./schema.ts";
import { emptiedFindings, takeAllOf, takeOutOf } from "./take-out.ts";

/**
 * `retire: true`: our terms go, all else stays. A receipt says whether the record was ours from the
 * start, and then it goes too; without one it is kept.
 *
 *     v=spf1 include:_spf.odoo.com -all
 *     v=spf1 -all
 */
export function retireAim(site: SpfSite, spf: WantedSpf, input: PlanInput): Aim {
  const edit = knownEdit(site, spf, input);
  const ops = edit === undefined ? takeAllOf(site, spf.terms) : takeOutOf(site, edit);
  return { findings: emptiedFindings(site, ops, input), ops };
}

/** Our last edit of this record, if it accounts for every term of ours that is there now. */
function knownEdit(site: SpfSite, spf: WantedSpf, input: PlanInput): TermEdit | undefined {
  const edit = written(input.history, site.place)
    .map((op) => op.edit)
    .find((found) => found !== undefined);
  if (edit === undefined) return undefined;
  const known = new Set([...edit.added, ...edit.moved.map(({ text }) => text)]);
  const standing = spf.terms.filter((term) =>
    (validRecords(site) ?? []).some(({ record }) => findTerm(record, term).state !== "absent"),
  );
  return standing.every((term) => known.has(term)) ? edit : undefined;
}

/** The CNAME goes where it is Odoo's; what we once replaced is put back. */
export function retireCname(place: Place, input: PlanInput): Aim {
  const rrset = rrsetOf(place, "CNAME");
  if (rrset === undefined || rrset.values.length !== 1 || rrset.values[0] !== DKIM_TARGET) {
    return { findings: [], ops: [] };
  }
  const base = { name: place.name, type: "CNAME" as const, before: DKIM_TARGET, ttl: rrset.ttl };
  const ours = written(input.history, place).find((op) => op.after === DKIM_TARGET);
  const former = ours?.before ?? null;
  return {
    findings: [],
    ops: [
      former === null
        ? { kind: "remove-value", ...base, after: null }
        : { kind: "replace-value", ...base, after: former },
    ],
  };
}

/** What a receipt says was written at a name; a failed step was not. */
function written(receipt: Receipt | undefined, { name }: Place): readonly Op[] {
  const steps = receipt?.steps ?? [];
  return steps
    .filter(({ op, outcome }) => op.name === name && outcome !== "failed")
    .map(({ op }) => op);
}
