import type { Rule } from "../rule.ts";

/** What a DNS host does with its records besides serving them. */
export const hostRules = {
  "host/held": {
    severity: "error",
    title: "The host does not let this record work",
    why: "Hosts lock records (a resource lock, another product that manages them) or serve something else than what is stored (a proxy, a flattened CNAME). A write would fail, or look done and change nothing for receivers. Nothing is written.",
    message: (words) =>
      `The ${words["type"]} record at ${words["name"]} is not written: ${words["reason"]}`,
    help: (words) => String(words["advice"]),
  },
  "host/not-served": {
    severity: "warning",
    title: "The host serves something else than the record",
    why: "The record is stored as it should be, but the host does not give it to those who ask: it stands behind a proxy, is flattened, or is hidden. Receivers do not see it.",
    message: (words) =>
      `The ${words["type"]} record at ${words["name"]} is stored, but receivers do not get it: ${words["reason"]}`,
    help: (words) => String(words["advice"]),
  },
} as const satisfies Record<string, Rule>;
