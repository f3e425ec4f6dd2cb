import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  LocalWorkspace,
  type PulumiCommand,
  type PulumiFn,
  Stack,
} from "@pulumi/pulumi/automation/index.js";
import { MailDomain } from "./component.ts";
import { COMPONENT, type Declared } from "./stacks.ts";

/** What became of one stack. `changes` counts what Pulumi would change, or has changed. */
export type Outcome = { readonly name: string } & (
  | { readonly state: "unchanged" }
  | { readonly state: "changes"; readonly changes: number }
  | { readonly state: "failed"; readonly reason: string }
);

export interface FleetOptions {
  readonly verb: "preview" | "up";
  readonly command: PulumiCommand;
  readonly env: Readonly<Record<string, string>>;
  readonly projectFolder: string;
  /** How many stacks run side by side. */
  readonly parallel: number;
  /** Once aborted, no further stack is begun; those that run are waited for. */
  readonly signal: AbortSignal;
  onOutcome(outcome: Outcome): void;
}

const SETTLED: ReadonlySet<string> = new Set(["same", "read", "refresh", "discard"]);
const PROVIDER = fileURLToPath(
  new URL("./provider/pulumi-resource-odoo-mail-dns", import.meta.url),
);

/**
 * Runs every stack through Pulumi's Automation API, some side by side, with one provider process
 * for all. A stack that fails holds nobody back; one whose preview is refused is not written.
 */
export async function runFleet(
  stacks: readonly Declared[],
  options: FleetOptions,
): Promise<readonly Outcome[]> {
  const provider = await startProvider(options);
  const env = { ...options.env, PULUMI_DEBUG_PROVIDERS: `odoo-mail-dns:${provider.port}` };
  const known = await knownStacks({ ...options, env });
  const waiting = [...stacks];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      if (options.signal.aborted) return;
      const outcome = await runOne(stack, known.has(stack.name), { ...options, env });
      outcomes.push(outcome);
      options.onOutcome(outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.parallel }, work));
  } finally {
    provider.stop();
  }
  return outcomes;
}

async function runOne(stack: Declared, isKnown: boolean, options: FleetOptions): Promise<Outcome> {
  const { name } = stack;
  if ("problem" in stack) return { name, state: "failed", reason: stack.problem };
  try {
    const workspace = await openWorkspace(options, programOf(stack.args));
    // Each command names its stack, so one that is there needs no command to select it.
    if (isKnown) workspace.selectStack = () => Promise.resolve();
    const own = await Stack.createOrSelect(name, workspace);
    const said: string[] = [];
    const listen = { refresh: true, onOutput: (text: string) => void said.push(text) };
    const { changeSummary } = await own.preview(listen);
    const changes = countChanges(changeSummary);
    if (options.verb === "up" && changes > 0) await own.up(listen);
    return changes === 0 ? { name, state: "unchanged" } : { name, state: "changes", changes };
  } catch (error) {
    return { name, state: "failed", reason: reasonIn(error) };
  }
}

/** The names of the stacks that are there; where that can't be told, each is looked for by itself. */
async function knownStacks(options: FleetOptions): Promise<ReadonlySet<string>> {
  try {
    const stacks = await (await openWorkspace(options)).listStacks();
    return new Set(stacks.map(({ name }) => name));
  } catch {
    return new Set();
  }
}

function programOf(args: ConstructorParameters<typeof MailDomain>[1]): PulumiFn {
  return async () => {
    const { spf, dkim, dmarc, host } = new MailDomain(COMPONENT, args);
    return { spf, dkim, dmarc, host };
  };
}

function openWorkspace(
  { command, env, projectFolder }: FleetOptions,
  program: PulumiFn = async () => undefined,
): Promise<LocalWorkspace> {
  return LocalWorkspace.create({
    program,
    pulumiCommand: command,
    envVars: { ...env },
    projectSettings: { name: "odoo-mail-dns", runtime: "nodejs", main: projectFolder },
  });
}

/** Pulumi's summary counts the component and the provider too; what matters is whether all is same. */
function countChanges(summary: Readonly<Record<string, number | undefined>> | undefined): number {
  return Object.entries(summary ?? {})
    .filter(([op]) => !SETTLED.has(op))
    .reduce((sum, [, count]) => sum + (count ?? 0), 0);
}

/** What the engine says was wrong, without its closing words and the trace of the API. */
function reasonIn(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const blocks = text.split(/^\s*error: /m).slice(1);
  const reasons = blocks.map((block) => {
    const [own = ""] = block.split(/\n\s*(?:err\?:|Resources:)/);
    return own
      .replace(/^.* has a problem: /, "")
      .replace(/\n\s+/g, "\n")
      .trim();
  });
  const said = reasons.find((reason) => !/^(?:update|preview) failed/.test(reason));
  return said ?? text.split("\n")[0] ?? text;
}

interface RunningProvider {
  readonly port: number;
  stop(): void;
}

async function startProvider({ env, projectFolder }: FleetOptions): Promise<RunningProvider> {
  const child = spawn(PROVIDER, [], {
    cwd: projectFolder,
    env,
    // Ctrl-C goes to all of a group: Pulumi ends its runs, and needs the provider for that.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit").then(() => undefined);
  const line = await Promise.race([once(createInterface(child.stdout), "line"), gone]);
  if (line === undefined) throw new Error("The provider ended before it was ready.");
  return { port: Number(line[0]), stop: () => void child.kill() };
}
