import { rules } from "../core/findings/rules.ts";
import type { Complaint } from "./issues.ts";
import { inWords } from "./issues.ts";
import { NAMESPACE } from "./schema.ts";
import type { Values } from "./schema.ts";
import { suggest } from "./suggest.ts";

/** Keys that can't all be meant, and answers to questions that no rule asks. */
export function contradictions(values: Values): readonly Complaint[] {
  return [
    ...spfContradictions(values),
    ...recordsContradictions(values),
    ...acceptComplaints(values[`${NAMESPACE}accept`]),
  ];
}

/** The hosts whose own Pulumi resources can keep a record of ours (src/pulumi/native). */
export const NATIVE_HOSTS: readonly string[] = ["azure", "cloudflare"];

function recordsContradictions(values: Values): readonly Complaint[] {
  const key = `${NAMESPACE}records`;
  const host = values[`${NAMESPACE}host`];
  if (values[key] !== "native") return [];
  const wrong = (reason: string, fix: string): Complaint[] => [
    { rule: "config/contradiction", path: [key], part: "key", words: { key, reason, fix } },
  ];
  if (!NATIVE_HOSTS.includes(host))
    return wrong(
      `is native, and the host ${host} has no resources of its own`,
      `Leave the key out: our own resource keeps the record. Native is for ${NATIVE_HOSTS.join(" and ")}.`,
    );
  if (values[`${NAMESPACE}account`] !== undefined)
    return wrong(
      "is native, and the host's own plugin knows nothing of accounts",
      `Leave the key out, or remove ${NAMESPACE}account.`,
    );
  return [];
}

function spfContradictions(values: Values): readonly Complaint[] {
  const { off, join, all, domain } = values[`${NAMESPACE}spf`];
  const found: Complaint[] = [];
  const add = (key: string, reason: string, fix: string) => {
    const path = [`${NAMESPACE}spf`, key];
    const words = { key: path.join("."), reason, fix };
    found.push({ rule: "config/contradiction", path, part: "key", words });
  };
  if (join && all === undefined)
    add("join", "does not say how the record ends", 'Add all: "~all" or all: "-all" beside it.');
  if (!join && all !== undefined)
    add("all", "is only for joining two records", "Add join: true beside it, or remove it.");
  if (off && (join || domain !== undefined))
    add("off", "leaves SPF alone, and other keys beside it change it", "Keep one or the other.");
  return found;
}

function acceptComplaints(accept: readonly string[]): readonly Complaint[] {
  const ids = Object.entries(rules).flatMap(([id, rule]) => ("acceptable" in rule ? [id] : []));
  return accept.flatMap((id, index): Complaint[] => {
    if (ids.includes(id)) return [];
    const near = suggest(id, ids);
    const reason = id in rules ? "is a rule that can't be accepted" : "is no rule of this program";
    const words = { value: inWords(id), reason, ...(near !== undefined && { suggestion: near }) };
    return [{ rule: "config/accept", path: [`${NAMESPACE}accept`, index], part: "value", words }];
  });
}
