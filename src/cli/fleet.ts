import { pMapIterable } from "p-map";
import type { LoadedStack } from "../config/load.ts";
import { isMailDnsError, MailDnsError } from "../core/errors.ts";
import type { World } from "../engine/world.ts";
import { renderJson } from "../render/json.ts";
import type { Context } from "./context.ts";
import { describeError, errorJson, exitFor } from "./errors.ts";
import type { OutputFlags, StackFlags } from "./flags.ts";
import { keepOutput } from "./kept-output.ts";
import type { Selection } from "./stacks.ts";
import { createStatus } from "./status.ts";
import { createNetwork, createWorld, type Network } from "./world.ts";

export interface Fleet {
  readonly context: Context;
  readonly flags: StackFlags & OutputFlags;
  readonly selection: Selection;
  /** Whether somebody is to answer or to act while it runs: then one stack comes after the other. */
  readonly isAttended?: boolean;
}

/** One stack's turn. */
export interface Turn {
  /** What it says is told when its turn has come, whole. */
  readonly context: Context;
  readonly stack: LoadedStack;
  /** All valid stacks of the folder. */
  readonly neighbours: readonly LoadedStack[];
  readonly world: World;
  /** Counted from 0. */
  readonly index: number;
}

/** More at once would only wait for the same credential's pace. */
const SIDE_BY_SIDE = 10;
/** So far the others may get ahead of a slow one; what they have to say is kept until then. */
const AHEAD = 100;

/**
 * Does the work for every stack, several side by side, and tells the results in order. What fails
 * for one is told and keeps no other from its turn. Gives the exit codes.
 */
export async function forEachStack(
  fleet: Fleet,
  work: (turn: Turn) => Promise<number>,
): Promise<readonly number[]> {
  const { context, flags, selection } = fleet;
  const { stacks } = selection;
  const network = createNetwork(context, flags, stacks.length);
  const isAlone = fleet.isAttended === true || stacks.length === 1;
  const status = createStatus(context, stacks.length);
  const codes = new Set<number>();
  const turns = pMapIterable(
    stacks,
    async (stack, index) => {
      const kept = isAlone ? { context, tell: () => undefined } : keepOutput(context);
      const code = await takeTurn({ ...fleet, context: kept.context, network }, stack, index, work);
      return { code, tell: kept.tell };
    },
    isAlone ? { concurrency: 1 } : { concurrency: SIDE_BY_SIDE, backpressure: AHEAD },
  );
  for await (const { code, tell } of turns) {
    status.clear();
    tell();
    if (code !== undefined) codes.add(code);
    status.advance();
  }
  status.clear();
  return [...codes];
}

/** Undefined: it was not begun, because we have been told to stop. */
async function takeTurn(
  { context, flags, selection, network }: Fleet & { readonly network: Network },
  stack: LoadedStack,
  index: number,
  work: (turn: Turn) => Promise<number>,
): Promise<number | undefined> {
  const { neighbours, projectFolder } = selection;
  if (context.signal.aborted && index > 0) return undefined;
  try {
    context.signal.throwIfAborted();
    const world = await createWorld(context, stack.config, { network, projectFolder });
    return await work({ context, stack, neighbours, world, index });
  } catch (thrown) {
    // What a library throws when it is told to stop is no error of its own.
    const isStopped = context.signal.aborted && !isMailDnsError(thrown);
    const error = isStopped ? new MailDnsError("interrupted", "Interrupted.") : thrown;
    const { domain } = stack.config;
    context.process.stderr.write(`${describeError(error, domain)}\n`);
    if (flags.json) context.process.stdout.write(renderJson(errorJson(error, domain)));
    return exitFor(error);
  }
}
