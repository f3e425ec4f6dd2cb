import type { Rule } from "../rule.ts";

/** About the plan itself rather than about one record. */
export const planRules = {
  "plan/accept-not-needed": {
    severity: "note",
    title: "An accepted rule does not apply",
    why: "An entry in `odoo-mail-dns:accept` lets a change through that would be refused. One that has nothing to let through today would silently let through something tomorrow.",
    message: (words) => `The stack file accepts ${words["rule"]}, but nothing here needs that`,
    help: (words) => `Take ${words["rule"]} out of \`odoo-mail-dns:accept\`.`,
  },
  "plan/changed-since": {
    severity: "warning",
    title: "Somebody has changed the record since",
    why: "Undo takes our change out of the record as it is now. What others have changed in the meantime stays; an old state is never written over a new one.",
    message: (words) =>
      `${words["name"]} is no longer what was written; only our own part is taken out of it`,
  },
  "plan/nothing-of-ours": {
    severity: "note",
    title: "Nothing of ours is there",
    why: "What was to be taken out is gone already, or has been replaced by something that is not ours.",
    message: (words) =>
      `Nothing of what was written is at ${words["name"]} any more: ${words["reason"]}`,
  },
} as const satisfies Record<string, Rule>;
