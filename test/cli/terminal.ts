import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemoWorld } from "../../examples/demo-world.ts";
import { hosts } from "../../providers/index.ts";
import { runCommand } from "../../src/cli/app.ts";
import { createClock } from "../../src/local/clock.ts";
import type { Choice, Context } from "../../src/cli/context.ts";

/** What a command said and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Answers to questions, in order. With them there is a terminal, without them there is none. */
  readonly answers?: readonly string[];
  readonly signal?: AbortSignal;
  /** Instead of the registry. */
  readonly hosts?: Awaited<ReturnType<Context["hosts"]>>;
}

/** Types one command line, in process. */
export async function type(options: TerminalOptions, ...args: string[]): Promise<Outcome> {
  const { cwd, env = {}, signal = new AbortController().signal } = options;
  const answers = [...(options.answers ?? [])];
  const isTerminal = options.answers !== undefined;
  const said = { stdout: "", stderr: "" };
  const context: Context = {
    process: {
      stdout: { write: (text) => void (said.stdout += text) },
      stderr: { write: (text) => void (said.stderr += text) },
    },
    env,
    cwd,
    isTerminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal },
    ask: async (question) => {
      said.stderr += question;
      return answers.shift() ?? "";
    },
    choose: async (_: string, choices: readonly Choice[]) => {
      const wanted = answers.shift();
      return isTerminal ? choices.find(({ value }) => value === wanted)?.value : undefined;
    },
    signal,
    clock: createClock(),
    paint: (_, text) => text,
    hosts: async () => options.hosts ?? hosts,
    version: async () => "1.2.3",
  };
  const code = await runCommand(args, context);
  return { code, ...said };
}

/** The project of the demo in a folder of its own, with its name servers running. */
export interface Project {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly resolver: string;
  read(path: string): string;
  write(path: string, text: string): void;
  /** Types a command that takes --resolver. */
  type(...args: string[]): Promise<Outcome>;
  typeWith(options: Partial<TerminalOptions>, ...args: string[]): Promise<Outcome>;
  close(): Promise<void>;
}

export const DOMAIN = "mycompany.example";
export const ZONE = "zones/mycompany.example.zone";
export const STACK = "stacks/Pulumi.mycompany.example.yaml";

export async function startProject(): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-cli-"));
  for (const name of ["zones", "stacks"])
    cpSync(join("examples", name), join(folder, name), { recursive: true });
  const world = await startDemoWorld(join(folder, "zones"));
  const typeWith: Project["typeWith"] = (options, ...args) =>
    type({ cwd: folder, env: world.env, ...options }, ...args, "--resolver", world.resolver);
  return {
    folder,
    env: world.env,
    resolver: world.resolver,
    read: (path) => readFileSync(join(folder, path), "latin1"),
    write: (path, text) => writeFileSync(join(folder, path), text, "latin1"),
    type: (...args) => typeWith({}, ...args),
    typeWith,
    close: async () => {
      await world.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A zone file without its serial, which only ever rises. */
export function withoutSerial(zone: string): string {
  return zone.replace(/\d{10} ; serial/, "N ; serial");
}
