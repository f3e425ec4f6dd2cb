import type { DomainName } from "./name.ts";
import type { RRType } from "./rrset.ts";

export interface Question {
  readonly name: DomainName;
  readonly type: RRType;
}

/**
 * What DNS said. CNAMEs were followed by whoever asked: `aliases` are the names on the way, first
 * the one that the question's own name points to. `data` has the form described at RRset.values.
 * `servfail` (any refusal, a broken or looping answer) and `timeout` are never "none".
 */
export type Answer =
  | {
      readonly status: "records";
      readonly records: readonly AnswerRecord[];
      readonly aliases?: readonly DomainName[];
    }
  | {
      readonly status: "nodata" | "nxdomain";
      readonly aliases?: readonly DomainName[];
      readonly negativeTtl?: number;
    }
  | { readonly status: "servfail" | "timeout"; readonly detail?: string };

export interface AnswerRecord {
  readonly data: string;
  /** Seconds. */
  readonly ttl: number;
}

/** Answers by `answerKey(question)`: plain JSON, kept as the evidence behind a verdict. */
export type Answers = Readonly<Record<string, Answer>>;

/**
 * Result of a pure look-up: its value, or every question that it can already see it needs. The
 * caller asks them all at once and calls again with the answers added (design, "pure look-ups").
 */
export type Lookup<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly questions: readonly Question[] };

export function answerKey(question: Question): string {
  return `${question.name} ${question.type}`;
}

export function done<T>(value: T): Lookup<T> {
  return { done: true, value };
}

export function need(questions: readonly Question[]): Lookup<never> {
  return { done: false, questions };
}

/**
 * Several look-ups as one: `together({ spf, dkim })` is done when each is, and until then needs
 * what all of them need, each question once.
 */
export function together<T extends Readonly<Record<string, unknown>>>(lookups: {
  readonly [K in keyof T]: Lookup<T[K]>;
}): Lookup<T> {
  const values: Partial<Record<keyof T, unknown>> = {};
  const questions = new Map<string, Question>();
  for (const key of Object.keys(lookups) as (keyof T)[]) {
    const lookup = lookups[key];
    if (lookup.done) values[key] = lookup.value;
    else for (const question of lookup.questions) questions.set(answerKey(question), question);
  }
  return questions.size > 0 ? need([...questions.values()]) : done(values as T);
}
