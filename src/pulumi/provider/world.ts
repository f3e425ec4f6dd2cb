import { getServers } from "node:dns";
import { MailDnsError } from "../../core/errors.ts";
import type { DomainConfig } from "../../core/plan/desired.ts";
import type { World } from "../../engine/world.ts";
import { credentialsOf } from "../../local/credentials.ts";
import { createReceipts } from "../../local/receipts.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Host } from "../../ports/dns-provider.ts";
import type { Http } from "../../ports/http.ts";
import type { Run } from "../../ports/run.ts";
import { createAuthority } from "../../resolve/authority.ts";
import { parseEndpoint, parseNameServers } from "../../resolve/name-servers.ts";
import { createResolver } from "../../resolve/resolver.ts";

/** What the provider may use of its process: read once, where it starts. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that holds the Pulumi project: zone files and receipts lie below it. */
  readonly projectFolder: string;
  readonly hosts: Readonly<Record<string, Host>>;
  readonly clock: Clock;
  /** One for the process, so that all stacks of a credential share its pace. */
  readonly http: Http;
  /** The same for logins and lists of zones: the process lives for one run of an engine, or a fleet's. */
  readonly run: Run;
}

/** The outside of one domain, made anew for each call: the process serves many stacks. */
export async function createWorld(config: DomainConfig, around: Surroundings): Promise<World> {
  const { clock, env, http, run, projectFolder, hosts } = around;
  const host = hosts[config.host];
  if (host === undefined) throw new MailDnsError("internal", `Host ${config.host} is unknown.`);
  const resolver = createResolver({ servers: resolvers(env), clock });
  const overrides = parseNameServers(env["ODOO_MAIL_DNS_NAMESERVERS"] ?? "");
  const authority = createAuthority({ resolver, overrides, clock });
  const adapter = await host.load();
  const outside = {
    env,
    projectFolder,
    clock,
    resolver,
    authority,
    http,
    run,
    ...credentialsOf(env, config),
  };
  return {
    hostName: host.about.title,
    provider: adapter.create(config.hostOptions, outside),
    clock,
    receipts: createReceipts(projectFolder),
    resolver,
    authority,
  };
}

/** ODOO_MAIL_DNS_RESOLVER is for Pulumi what --resolver is for the command line. */
function resolvers(env: Surroundings["env"]) {
  const given = env["ODOO_MAIL_DNS_RESOLVER"];
  const servers = (given === undefined ? getServers() : [given]).flatMap(
    (text) => parseEndpoint(text) ?? [],
  );
  if (servers.length > 0) return servers;
  throw new MailDnsError("usage", "There is no resolver to ask.", {
    help: "Set ODOO_MAIL_DNS_RESOLVER to ADDR:PORT.",
  });
}
