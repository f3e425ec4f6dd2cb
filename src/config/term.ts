import { parseSpf } from "../core/spf/parse.ts";
import type { Complaint } from "./issues.ts";
import { inWords } from "./issues.ts";
import { NAMESPACE } from "./schema.ts";

/** What is wrong with the terms that the stack is to keep in the record. */
export function termComplaints(terms: readonly string[]): readonly Complaint[] {
  return terms.flatMap((term, index): Complaint[] => {
    const oddity =
      terms.indexOf(term) < index ? { reason: "it stands here twice" } : oddityOf(term);
    if (oddity === undefined) return [];
    const words = { value: inWords(term), ...oddity };
    const path = [`${NAMESPACE}spf`, "terms", index];
    return [{ rule: "config/term", path, part: "value", words }];
  });
}

function oddityOf(term: string): { reason: string; suggestion?: string } | undefined {
  if (!/^[\x21-\x7e]+$/.test(term)) return { reason: "it is not one word of plain characters" };
  const value = parseSpf(`v=spf1 ${term}`);
  if (value.kind === "broken") {
    const [{ reason, suggestion }] = value.faults;
    return { reason, ...(suggestion !== undefined && { suggestion }) };
  }
  const read = value.kind === "spf" ? value.record.terms[0]?.term : undefined;
  if (read?.kind !== "mechanism") return { reason: "it is no mechanism" };
  if (read.name === "all") return { reason: "how a record ends is its owner's choice" };
  if (read.prefix4 === 0 || read.prefix6 === 0) return { reason: "it matches every address" };
  return undefined;
}
