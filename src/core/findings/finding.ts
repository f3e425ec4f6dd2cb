import * as v from "valibot";

/** `error`: refused, or not ready. `warning`: works, but should change. `note`: worth knowing. */
export const severities = ["error", "warning", "note"] as const;
export type Severity = (typeof severities)[number];

const text = v.pipe(v.string(), v.minLength(1));

/** One fact about a domain, said so that its owner can act on it. */
export const Finding = v.strictObject({
  /** Stable id, the name of its page in docs/rules: `spf/two-records`. */
  rule: text,
  severity: v.picklist(severities),
  domain: text,
  /** The record's own name where it is not the domain. */
  name: v.optional(text),
  message: text,
  help: v.optional(text),
  /** Section that decides: `RFC 7208, 4.5`. */
  rfc: v.optional(text),
  /** Values, terms or answers that show it, as they are (unescaped: renderers escape). */
  evidence: v.optional(v.array(v.string())),
  /** Decisions that only the owner can take: the line for the stack file, and what comes of it. */
  choices: v.optional(
    v.array(v.strictObject({ line: text, result: text, effects: v.array(text) })),
  ),
  /** The key in the stack file that caused it, or that answers it. */
  at: v.optional(v.strictObject({ file: text, line: v.number(), column: v.number() })),
});
export type Finding = Readonly<v.InferOutput<typeof Finding>>;
