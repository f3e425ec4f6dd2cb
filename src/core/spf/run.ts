import type { Answer, Answers, Question } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import type { RRType } from "../dns/rrset.ts";
import type { MacroValues } from "./expand.ts";
import type { Directive, OwnRecord, Redirect, Target } from "./reading.ts";

/** RFC 7208 4.6.4. */
export const MAX_LOOKUPS = 10;
export const MAX_VOIDS = 2;
export const MAX_NAMES = 10;

/** What a mechanism says of the sender. `pending`: a question is in the run's `wanted`. */
export type Match = "match" | "miss" | "temperror" | "permerror" | "pending";

/** As a Match; `void` is a miss for which DNS had nothing. */
export type Guess = "match" | "miss" | "void" | "temperror" | "permerror";

/** Says what a term does that depends on more than the address (see proof.ts). */
export type Guesser = (term: Directive | Redirect, domain: DomainName) => Guess;

/** One evaluation of check_host(), from the first record to the verdict. */
export interface Run extends MacroValues {
  readonly answers: Answers;
  readonly own?: OwnRecord;
  readonly guess?: Guesser;
  lookups: number;
  voids: number;
  /** Whether a query for the term at hand found nothing. */
  termVoid: boolean;
  readonly wanted: Question[];
  /** Why it ended in an error. */
  reason: string;
  /** The mechanism that decided, the record it stands in, and that record's `exp`. */
  matched: string | undefined;
  decidedAt: DomainName | undefined;
  exp: Target | undefined;
}

export type RunStart = MacroValues & Pick<Run, "answers" | "own" | "guess">;

export function startRun(start: RunStart): Run {
  return {
    address: start.address,
    local: start.local,
    senderDomain: start.senderDomain,
    helo: start.helo,
    receiver: start.receiver,
    time: start.time,
    answers: start.answers,
    ...(start.own && { own: start.own }),
    ...(start.guess && { guess: start.guess }),
    lookups: 0,
    voids: 0,
    termVoid: false,
    wanted: [],
    reason: "",
    matched: undefined,
    decidedAt: undefined,
    exp: undefined,
  };
}

/** The answer, or undefined with the question in `wanted`. An empty answer makes the term void. */
export function ask(run: Run, name: DomainName, type: RRType): Answer | undefined {
  const answer = run.answers[`${name} ${type}`];
  if (answer === undefined) run.wanted.push({ name, type });
  else if (answer.status === "nxdomain" || answer.status === "nodata") run.termVoid = true;
  return answer;
}

export function isFailure(answer: Answer): boolean {
  return answer.status === "servfail" || answer.status === "timeout";
}
