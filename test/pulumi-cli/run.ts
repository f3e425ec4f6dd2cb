import { spawn } from "node:child_process";
import { expect } from "vitest";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** Everything that was said, on both streams. */
  readonly text: string;
}

/** What nobody should see who has only made a mistake. */
export const STACK_TRACE = /^\s+at .*:\d+:\d+/m;

/** Fails with everything that the CLI said. */
export function succeeded({ code, text }: Outcome): void {
  expect(code, text).toBe(0);
}

interface How {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly detached?: boolean;
}

export function run(
  program: string,
  args: readonly string[],
  how: How,
  meanwhile?: (pid: number) => Promise<void>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...how, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      stdout += data;
      text += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data: string) => (text += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, text }));
    if (meanwhile && child.pid) meanwhile(child.pid).catch(reject);
  });
}
