import { ODOO_TERM } from "../core/odoo.ts";
import type { Proof, VerdictChange } from "../core/plan/schema.ts";
import { octets } from "./escape.ts";
import { count } from "./layout.ts";

const SHOWN = 8;

/** Whose verdict changes, in sentences (design, section 3). */
export function proofSentences(proof: Proof): readonly string[] {
  const { claim, holds, changes, notProvable } = proof;
  const inside = claim === "no-change-outside" && holds ? "Inside them: " : "";
  const hidden = changes.length - SHOWN;
  return [
    claimOf(proof),
    ...changes.slice(0, SHOWN).map((change) => inside + changeOf(change)),
    ...(hidden > 0 ? [`and ${hidden} more kinds of change`] : []),
    ...(notProvable.length > 0
      ? [`Depends on more than the address, so not proven: ${octets(notProvable.join(" "))}`]
      : []),
  ];
}

function claimOf({ claim, ours, holds, bounded, asked, notProvable }: Proof): string {
  const over = `${count(asked.ip4, "IPv4 network")} and ${count(asked.ip6, "IPv6 network")}`;
  const evaluated = `(${over} evaluated, before and after)`;
  const part = bounded ? ", a part of all" : "";
  if (claim === "effects") return `Effect on senders${part} ${evaluated}:`;
  const scope = notProvable.length > 0 ? "Proof for what the address alone decides" : "Proof";
  const outside = `outside ${networksLetIn(ours)}`;
  if (holds) return `${scope}: no verdict changes ${outside} ${evaluated}.`;
  return bounded
    ? `No proof: the records behind this one are too many to go through in full ${evaluated}.`
    : `Verdicts change ${outside} ${evaluated}:`;
}

/** A stack file can name terms of its own: only Odoo's may be called Odoo's. */
function networksLetIn(ours: Proof["ours"]): string {
  if (ours === undefined || ours.every((term) => term === ODOO_TERM)) return "Odoo's networks";
  return `the networks of ${octets(ours.map((term) => `\`${term}\``).join(" and "))}`;
}

function changeOf({ before, after, networks, total }: VerdictChange): string {
  const more = total > 2 ? ` and ${count(total - 2, "other")}` : "";
  return `${before} -> ${after} for ${octets(networks.slice(0, 2).join(", "))}${more}`;
}
