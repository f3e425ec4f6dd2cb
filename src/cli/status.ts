import type { Context } from "./context.ts";

export interface Status {
  /** One more domain is done. */
  advance(): void;
  /** Takes the line off the screen, so that something else can be written. */
  clear(): void;
}

/** How many domains of a run are done: one line, only on a terminal and only where there are many. */
export function createStatus(
  { isTerminal, paint, process: { stderr } }: Context,
  total: number,
): Status {
  if (!isTerminal.stderr || total === 1)
    return { advance: () => undefined, clear: () => undefined };
  let done = 0;
  return {
    advance() {
      done += 1;
      stderr.write(paint("dim", `${done} of ${total} domains`));
    },
    clear() {
      if (done > 0) stderr.write("\r\u001b[2K");
    },
  };
}
