import type { Proof } from "../core/plan/schema.ts";
import { octets } from "./escape.ts";
import { count } from "./layout.ts";

const SHOWN = 8;

/** Whose verdict changes, in sentences (design, section 3). */
export function proofSentences(proof: Proof): readonly string[] {
  const { asked, changes, notProvable } = proof;
  const over = `${count(asked.ip4, "IPv4 network")} and ${count(asked.ip6, "IPv6 network")}`;
  const claims = {
    "no-change-outside": proof.holds
      ? `Proof: no verdict changes outside Odoo's networks (${over} evaluated, before and after).`
      : `No proof: verdicts change outside Odoo's networks (${over} evaluated, before and after).`,
    effects: `Effect on senders (${over} evaluated, before and after):`,
  };
  const inside = proof.claim === "no-change-outside" && proof.holds ? "Inside them: " : "";
  const shown = changes.slice(0, SHOWN).map(({ before, after, networks, total }) => {
    const more = total > 2 ? ` and ${count(total - 2, "other")}` : "";
    return `${inside}${before} -> ${after} for ${octets(networks.slice(0, 2).join(", "))}${more}`;
  });
  const rest = changes.length > SHOWN ? [`and ${changes.length - SHOWN} more kinds of change`] : [];
  const open =
    notProvable.length > 0
      ? [`Depends on more than the address, so not proven: ${octets(notProvable.join(" "))}`]
      : [];
  const cut = proof.bounded
    ? ["The records behind this one are too many to go through in full."]
    : [];
  return [claims[proof.claim], ...shown, ...rest, ...open, ...cut];
}
