import { targetName } from "./check-host.ts";
import { expand } from "./expand.ts";
import { readMacroString } from "./macro.ts";
import { type Run, ask } from "./run.ts";
import { validatedName } from "./validated.ts";

/**
 * RFC 7208 6.2: the text behind `exp` of the record whose mechanism said "fail", after the verdict
 * and outside its limits. Whatever is wrong with it, there is no explanation. A question that it
 * needs is left in `run.wanted`.
 */
export function explanationOf(run: Run): string | undefined {
  if (run.exp === undefined || run.decidedAt === undefined) return undefined;
  const name = targetName(run, run.exp, run.decidedAt);
  if (name === "none" || name === "never" || name === "pending") return undefined;
  const answer = ask(run, name, "TXT");
  if (answer?.status !== "records" || answer.records.length !== 1) return undefined;
  const reading = readMacroString(answer.records[0]?.data ?? "", "explanation");
  if ("reason" in reading) return undefined;
  const needsName = reading.parts.some((part) => part.kind === "macro" && part.letter === "p");
  const p = needsName ? validatedName(run, run.decidedAt) : "";
  return p === undefined ? undefined : expand(reading.parts, run, run.decidedAt, p);
}
