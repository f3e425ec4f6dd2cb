import type { Context } from "./context.ts";

export interface KeptOutput {
  readonly context: Context;
  /** Says all of it, in the order in which it was said. */
  tell(): void;
}

/** A context whose words are kept, so that domains that run side by side don't talk at once. */
export function keepOutput(context: Context): KeptOutput {
  const said: { readonly to: "stdout" | "stderr"; readonly text: string }[] = [];
  const output = (to: "stdout" | "stderr") => ({
    write: (text: string) => void said.push({ to, text }),
  });
  return {
    context: {
      ...context,
      process: { stdout: output("stdout"), stderr: output("stderr") },
      isTerminal: { stdin: false, stdout: false, stderr: false },
    },
    tell() {
      for (const { to, text } of said) context.process[to].write(text);
    },
  };
}
