import { getServers } from "node:dns";
import { isMailDnsError, MailDnsError } from "../core/errors.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import type { LoadedStack } from "../config/load.ts";
import type { World } from "../engine/world.ts";
import type { HostContext } from "../ports/dns-provider.ts";
import { createAuthority } from "../resolve/authority.ts";
import { parseEndpoint, parseNameServers } from "../resolve/name-servers.ts";
import type { Endpoint } from "../resolve/name-servers.ts";
import { createResolver } from "../resolve/resolver.ts";
import type { Context } from "./context.ts";
import type { StackFlags } from "./flags.ts";
import { describeError, exitFor } from "./errors.ts";
import { createHttp } from "../http/client.ts";
import { credentialsOf } from "../local/credentials.ts";
import { createReceipts } from "../local/receipts.ts";
import { createRun } from "../local/run.ts";
import type { Selection } from "./stacks.ts";

const OVERRIDES = "ODOO_MAIL_DNS_NAMESERVERS";

/** What every stack of one command shares: one resolver, so that each question is asked once. */
export type Network = Pick<HostContext, "resolver" | "authority" | "http" | "run">;

export function createNetwork(context: Context, flags: StackFlags, domains = 1): Network {
  const { clock, env } = context;
  const resolver = createResolver({ servers: resolvers(flags), clock });
  const overrides = parseNameServers(env[OVERRIDES] ?? "");
  if (overrides.size > 0)
    context.process.stderr.write(`note: ${OVERRIDES} decides which name servers are asked.\n`);
  return {
    resolver,
    authority: createAuthority({ resolver, overrides, clock }),
    http: createHttp({ clock }),
    run: createRun(domains),
  };
}

export interface Run {
  readonly context: Context;
  readonly flags: StackFlags;
  readonly selection: Selection;
}

/** One stack's turn. */
export interface Turn {
  readonly stack: LoadedStack;
  /** All valid stacks of the folder. */
  readonly neighbours: readonly LoadedStack[];
  readonly world: World;
  /** Counted from 0. */
  readonly index: number;
}

/**
 * Does the work for one stack after the other. What fails for one is told and does not keep the
 * others from it. Gives one exit code a stack.
 */
export async function forEachStack(
  { context, flags, selection }: Run,
  work: (turn: Turn) => Promise<number>,
): Promise<readonly number[]> {
  const network = createNetwork(context, flags, selection.stacks.length);
  const { stacks, neighbours, projectFolder } = selection;
  const codes: number[] = [];
  for (const [index, stack] of stacks.entries()) {
    try {
      context.signal.throwIfAborted();
      const world = await createWorld(context, stack.config, { network, projectFolder });
      codes.push(await work({ stack, neighbours, world, index }));
    } catch (thrown) {
      // What a library throws when it is told to stop is no error of its own.
      const isStopped = context.signal.aborted && !isMailDnsError(thrown);
      const error = isStopped ? new MailDnsError("interrupted", "Interrupted.") : thrown;
      context.process.stderr.write(`${describeError(error, stack.config.domain)}\n`);
      codes.push(exitFor(error));
    }
    if (context.signal.aborted) break;
  }
  return codes;
}

/** The world of one stack: its DNS host's adapter is loaded here. */
export async function createWorld(
  context: Context,
  config: DomainConfig,
  { network, projectFolder }: { readonly network: Network; readonly projectFolder: string },
): Promise<World> {
  const host = (await context.hosts())[config.host];
  if (host === undefined) throw new MailDnsError("internal", `Host ${config.host} is unknown.`);
  const { clock, env } = context;
  const credentials = credentialsOf(env, config);
  const outside: HostContext = { env, projectFolder, clock, ...credentials, ...network };
  const adapter = await host.load();
  return {
    hostName: host.about.title,
    provider: adapter.create(config.hostOptions, outside),
    clock,
    receipts: createReceipts(projectFolder),
    resolver: network.resolver,
    authority: network.authority,
  };
}

function resolvers({ resolver }: StackFlags): readonly Endpoint[] {
  const texts = resolver === undefined ? getServers() : [resolver];
  const servers = texts.flatMap((text) => parseEndpoint(text) ?? []);
  if (servers.length > 0) return servers;
  throw resolver === undefined
    ? new MailDnsError("transient", "This machine has no resolver.", {
        help: "Name one with --resolver ADDR:PORT.",
      })
    : new MailDnsError("usage", `--resolver ${JSON.stringify(resolver)} is no address.`, {
        help: "Write an IP address, with a port where that is not 53: 127.0.0.1:5353.",
      });
}
