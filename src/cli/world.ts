import { getServers } from "node:dns";
import { resolve } from "node:path";
import { MailDnsError } from "../core/errors.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import type { World } from "../engine/world.ts";
import type { HostContext } from "../ports/dns-provider.ts";
import type { Http } from "../ports/http.ts";
import { createAuthority } from "../resolve/authority.ts";
import { parseEndpoint, parseNameServers } from "../resolve/name-servers.ts";
import type { Endpoint } from "../resolve/name-servers.ts";
import { createResolver } from "../resolve/resolver.ts";
import type { Context } from "./context.ts";
import type { StackFlags } from "./flags.ts";
import { credentialsOf } from "../local/credentials.ts";
import { createReceipts } from "../local/receipts.ts";
import { createRun } from "../local/run.ts";
import { openTrace } from "../local/trace.ts";

const OVERRIDES = "ODOO_MAIL_DNS_NAMESERVERS";

/** What every stack of one command shares: one resolver, so that each question is asked once. */
export type Network = Pick<HostContext, "resolver" | "authority" | "http" | "run">;

export function createNetwork(context: Context, flags: StackFlags, domains = 1): Network {
  const { clock, cwd, env } = context;
  const trace = flags.trace === undefined ? undefined : openTrace(resolve(cwd, flags.trace));
  const resolver = createResolver({ servers: resolvers(flags), clock });
  const overrides = parseNameServers(env[OVERRIDES] ?? "");
  if (overrides.size > 0)
    context.process.stderr.write(`note: ${OVERRIDES} decides which name servers are asked.\n`);
  return {
    resolver,
    authority: createAuthority({ resolver, overrides, clock }),
    http: laterHttp(async () => (await import("../http/client.ts")).createHttp({ clock, trace })),
    run: createRun(domains),
  };
}

/** A host without an API does not pay for loading the client of one. */
function laterHttp(load: () => Promise<Http>): Http {
  let loaded: Promise<Http> | undefined;
  return {
    async send(...request) {
      loaded ??= load();
      return (await loaded).send(...request);
    },
  };
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
