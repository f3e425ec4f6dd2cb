import { type Answer, answerKey, type Question } from "../core/dns/answer.ts";
import type { DomainName } from "../core/dns/name.ts";
import type { Clock } from "../ports/clock.ts";
import type { Resolver } from "../ports/resolver.ts";
import { rcodeName } from "./codes.ts";
import { createExchange, type Exchange, type Reply } from "./exchange.ts";
import { chainOf, MAX_ALIASES, negativeTtl, referralOf, soaFor } from "./message-reading.ts";
import { type Endpoint, printEndpoint } from "./name-servers.ts";
import { createOnce } from "./once.ts";
import type { Message } from "./wire.ts";

const TIMEOUTS_MS = [2000, 5000];

/**
 * Recursive look-ups at these servers, tried in order. One instance is meant for one run: it asks
 * every question once and remembers the answer, except for failures, which are asked again.
 */
export function createResolver({
  servers,
  clock,
}: {
  readonly servers: readonly Endpoint[];
  readonly clock: Clock;
}): Resolver {
  const exchange = createExchange(clock);
  const once = createOnce<Answer>(({ status }) => status === "servfail" || status === "timeout");
  const resolveOne = (question: Question, signal: AbortSignal): Promise<Answer> =>
    once(answerKey(question), () => follow({ servers, exchange, signal }, question), signal);
  return {
    resolve: (questions, signal) =>
      Promise.all(questions.map((question) => resolveOne(question, signal))),
  };
}

interface Asking {
  readonly servers: readonly Endpoint[];
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
}

/** Most resolvers follow aliases themselves; where one stops half-way, we go on. */
async function follow(asking: Asking, question: Question): Promise<Answer> {
  const aliases: DomainName[] = [];
  let name = question.name;
  while (aliases.length <= MAX_ALIASES) {
    const reply = await askInOrder(asking, { ...question, name });
    if ("status" in reply) return reply;
    const chain = chainOf(reply, { ...question, name });
    const before = new Set([question.name, ...aliases]);
    if (chain.isLoop || chain.aliases.some((alias) => before.has(alias))) break;
    aliases.push(...chain.aliases);
    const last = chain.aliases.at(-1) ?? name;
    const soa = soaFor({ ...reply, answer: [] }, last);
    const ways = aliases.length > 0 ? { aliases } : {};
    if (chain.records.length > 0) return { status: "records", records: chain.records, ...ways };
    const isMissing = rcodeName(reply.rcode) === "NXDOMAIN";
    if (isMissing) return { status: "nxdomain", ...ways, ...negativeTtl(soa) };
    if (soa || last === name) return { status: "nodata", ...ways, ...negativeTtl(soa) };
    name = last;
  }
  return { status: "servfail", detail: `the aliases of ${question.name} form a loop` };
}

/** The first server's answer, or the next one's where the first has none. */
async function askInOrder(
  { servers, exchange, signal }: Asking,
  question: Question,
): Promise<Message | Answer> {
  const failures: { status: "servfail" | "timeout"; detail: string }[] = [];
  for (const timeout of TIMEOUTS_MS) {
    for (const server of servers) {
      const options = { recursion: true, timeouts: [timeout] };
      const reply = await exchange(server, question, options, signal);
      const failure = failureOf(reply);
      if (failure === undefined && reply.kind === "message") return reply.message;
      const detail = `${printEndpoint(server)} ${failure}`;
      failures.push({ status: reply.kind === "silent" ? "timeout" : "servfail", detail });
    }
  }
  const told = failures.find(({ status }) => status === "servfail") ?? failures.at(-1);
  return told ?? { status: "timeout", detail: "there is no resolver to ask" };
}

function failureOf(reply: Reply): string | undefined {
  if (reply.kind !== "message") return reply.detail;
  const { message } = reply;
  const rcode = rcodeName(message.rcode);
  if (rcode !== "NOERROR" && rcode !== "NXDOMAIN") return `answers ${rcode}`;
  const isReferral = !message.offersRecursion && referralOf(message) !== undefined;
  return isReferral ? "is no resolver: it only says whom to ask" : undefined;
}
