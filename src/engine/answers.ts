import {
  type Answer,
  type Answers,
  type Lookup,
  type Question,
  answerKey,
} from "../core/dns/answer.ts";
import type { DomainName } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";
import type { Resolver } from "../ports/resolver.ts";
import type { Held } from "./held.ts";

// A level of an include tree is a round: ten look-ups, their aliases and the DMARC walk fit easily.
const MAX_ROUNDS = 60;
const MAX_QUESTIONS = 2000;
const MAX_ALIASES = 16;

export interface AnswerSources {
  readonly resolver: Resolver;
  /** What is known without asking anybody; undefined sends the question to the resolver. */
  readonly held?: (question: Question) => Held | undefined;
}

/**
 * Drives a pure look-up to its end: all questions of a round at once, then again with the answers.
 * Returns its value and every answer behind it. Throws `limit-exceeded` for a look-up without end.
 */
export async function answerAll<T>(
  ask: (answers: Answers) => Lookup<T>,
  sources: AnswerSources,
  known: Answers,
  signal: AbortSignal,
): Promise<{ readonly value: T; readonly answers: Answers }> {
  const answers: Record<string, Answer> = { ...known };
  let asked = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const step = ask(answers);
    if (step.done) return { value: step.value, answers };
    const missing = step.questions.filter((question) => !(answerKey(question) in answers));
    if (missing.length === 0) {
      throw new MailDnsError("internal", "A look-up asks again for what it has been told.");
    }
    asked += missing.length;
    if (asked > MAX_QUESTIONS) break;
    Object.assign(answers, await fetchAnswers(missing, sources, signal));
  }
  throw new MailDnsError(
    "limit-exceeded",
    `The records of this domain lead to more than ${MAX_QUESTIONS} DNS questions or ${MAX_ROUNDS} steps.`,
    { help: "Look at its SPF record: an include in it leads to a tree without end." },
  );
}

/** Where the aliases that we know of ourselves lead: to an answer, or to a question for the resolver. */
interface Trail {
  readonly question: Question;
  readonly aliases: readonly DomainName[];
  readonly end: { readonly answer: Answer } | { readonly ask: Question };
}

async function fetchAnswers(
  questions: readonly Question[],
  { resolver, held }: AnswerSources,
  signal: AbortSignal,
): Promise<Answers> {
  const trails = questions.map((question) => follow(question, held ?? (() => undefined)));
  const open = new Map(
    trails.flatMap(({ end }) => ("ask" in end ? [[answerKey(end.ask), end.ask] as const] : [])),
  );
  const told = open.size > 0 ? await resolver.resolve([...open.values()], signal) : [];
  const resolved = new Map([...open.keys()].map((key, index) => [key, told[index]]));
  return Object.fromEntries(
    trails.map(({ question, aliases, end }) => {
      const answer = "answer" in end ? end.answer : resolved.get(answerKey(end.ask));
      return [answerKey(question), withAliases(answer ?? UNANSWERED, aliases)];
    }),
  );
}

const UNANSWERED: Answer = { status: "servfail", detail: "the resolver left the question out" };

function follow(question: Question, held: (question: Question) => Held | undefined): Trail {
  const aliases: DomainName[] = [];
  let name = question.name;
  while (aliases.length < MAX_ALIASES) {
    const found = held({ ...question, name });
    if (found === undefined) return { question, aliases, end: { ask: { ...question, name } } };
    if (!("alias" in found)) return { question, aliases, end: { answer: found } };
    if (found.alias === question.name || aliases.includes(found.alias)) break;
    aliases.push(found.alias);
    name = found.alias;
  }
  const detail = `the aliases of ${question.name} form a loop`;
  return { question, aliases: [], end: { answer: { status: "servfail", detail } } };
}

function withAliases(answer: Answer, aliases: readonly DomainName[]): Answer {
  const isCertain =
    "records" in answer || answer.status === "nodata" || answer.status === "nxdomain";
  if (aliases.length === 0 || !isCertain) return answer;
  return { ...answer, aliases: [...aliases, ...(answer.aliases ?? [])] };
}
