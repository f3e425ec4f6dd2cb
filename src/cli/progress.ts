import type { Op, ServerReport } from "../core/plan/schema.ts";
import type { ApplyEvent } from "../engine/apply-event.ts";
import { visible } from "../render/escape.ts";
import { renderInstructions } from "../render/instructions.ts";
import { marked, spread } from "../render/layout.ts";
import type { Tone } from "../render/layout.ts";
import type { Context } from "./context.ts";

/** What happens during an apply, told while it happens. */
export type Progress = (event: ApplyEvent) => void;

/**
 * One line a step. On a terminal a name server's line is written over while it is waited for;
 * elsewhere each line is appended once, and again only when something new is to be said.
 */
export function createProgress(context: Context, zone: string): Progress {
  const { stderr } = context.process;
  const serverLine = serverLines(context);
  const callLine = callLines(context);
  return (event) => {
    if (event.kind === "server") return serverLine(event.report, event.ms);
    if (event.kind === "instructions")
      return stderr.write(`${renderInstructions(event.ops, zone)}\n`);
    if (event.kind === "write") callLine(event);
    for (const line of linesOf(event, context)) stderr.write(`${line}\n`);
  };
}

function linesOf(
  event: Exclude<ApplyEvent, { kind: "server" | "instructions" }>,
  context: Context,
): readonly string[] {
  const line = (mark: keyof typeof TONES, text: string, ms?: number) =>
    stepLine({ mark, text, ms }, context);
  switch (event.kind) {
    case "read-again":
      return line("✓", "read again, unchanged since the plan", event.ms);
    case "saved":
      return line("✓", `saved the records as they were   ${event.where}`);
    case "write":
      return line(markOf(event.outcome), writeWords(event));
    case "settled":
      return settledLine(event, line);
    case "not-verified":
      return line("!", `no name server can be asked: ${event.reason}`);
    case "visible-by":
      return line("·", `resolvers may keep what they know for up to ${event.seconds} s`);
    case "interrupted":
      return line("!", "interrupted; what was being written is finished");
  }
}

const TONES = { "✓": "good", "!": "refuse", "·": "dim" } as const satisfies Record<string, Tone>;

interface Step {
  readonly mark: keyof typeof TONES;
  readonly text: string;
  readonly ms?: number | undefined;
}

function stepLine({ mark, text, ms }: Step, { paint }: Context): readonly string[] {
  const lines = marked(`  ${mark} `, visible(text), () => `  ${mark} `);
  const timed = [...lines.slice(0, -1), spread(lines.at(-1) ?? "", seconds(ms))];
  return timed.map((line, at) =>
    at === 0 ? `  ${paint(TONES[mark], mark)}${line.slice(3)}` : line,
  );
}

function seconds(ms: number | undefined): string {
  return ms === undefined || ms < 50 ? "" : `${(ms / 1000).toFixed(1)} s`;
}

function markOf(outcome: string): keyof typeof TONES {
  if (outcome === "done" || outcome === "already") return "✓";
  return outcome === "pending" ? "·" : "!";
}

type Write = Extract<ApplyEvent, { kind: "write" }>;

function writeWords({ op, outcome, detail }: Write): string {
  const states: Readonly<Record<typeof outcome, string>> = {
    done: "",
    already: "   is so already",
    failed: "   failed",
    unknown: "   may or may not have happened",
    pending: "   not tried",
  };
  const why = detail === undefined || outcome === "done" ? "" : `: ${detail}`;
  return `${signOf(op)} ${op.type} ${op.name}${states[outcome]}${why}`;
}

/** What was sent, once for all the records that it carried. Paths in it stay whole. */
function callLines(context: Context): (event: Write) => void {
  const told = new Set<Write["call"]>();
  return ({ call, outcome, detail, ms }) => {
    if (call === undefined || told.has(call) || outcome !== "done") return;
    told.add(call);
    const lines = stepLine({ mark: "✓", text: call.summary, ms }, context);
    const why = detail === undefined ? [] : [`      ${visible(detail)}`];
    for (const line of [...lines, ...why]) context.process.stderr.write(`${line}\n`);
  };
}

function signOf({ before, after }: Op): string {
  if (before === null) return "+";
  return after === null ? "-" : "~";
}

function settledLine(
  { settled, ms }: Extract<ApplyEvent, { kind: "settled" }>,
  line: (mark: keyof typeof TONES, text: string, ms?: number) => readonly string[],
): readonly string[] {
  const why = settled.detail === undefined ? "" : `: ${settled.detail}`;
  if (settled.state === "published") return line("✓", `published${why}`, ms);
  if (settled.state === "failed") return line("!", `not published${why}`, ms);
  if (settled.state === "pending") return line("·", `not published yet${why}`, ms);
  return settled.detail === undefined ? [] : line("·", settled.detail);
}

/** Name servers' lines: the last ones on the screen, so that a terminal can write over them. */
function serverLines(context: Context): (report: ServerReport, ms: number) => void {
  const { stderr } = context.process;
  const shown = new Map<string, string>();
  return (report, ms) => {
    const key = `${report.name} ${report.address}`;
    const before = shown.get(key);
    const words = serverWords(report);
    const isNews = before !== words;
    shown.set(key, words);
    if (!isNews) return;
    const isLast = [...shown.keys()].at(-1) === key;
    if (context.isTerminal.stderr && before !== undefined && isLast)
      stderr.write("\u001b[1A\u001b[2K");
    for (const line of stepLine(
      { mark: report.state === "answers" ? "✓" : "·", text: words, ms },
      context,
    ))
      stderr.write(`${line}\n`);
  };
}

function serverWords({ name, address, state, detail }: ServerReport): string {
  const said = { answers: "answers as planned", waiting: "not yet", silent: "does not answer" };
  const why = detail === undefined || state === "answers" ? "" : `: ${detail}`;
  return `${name} (${address}) ${said[state]}${why}`;
}
