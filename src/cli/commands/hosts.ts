import { MailDnsError } from "../../core/errors.ts";
import { accountOf } from "../../local/credentials.ts";
import type { Host } from "../../ports/dns-provider.ts";
import { renderJson } from "../../render/json.ts";
import { wrap } from "../../render/layout.ts";
import { describeAccess, isEnough } from "../access.ts";
import type { Context } from "../context.ts";
import { exit } from "../exit-codes.ts";
import type { OutputFlags } from "../flags.ts";
import { noHost } from "../no-host.ts";
import { createNetwork } from "../world.ts";

export interface HostsFlags extends OutputFlags {
  readonly account?: string;
  readonly trace?: string;
}

/** Lists the registry, or asks one host what a credential sees there. */
export async function hosts(
  context: Context,
  flags: HostsFlags,
  action?: string,
  name?: string,
): Promise<number> {
  if (action === undefined) return list(context, flags);
  if (action !== "check" || name === undefined)
    throw usage(
      `hosts does not know what ${JSON.stringify(action)} asks for.`,
      "Say: hosts check HOST",
    );
  const known = await context.hosts();
  const host = Object.hasOwn(known, name) ? known[name] : undefined;
  if (host === undefined) throw noHost(name, Object.keys(known));
  return check(context, flags, { name, host });
}

async function list(context: Context, { json }: HostsFlags): Promise<number> {
  const registry = Object.entries(await context.hosts());
  const { stdout } = context.process;
  if (json) {
    for (const [name, { about }] of registry) stdout.write(renderJson({ name, ...about }));
    return exit.ok;
  }
  const width = Math.max(...registry.map(([name]) => name.length));
  for (const [name, { about }] of registry) {
    const lines = wrap(`${about.title}: ${about.summary}`, `${name.padEnd(width)}  `);
    stdout.write(`${lines.join("\n")}\n`);
  }
  stdout.write("\nIn the stack file: odoo-mail-dns:host: NAME\n");
  return exit.ok;
}

async function check(
  context: Context,
  { account, json, ...more }: HostsFlags,
  { name, host }: { readonly name: string; readonly host: Host },
): Promise<number> {
  const { clock, cwd, env, paint, process, signal } = context;
  const { access } = await host.load();
  if (access === undefined) {
    const text = `${host.about.title} takes no credential.\n`;
    process.stdout.write(json ? renderJson({ host: name, zones: [], unknown: [] }) : text);
    return exit.ok;
  }
  const network = createNetwork(context, { stacks: "stacks", ...more });
  const outside = { env, projectFolder: cwd, clock, ...network, ...accountOf(env, account) };
  const found = await access(outside, signal);
  const text = describeAccess(host.about.title, found, paint);
  process.stdout.write(json ? renderJson({ host: name, ...found }) : text);
  return isEnough(found) ? exit.ok : exit.auth;
}

function usage(message: string, help: string): MailDnsError {
  return new MailDnsError("usage", message, { help });
}
