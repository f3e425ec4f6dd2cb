import { dkimName } from "../dkim/cname.ts";
import { type Lookup, done, together } from "../dns/answer.ts";
import { type DomainName, under } from "../dns/name.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import { assemblePlan } from "./assemble.ts";
import type { PlanInput } from "./desired.ts";
import { conflictAt } from "./dkim-part.ts";
import { inverseOf, isInPlace, isUndone } from "./inverse.ts";
import { idlePart, settlePart, unknownPart } from "./part.ts";
import { placeOf, rrsetOf, valuesOf } from "./place.ts";
import type { Op, Part, Plan, Receipt, TermEdit } from "./schema.ts";
import { effectOf } from "./spf-effect.ts";
import { type SpfSite, spfSite } from "./spf-site.ts";
import { takeOutOf } from "./take-out.ts";

export interface UndoInput extends PlanInput {
  readonly receipt: Receipt;
}

/**
 * The plan that takes the changes of one receipt out of the records as they are now. Where nobody
 * else has changed them, the RRsets become what they were, byte for byte:
 *
 *     before  v=spf1 include:_spf.google.com ~all
 *     now     v=spf1 include:_spf.odoo.com include:_spf.google.com ~all
 *     undone  v=spf1 include:_spf.google.com ~all
 *
 * Else only our own part goes and the rest is reported; an old state is never written over a new one.
 */
export function planUndo(input: UndoInput): Lookup<Plan> {
  const written = input.receipt.steps.filter((step) => step.outcome !== "failed");
  const ops = written.map((step) => step.op);
  const { domain, spf } = input.config;
  const dmarc = idlePart(under("_dmarc", domain) ?? domain);
  const parts = together({
    spf: undoSpf(
      ops.filter((op) => op.type === "TXT"),
      spf.off ? domain : spf.domain,
      input,
    ),
    dkim: done(
      undoDkim(
        ops.filter((op) => op.type === "CNAME"),
        input,
      ),
    ),
    dmarc: done(dmarc),
  });
  return parts.done ? done(assemblePlan(parts.value, input)) : parts;
}

function undoDkim(ops: readonly Op[], input: PlanInput): Part {
  const { domain } = input.config;
  const [first] = ops;
  if (first === undefined) return idlePart(dkimName(domain) ?? domain);
  const name = first.name as DomainName;
  const place = placeOf(input.snapshot, domain, name);
  if (place === undefined) return unknownPart(name, input);
  const rrset = rrsetOf(place, "CNAME");
  const live = rrset?.values ?? [];
  const inverse = inverseOf(
    ops.filter((op) => isInPlace(op, live)),
    rrset,
  );
  const isLost = ops.some((op) => !isInPlace(op, live) && !isUndone(op, live));
  const creates = inverse.some((op) => op.kind === "create-rrset");
  const conflict = creates ? conflictAt(place, input) : undefined;
  const lost = isLost ? nothingOfOurs(name, live, input) : undefined;
  const findings = [conflict, lost].filter((found) => found !== undefined);
  return settlePart({ name, live, others: 0, findings, ops: inverse }, input);
}

function undoSpf(ops: readonly Op[], ownName: DomainName, input: UndoInput): Lookup<Part> {
  const name = (ops[0]?.name ?? ownName) as DomainName;
  if (ops.length === 0) return done(idlePart(name));
  const site = spfSite(input, name);
  if (site === undefined) return done(unknownPart(name, input));
  const live = valuesOf(site.place, "TXT");
  const isExact = ops.every((op) => isInPlace(op, live) || isUndone(op, live));
  const draft = isExact
    ? { findings: [], ops: inverseOf(reversible(ops, site), site.txt) }
    : takeOurs(ops, site, input);
  const base = { name, live: site.selected.map(({ value }) => value), others: site.others };
  const effect = effectOf(site, draft.ops, input);
  if (!effect.done) return effect;
  const spf = effect.value === undefined ? {} : { spf: effect.value };
  return done(settlePart({ ...base, ...draft, ...spf }, input));
}

/** A record that a join removed comes back only together with the one that it was joined to. */
function reversible(ops: readonly Op[], site: SpfSite): readonly Op[] {
  const live = valuesOf(site.place, "TXT");
  const isWhole = ops.every((op) => isInPlace(op, live)) || site.selected.length === 0;
  return ops.filter((op) => isInPlace(op, live) && (isWhole || op.after !== null));
}

/** Somebody has changed the record since: our terms go, their change stays. */
function takeOurs(
  ops: readonly Op[],
  site: SpfSite,
  input: PlanInput,
): { readonly findings: readonly Finding[]; readonly ops: readonly Op[] } {
  const { name } = site.place;
  const edit = ops.map((op) => op.edit).find((found): found is TermEdit => found !== undefined);
  const taken = edit === undefined ? [] : takeOutOf(site, edit);
  const subject = { domain: input.config.domain, name };
  if (taken.length === 0) {
    const live = site.selected.map(({ value }) => value);
    return { findings: [nothingOfOurs(name, live, input)], ops: [] };
  }
  return { findings: [finding("plan/changed-since", subject, { name })], ops: taken };
}

function nothingOfOurs(name: DomainName, live: readonly string[], input: PlanInput): Finding {
  const subject = { domain: input.config.domain, name, evidence: live };
  const reason = live.length === 0 ? "it was deleted" : "it was replaced by something else";
  return finding("plan/nothing-of-ours", subject, { name, reason });
}
