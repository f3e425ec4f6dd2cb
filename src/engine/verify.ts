import type { ServerReport } from "../core/plan/schema.ts";
import type { Clock } from "../ports/clock.ts";
import type { Authority, Delegation, NameServer } from "../ports/resolver.ts";
import { type Expectation, type Judgement, judgeAnswer } from "./expectation.ts";

/** What is to be seen, and where. */
export interface Watch {
  readonly expected: readonly Expectation[];
  readonly delegation: Delegation;
}

export interface Watching {
  readonly authority: Authority;
  readonly clock: Clock;
  /** Milliseconds from now until we stop waiting. */
  readonly deadlineMs: number;
  /** Pauses between the rounds; the last one is repeated. */
  readonly pausesMs: readonly number[];
  /** Called whenever a server's state changes; `ms` since the start. */
  onReport(report: ServerReport, ms: number): void;
}

export interface Verification {
  readonly verified: "yes" | "pending" | "no";
  readonly servers: readonly ServerReport[];
  /** Which expectations are met at every server that answers. */
  readonly met: readonly Expectation[];
  /** Milliseconds since 1970: when the last server had everything. Only for `yes`. */
  readonly at?: number;
}

/** Rounds for servers that say nothing at all, once all others have what was written. */
const SILENT_ROUNDS = 3;

/**
 * Asks every address of every name server until each has all that was written, or the deadline is
 * over, or the signal is aborted. `yes`: every address that answers has it, and every server
 * answers at one address at least (not every network has IPv6). `no`: nobody answered at all.
 */
export async function verify(
  watch: Watch,
  watching: Watching,
  signal: AbortSignal,
): Promise<Verification> {
  const { clock, deadlineMs, pausesMs } = watching;
  const startedAt = clock.now();
  const seen = new Map<NameServer, readonly Judgement[]>();
  let silentRounds = 0;
  for (let round = 0; ; round += 1) {
    try {
      await askRound({ ...watch, seen }, watching, startedAt, signal);
      const state = progress(watch, seen);
      if (state === "complete") return conclude(watch, seen, clock.now());
      silentRounds += state === "silent" ? 1 : 0;
      const pause = pausesMs[Math.min(round, pausesMs.length - 1)] ?? 0;
      const isOver = clock.now() + pause > startedAt + deadlineMs;
      if (isOver || silentRounds === SILENT_ROUNDS) return conclude(watch, seen);
      await clock.wait(pause, signal);
    } catch (error) {
      if (signal.aborted) return conclude(watch, seen);
      throw error;
    }
  }
}

/** Asks everyone who does not have everything yet. */
async function askRound(
  { expected, delegation, seen }: Watch & { readonly seen: Map<NameServer, readonly Judgement[]> },
  { authority, clock, onReport }: Watching,
  startedAt: number,
  signal: AbortSignal,
): Promise<void> {
  const open = delegation.servers.filter((server) => stateOf(seen.get(server)) !== "answers");
  await Promise.all(
    open.map(async (server) => {
      const judged = await Promise.all(
        expected.map(async (one) => judgeAnswer(one, await authority.ask(server, one, signal))),
      );
      const before = JSON.stringify(seen.get(server));
      seen.set(server, judged);
      if (before !== JSON.stringify(judged)) {
        onReport(reportOf(server, judged), clock.now() - startedAt);
      }
    }),
  );
}

type Progress = "complete" | "waiting" | "silent";

/** `silent`: nobody who answers lacks anything, but there are servers that do not answer. */
function progress(
  { delegation }: Watch,
  seen: ReadonlyMap<NameServer, readonly Judgement[]>,
): Progress {
  const { servers } = delegation;
  if (servers.some((server) => stateOf(seen.get(server)) === "waiting")) return "waiting";
  const answering = new Set(
    servers.filter((server) => stateOf(seen.get(server)) === "answers").map(({ name }) => name),
  );
  const names = [...delegation.parent, ...delegation.child];
  return names.length > 0 && names.every((name) => answering.has(name)) ? "complete" : "silent";
}

function conclude(
  { expected, delegation }: Watch,
  seen: ReadonlyMap<NameServer, readonly Judgement[]>,
  at?: number,
): Verification {
  const { servers, lame } = delegation;
  const answering = servers.filter((server) =>
    seen.get(server)?.some(({ state }) => state !== "silent"),
  );
  const met = expected.filter(
    (_, index) =>
      answering.length > 0 &&
      answering.every((server) => seen.get(server)?.[index]?.state === "answers"),
  );
  const asked = new Set(servers.map(({ name }) => name));
  const unreachable = lame
    .filter(({ name }) => !asked.has(name))
    .map(({ name, reason }): ServerReport => {
      return { name, address: "no address", state: "silent", detail: reason };
    });
  const verified = answering.length === 0 ? "no" : "pending";
  return {
    verified: at === undefined ? verified : "yes",
    servers: [...servers.map((server) => reportOf(server, seen.get(server) ?? [])), ...unreachable],
    met,
    ...(at !== undefined && { at }),
  };
}

/** The most telling of a server's judgements. */
function reportOf({ name, address }: NameServer, judged: readonly Judgement[]): ServerReport {
  const state = stateOf(judged);
  const told = judged.find((one) => one.state === state);
  const detail = told !== undefined && "detail" in told ? told.detail : undefined;
  return { name, address, state, ...(detail !== undefined && { detail }) };
}

function stateOf(judged: readonly Judgement[] | undefined): Judgement["state"] {
  if (judged === undefined || judged.length === 0) return "silent";
  return (
    judged.find(({ state }) => state === "waiting")?.state ??
    judged.find(({ state }) => state === "silent")?.state ??
    "answers"
  );
}
