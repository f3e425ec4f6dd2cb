import type { DomainName } from "../../src/core/dns/name.ts";

/** How a program ended. `missing`: it is not on this machine. */
export interface Ended {
  readonly status: number | "missing" | "stopped";
  /** What it said, at most a few lines, control characters taken out. */
  readonly output: string;
}

export interface Command {
  readonly program: "named-checkzone" | "rndc";
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder?: string;
}

/** Starts a program without a shell; never throws. */
export type Run = (command: Command) => Promise<Ended>;

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 2000;
const SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin";

/** Finds the program on PATH, or where systems keep those of the administrator. */
export const run: Run = async ({ program, args, env, folder }) => {
  // Loaded here, because it takes longer than all the rest of a plan, which starts no program.
  const { execFile } = await import("node:child_process");
  const PATH = `${env.PATH ?? "/usr/local/bin:/usr/bin:/bin"}:${SYSTEM_FOLDERS}`;
  const options = {
    env: { ...env, PATH },
    timeout: TIMEOUT_MS,
    maxBuffer: 1024 * 1024,
    ...(folder !== undefined && { cwd: folder }),
  };
  return new Promise((resolve) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const output = printable(`${stdout}${stderr}`);
      if (!error) resolve({ status: 0, output });
      else if (error.code === "ENOENT") resolve({ status: "missing", output: "" });
      else resolve({ status: typeof error.code === "number" ? error.code : "stopped", output });
    });
  });
};

function printable(text: string): string {
  const lines = text.trim().replace(/[^\P{C}\n]/gu, "?");
  return lines.length > MAX_OUTPUT ? `${lines.slice(0, MAX_OUTPUT)} ...` : lines;
}

/**
 * A zone's name as an argument that can't be taken for an option. Undefined for the few names that
 * a program could misread.
 */
export function zoneArgument(apex: DomainName): string | undefined {
  return /^(?:\.|[a-z0-9_][a-z0-9_./-]*)$/.test(apex) ? apex : undefined;
}
