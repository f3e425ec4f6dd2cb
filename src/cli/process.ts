import { readFileSync } from "node:fs";
import type { styleText } from "node:util";
import { MailDnsError } from "../core/errors.ts";
import type { Paint, Tone } from "../render/layout.ts";
import { createClock } from "../local/clock.ts";
import type { Choice, Context } from "./context.ts";
import { exit } from "./exit-codes.ts";

const STYLES: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  add: "green",
  remove: "red",
  change: "yellow",
  refuse: ["bold", "red"],
  good: "green",
  warn: "yellow",
  dim: "dim",
  strong: "bold",
};

/** The real world: this process and its terminal. `signal` is aborted when it is to stop. */
export function processContext(signal: AbortSignal): Context {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on("error", leaveQuietly);
  return {
    process: {
      stdout: { write: (text) => stdout.write(text) },
      stderr: { write: (text) => stderr.write(text) },
    },
    env: process.env,
    cwd: process.cwd(),
    isTerminal: { stdin: stdin.isTTY, stdout: stdout.isTTY, stderr: stderr.isTTY },
    ask: (question) => ask(question, signal),
    choose,
    signal,
    clock: createClock(),
    paint,
    hosts: async () => (await import("../../providers/index.ts")).hosts,
    version,
  };
}

/**
 * Colour only where both outputs can show it, since either may be a file. styleText asks the stream
 * and NO_COLOR. An import of node:util would load all that it offers, which costs an eighth of the
 * start of this program.
 */
const paint: Paint = (tone, text) => {
  const { stdout, stderr, getBuiltinModule } = process;
  const stream = stdout.isTTY ? stderr : stdout;
  return getBuiltinModule("node:util").styleText(STYLES[tone], text, { stream });
};

/** A reader that has seen enough (`| head`) is no error. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === "EPIPE" ? (process.exitCode ?? exit.ok) : exit.failed);
}

/** The first Ctrl-C asks to stop after the write that is running, the second stops at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    process.stderr.write("Stopping after the step that is running; Ctrl-C again stops at once.\n");
    controller.abort(new MailDnsError("interrupted", "Interrupted."));
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While it reads a line, the terminal hands over Ctrl-C as a key.
  terminal.on("SIGINT", () => process.emit("SIGINT"));
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}

async function choose(question: string, choices: readonly Choice[]): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const { isCancel, select } = await import("@clack/prompts");
  const chosen = await select({ message: question, options: [...choices] });
  return isCancel(chosen) ? undefined : chosen;
}

/** Of the package: the source and the built program lie two folders below its root. */
async function version(): Promise<string> {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
