import { randomInt } from "node:crypto";
import type { Question } from "../core/dns/answer.ts";
import type { Clock } from "../ports/clock.ts";
import { rcodeName } from "./codes.ts";
import { createGate } from "./gate.ts";
import type { Endpoint } from "./name-servers.ts";
import { overTcp, overUdp } from "./transport.ts";
import { type Message, readMessage, writeQuery } from "./wire.ts";

/** What came of asking one server: its message, whatever that says, or why there is none. */
export type Reply =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "silent" | "broken"; readonly detail: string };

export interface ExchangeOptions {
  /** The RD bit: set for resolvers, clear for authoritative servers. */
  readonly recursion: boolean;
  /** How long each attempt may take, in milliseconds; their sum is the deadline. */
  readonly timeouts: readonly number[];
}

/** Asks one server. Rejects only with the signal's reason. */
export type Exchange = (
  server: Endpoint,
  question: Question,
  options: ExchangeOptions,
  signal: AbortSignal,
) => Promise<Reply>;

const PARALLEL = 64;
const MISUNDERSTOOD = new Set(["FORMERR", "NOTIMP"]);

/** An exchange over UDP, and TCP where an answer is cut short; at most 64 questions at a time. */
export function createExchange(clock: Clock): Exchange {
  const enter = createGate(PARALLEL);
  return (server, question, options, signal) =>
    enter(async () => {
      let reply: Reply = { kind: "silent", detail: "was not asked" };
      for (const ms of options.timeouts) {
        const attempt = await within({ clock, ms, signal }, (limited) =>
          ask({ server, question, recursion: options.recursion, edns: true }, limited),
        );
        if (attempt.isFinal) return attempt.reply;
        reply = attempt.reply;
      }
      return reply;
    });
}

interface Attempt {
  readonly reply: Reply;
  /** False: the next attempt may fare better. */
  readonly isFinal: boolean;
}

/** Runs an attempt against the clock. What the network says at once, it will say again. */
async function within(
  { clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal },
  attempt: (signal: AbortSignal) => Promise<Reply>,
): Promise<Attempt> {
  const over = new AbortController();
  const limited = AbortSignal.any([signal, over.signal]);
  const late = { kind: "silent", detail: `gave no answer within ${ms / 1000} s` } as const;
  try {
    signal.throwIfAborted();
    const reply = await Promise.race([
      attempt(limited),
      clock.wait(ms, limited).then((): Reply => late),
    ]);
    return { reply, isFinal: reply.kind === "message" };
  } catch (error) {
    signal.throwIfAborted();
    return { reply: { kind: "silent", detail: describe(error) }, isFinal: true };
  } finally {
    over.abort();
  }
}

interface Asking {
  readonly server: Endpoint;
  readonly question: Question;
  readonly recursion: boolean;
  readonly edns: boolean;
}

async function ask(asking: Asking, signal: AbortSignal): Promise<Reply> {
  const reply = await send(overUdp, asking, signal);
  if (reply === "cut short") {
    const whole = await send(overTcp, asking, signal);
    return whole === "cut short"
      ? { kind: "broken", detail: "cut its answer short over TCP too" }
      : whole;
  }
  if (reply.kind !== "message" || !asking.edns) return reply;
  // A server from before EDNS says so with an error and no OPT record (RFC 6891 7).
  const { rcode, edns } = reply.message;
  const misunderstood = edns === undefined && MISUNDERSTOOD.has(rcodeName(rcode));
  return misunderstood ? ask({ ...asking, edns: false }, signal) : reply;
}

async function send(
  transport: typeof overUdp,
  { server, question, ...options }: Asking,
  signal: AbortSignal,
): Promise<Reply | "cut short"> {
  const id = randomInt(0x10000);
  const query = writeQuery(id, question, options);
  if (query === undefined)
    return { kind: "broken", detail: `can't be asked for the type ${question.type}` };
  return transport(server, query, (octets) => accept(octets, id, question), signal);
}

/** Undefined for what is no answer to this question: it may be forged, the true one may follow. */
function accept(octets: Buffer, id: number, question: Question): Reply | "cut short" | undefined {
  if (octets.length < 12 || octets.readUInt16BE(0) !== id) return undefined;
  const flags = octets.readUInt16BE(2);
  if ((flags & 0x8000) === 0) return undefined;
  // What follows may end anywhere, so TC is looked at first.
  if ((flags & 0x0200) !== 0) return "cut short";
  const message = readMessage(octets);
  if (message === undefined) return { kind: "broken", detail: "sent what is no DNS message" };
  return isAnswerTo(message, question) ? { kind: "message", message } : undefined;
}

/** Errors may come without the question. */
function isAnswerTo({ questions, rcode, opcode }: Message, question: Question): boolean {
  const [asked, ...more] = questions;
  if (opcode !== 0 || more.length > 0) return false;
  if (asked === undefined) return rcode !== 0;
  return asked.name === question.name && asked.type === question.type && asked.class === 1;
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections at this port",
  ECONNRESET: "broke off the connection",
  ENETUNREACH: "can't be reached from this network",
  EHOSTUNREACH: "can't be reached from this network",
  EADDRNOTAVAIL: "can't be reached from this network",
  EAFNOSUPPORT: "can't be reached from this network",
  EPERM: "can't be asked: this machine's firewall forbids it",
  EACCES: "can't be asked: this machine forbids it",
};

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return WORDS[code ?? ""] ?? `could not be asked: ${message}`;
}
