import type { DomainName } from "../core/dns/name.ts";
import type { Op } from "../core/plan/schema.ts";
import { parseSpf } from "../core/spf/parse.ts";
import type { ServerAnswer } from "../ports/resolver.ts";

/** What every name server must answer at one name and type, once a write has reached it. */
export interface Expectation {
  readonly name: DomainName;
  readonly type: Op["type"];
  readonly present: readonly string[];
  readonly absent: readonly string[];
  /** How many SPF records receivers may find; more than one would be a permanent error. */
  readonly spfRecords: number;
}

/** One expectation for each RRset that `ops` touch; `before` is what stood there. */
export function expectationsOf(
  ops: readonly Op[],
  before: readonly {
    readonly name: string;
    readonly type: string;
    readonly values: readonly string[];
  }[],
): readonly Expectation[] {
  const byRRset = Map.groupBy(ops, (op) => `${op.name} ${op.type}`);
  return [...byRRset.values()].map((group) => {
    const { name, type } = group[0] as Op;
    const values = new Set(
      before.find((rrset) => rrset.name === name && rrset.type === type)?.values,
    );
    for (const op of group) {
      if (op.before !== null) values.delete(op.before);
      if (op.after !== null) values.add(op.after);
    }
    const touched = group.flatMap((op) => [op.before, op.after]).filter((value) => value !== null);
    return {
      name: name as DomainName,
      type,
      present: [...new Set(touched)].filter((value) => values.has(value)),
      absent: [...new Set(touched)].filter((value) => !values.has(value)),
      spfRecords: [...values].filter(isSpfRecord).length,
    };
  });
}

export type Judgement =
  | { readonly state: "answers" }
  | { readonly state: "waiting" | "silent"; readonly detail: string };

/** Compares one server's answer, value by value and octet by octet, with what was written. */
export function judgeAnswer(expected: Expectation, said: ServerAnswer): Judgement {
  const { answer, authoritative } = said;
  if (answer.status === "servfail" || answer.status === "timeout") {
    return { state: "silent", detail: answer.detail ?? "gave no answer" };
  }
  if (!authoritative) return { state: "silent", detail: "does not answer for this zone" };
  const values = answer.status === "records" ? answer.records.map(({ data }) => data) : [];
  const { name, type } = expected;
  if (expected.present.some((value) => !values.includes(value))) {
    return { state: "waiting", detail: `the new ${type} of ${name} is missing` };
  }
  if (expected.absent.some((value) => values.includes(value))) {
    return { state: "waiting", detail: `the old ${type} of ${name} is still there` };
  }
  const found = type === "TXT" ? values.filter(isSpfRecord).length : 0;
  if (type === "TXT" && found > 1 && found > expected.spfRecords) {
    return {
      state: "waiting",
      detail: `there are ${found} SPF records at ${name}, a permanent error to receivers: somebody added one at the same time; plan again`,
    };
  }
  return { state: "answers" };
}

/** Whether receivers take a value as an SPF record (RFC 7208 4.5). */
export function isSpfRecord(value: string): boolean {
  const { kind } = parseSpf(value);
  return kind === "spf" || kind === "broken";
}
