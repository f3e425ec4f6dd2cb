import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { MailDnsError } from "../core/errors.ts";
import { planOps } from "../core/plan/assemble.ts";
import { opDigest } from "../core/plan/digest.ts";
import { findingsOf } from "../core/plan/part.ts";
import { partNames, Plan } from "../core/plan/schema.ts";

/** What reviewers have let through. */
export interface Approval {
  /** Digests of single ops. */
  readonly ops: ReadonlySet<string>;
  /** `domain rule` of each error that they have seen. */
  readonly errors: ReadonlySet<string>;
}

/** A domain that could not be planned: nothing of it is approved. */
const Failure = v.object({ domain: v.string(), error: v.object({ code: v.string() }) });

const MAX_OCTETS = 64 * 1024 * 1024;

/**
 * Reads the plans that `plan --json` wrote into a folder: files that end in .json, a plan a line.
 * Throws `usage` for one that is no plan, because leaving it out could let something else through.
 */
export function readApproval(folder: string, shown: string): Approval {
  const plans = jsonFiles(folder, shown).flatMap((name) => readPlans(join(folder, name), name));
  const errors = plans.flatMap((plan) => errorsOf(plan).map((rule) => `${plan.domain} ${rule}`));
  const ops = plans.flatMap((plan) => planOps(plan).map((op) => opDigest(plan.domain, op)));
  return { ops: new Set(ops), errors: new Set(errors) };
}

/** Why this plan may not be carried out, or undefined. Less than what was approved may be done. */
export function objection(plan: Plan, approval: Approval): string | undefined {
  const { domain } = plan;
  const foreign = planOps(plan).filter((op) => !approval.ops.has(opDigest(domain, op)));
  if (foreign.length > 0)
    return `not approved: ${foreign.map(({ type, name }) => `${type} ${name}`).join(", ")}`;
  const news = errorsOf(plan).filter((rule) => !approval.errors.has(`${domain} ${rule}`));
  return news.length > 0 ? `new since the approval: ${news.join(", ")}` : undefined;
}

function errorsOf({ parts, findings }: Plan): readonly string[] {
  const told = partNames.flatMap((name) => findingsOf(parts[name])).concat(findings);
  return told.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

function jsonFiles(folder: string, shown: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (cause) {
    throw new MailDnsError("usage", `The folder ${shown} of --approved can't be read.`, {
      help: "Fill it with: odoo-mail-dns plan --all --json > FOLDER/plans.json",
      native: { code: (cause as NodeJS.ErrnoException).code ?? "unknown" },
      cause,
    });
  }
}

function readPlans(path: string, name: string): readonly Plan[] {
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > MAX_OCTETS) throw noPlan(name);
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.flatMap((line) => {
    const result = v.safeParse(v.union([Plan, Failure]), parseJson(line));
    if (!result.success) throw noPlan(name);
    return "error" in result.output ? [] : [result.output];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noPlan(name: string): MailDnsError {
  return new MailDnsError("usage", `${name} in the folder of --approved holds no plan.`, {
    help: "Write it with plan --json, and do not change it afterwards.",
  });
}
