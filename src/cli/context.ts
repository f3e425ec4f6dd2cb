import type { CommandContext } from "@stricli/core";
import type { Clock } from "../ports/clock.ts";
import type { Host } from "../ports/dns-provider.ts";
import type { Paint } from "../render/layout.ts";

export interface Output {
  readonly write: (text: string) => void;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
}

/** All that a command may know of the world outside; tests give their own. */
export interface Context extends CommandContext {
  readonly process: {
    /** The result, and nothing else. */
    readonly stdout: Output;
    /** Progress, questions and errors, for people. */
    readonly stderr: Output;
    exitCode?: number;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly isTerminal: {
    readonly stdin: boolean;
    readonly stdout: boolean;
    readonly stderr: boolean;
  };
  /** One line from the terminal, without its end. */
  readonly ask: (question: string) => Promise<string>;
  /** One of these; undefined where there is no terminal, or nothing was chosen. */
  readonly choose: (question: string, choices: readonly Choice[]) => Promise<string | undefined>;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Decorates; plain text where an output shows no colour. */
  readonly paint: Paint;
  readonly hosts: () => Promise<Readonly<Record<string, Host>>>;
  readonly version: () => Promise<string>;
}
