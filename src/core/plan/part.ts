import type { DomainName } from "../dns/name.ts";
import type { Finding } from "../findings/finding.ts";
import type { Rule } from "../findings/rule.ts";
import { type RuleId, acceptedFinding, finding, rules } from "../findings/rules.ts";
import type { PlanInput } from "./desired.ts";
import { heldOps } from "./holds.ts";
import { notLive } from "./live.ts";
import type { Op, Part, SpfEffect } from "./schema.ts";

/** A part before it is known whether it may be written. */
export interface Draft {
  readonly name: DomainName;
  /** The values that the part is about, as they are now. */
  readonly live: readonly string[];
  /** How many other values stand at the same name and type. */
  readonly others: number;
  readonly findings: readonly Finding[];
  readonly ops: readonly Op[];
  readonly spf?: SpfEffect;
}

/**
 * Decides: an error that its owner has not accepted refuses the part, and a refused part has no
 * ops. A draft without ops must not carry errors, because only a write can be refused.
 */
export function settlePart(draft: Draft, input: PlanInput): Part {
  const against = draft.ops.length > 0 ? [...notLive(input), ...heldOps(draft.ops, input)] : [];
  const findings = [...against, ...draft.findings].map((found) =>
    isAccepted(found, input.config.accept) ? acceptedFinding(found) : found,
  );
  const { name, others, spf } = draft;
  const base = { name, others, live: [...draft.live], ...(spf !== undefined && { spf }) };
  const [error, ...errors] = findings.filter((found) => found.severity === "error");
  const rest = findings.filter((found) => found.severity !== "error");
  if (error !== undefined) {
    return { status: "refused", ...base, findings: rest, because: [error, ...errors] };
  }
  if (draft.ops.length === 0) return { status: "unchanged", ...base, findings: rest };
  return {
    status: "changes",
    ...base,
    findings: rest,
    ops: [...draft.ops],
    guard: input.host.guard,
    exposure: [...input.host.exposure],
  };
}

/** A part about which nothing can be said, because its name could not be read. */
export function unknownPart(name: DomainName, input: PlanInput): Part {
  const reason = input.snapshot.unread?.find((unread) => unread.name === name)?.reason;
  const words = { name, ...(reason !== undefined && { reason }) };
  const because = finding("dns/not-read", { domain: input.config.domain, name }, words);
  return { status: "unknown", name, live: [], others: 0, findings: [], because: [because] };
}

/** A part with nothing to write and nothing to say. */
export function idlePart(name: DomainName, findings: readonly Finding[] = []): Part {
  return { status: "unchanged", name, live: [], others: 0, findings: [...findings] };
}

export function opsOf(part: Part): readonly Op[] {
  return part.status === "changes" ? part.ops : [];
}

/** Everything that a part has to say, what stopped it first. */
export function findingsOf(part: Part): readonly Finding[] {
  return "because" in part ? [...part.because, ...part.findings] : part.findings;
}

function isAccepted(found: Finding, accept: readonly string[]): boolean {
  const rule: Rule | undefined = rules[found.rule as RuleId];
  const isAcceptable = found.severity === "error" && rule?.acceptable === true;
  return isAcceptable && accept.includes(found.rule);
}
