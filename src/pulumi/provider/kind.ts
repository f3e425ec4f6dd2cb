import type { DomainConfig } from "../../core/plan/desired.ts";
import type { Receipt } from "../../core/plan/schema.ts";
import type { HostSchemas } from "../../config/schema.ts";
import type { World } from "../../engine/world.ts";
import type { StackKeys } from "../keys.ts";

/** What one call of the engine may use. Nothing of it outlives the call. */
export interface Turn {
  readonly hosts: HostSchemas;
  /** Aborted when the engine cancels: a write that is running is finished, no other is begun. */
  readonly signal: AbortSignal;
  /** A line for the person, beside the resource. */
  readonly say: (severity: "info" | "warning", text: string) => void;
  /** The keys that the provider was configured with for this domain. */
  readonly route: (domain: string) => StackKeys | undefined;
  /** The domain's host and the DNS around it; `history` is what we wrote, as far as state tells. */
  readonly world: (config: DomainConfig, history?: Receipt) => Promise<World>;
  /** Whether, and for how long, to wait for the name servers after a write. */
  readonly verify: { readonly verify: boolean; readonly deadlineMs: number };
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: StackKeys;
  readonly failures: readonly Failure[];
}

export interface ReadBack {
  readonly inputs: StackKeys;
  readonly outputs: StackKeys;
}

export interface Change {
  readonly domain: string;
  readonly olds: StackKeys;
  readonly news: StackKeys;
}

/** One type of resource. Inputs and outputs are plain JSON; errors are MailDnsErrors. */
export interface Kind {
  /** Inputs as they will be stored: `olds` are the refreshed ones, undefined on a first sight. */
  check(olds: StackKeys | undefined, news: StackKeys, turn: Turn): Promise<Checked>;
  /** What is live. `inputs` are empty on an import. What is not there is read as empty. */
  read(domain: string, inputs: StackKeys, turn: Turn): Promise<ReadBack>;
  /** What a change will have given, without doing it. */
  preview(news: StackKeys): StackKeys;
  update(change: Change, turn: Turn): Promise<StackKeys>;
  /** Takes out what is ours. `inputs` are the last ones. */
  delete(domain: string, inputs: StackKeys, turn: Turn): Promise<void>;
}
