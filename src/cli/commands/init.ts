import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { stringify } from "yaml";
import { readDomain } from "../../config/domain.ts";
import { NAMESPACE } from "../../config/schema.ts";
import { MailDnsError } from "../../core/errors.ts";
import { visible } from "../../render/escape.ts";
import { renderJson } from "../../render/json.ts";
import { domainTitle } from "../../render/text.ts";
import type { Context } from "../context.ts";
import { exit } from "../exit-codes.ts";
import { commandLine } from "../flags.ts";
import type { OutputFlags, StackFlags } from "../flags.ts";
import { noHost } from "../no-host.ts";
import { describePresent, readPresent } from "../present.ts";
import type { Present } from "../present.ts";
import type { ServedBy } from "../served-by.ts";
import { createNetwork } from "../world.ts";

export interface InitFlags extends StackFlags, OutputFlags {
  readonly host?: string;
  readonly file?: string;
}

/** Finds out who serves the domain, shows what is there, and writes its first stack file. */
export async function init(context: Context, flags: InitFlags, typed: string): Promise<number> {
  const read = readDomain(typed);
  if ("reason" in read)
    throw usage(
      `${JSON.stringify(typed)} is no domain that mail is sent from: ${read.reason}.`,
      read.suggestion === undefined
        ? "Write it as it stands behind the @ of an address."
        : `Did you mean ${read.suggestion}?`,
    );
  const { domain, written } = read;
  const path = join(resolve(context.cwd, flags.stacks), `Pulumi.${domain}.yaml`);
  const shown = relative(context.cwd, path);
  if (await exists(path)) throw alreadyThere(shown, domain);
  await checkHost(context, flags.host);
  const present = await readPresent(domain, createNetwork(context, flags), context);
  const { stdout } = context.process;
  if (!flags.json) stdout.write(describePresent(domainTitle(domain, written), present));
  const project = dirname(dirname(path));
  const host = await chooseHost(context, flags, present);
  const file = host === "zonefile" ? await chooseFile(context, flags, project) : undefined;
  await writeStack(path, {
    [`${NAMESPACE}host`]: host,
    ...(written !== undefined && { [`${NAMESPACE}domain`]: written }),
    ...(file !== undefined && { [`${NAMESPACE}zonefile`]: { file } }),
  });
  const next = commandLine(`plan ${domain}`, flags);
  const text = `Wrote ${visible(shown)}\nNext: ${visible(next)}\n`;
  stdout.write(flags.json ? renderJson({ domain, host, file: shown, ...present }) : text);
  return exit.ok;
}

async function checkHost(context: Context, host: string | undefined): Promise<void> {
  const names = Object.keys(await context.hosts());
  if (host !== undefined && !names.includes(host)) throw noHost(host, names);
}

async function chooseHost(
  context: Context,
  { host, file }: InitFlags,
  present: Present,
): Promise<string> {
  const served = "servedBy" in present ? present.servedBy : undefined;
  const found = served?.certainty === "yes" ? served.host : undefined;
  const given = host ?? (file === undefined ? found : "zonefile");
  if (given !== undefined) return given;
  const hosts = Object.entries(await context.hosts());
  const choices = hosts.map(([value, { about }]) => {
    return { value, label: about.title, hint: about.summary };
  });
  const chosen = await context.choose("Which DNS host keeps the zone?", choices);
  if (chosen !== undefined) return chosen;
  throw unclear(served);
}

function unclear(served: ServedBy | undefined): MailDnsError {
  const byHand =
    "Say --host manual to be told what to change by hand, or --host zonefile --file FILE.";
  if (served?.certainty === "partly")
    return usage(
      `${served.title} serves only a part of the name servers, and a stack file keeps one DNS host.`,
      `The record must be the same at all of them. ${byHand}`,
    );
  if (served !== undefined && served.host === undefined)
    return usage(`This version can't write to ${served.title} by itself.`, byHand);
  return usage("Which DNS host keeps the zone can't be told from its name servers.", byHand);
}

/** The zone file's path below the project or below ODOO_MAIL_DNS_ZONES, as the stack file has it. */
async function chooseFile(
  { ask, cwd, env, isTerminal }: Context,
  flags: InitFlags,
  projectFolder: string,
): Promise<string> {
  const asked = async () => (isTerminal.stdin ? ask("Path of the zone's master file: ") : "");
  const typed = flags.file ?? (await asked());
  if (typed.trim() === "") throw usage("The zone's master file is not given.", "Say --file FILE.");
  const path = resolve(cwd, typed.trim());
  const zones = env["ODOO_MAIL_DNS_ZONES"];
  const folders = [projectFolder, ...(zones === undefined ? [] : [resolve(cwd, zones)])];
  const below = folders
    .map((folder) => relative(folder, path))
    .find((inside) => !/^\.\.(?:[/\\]|$)/.test(inside) && inside !== path);
  if (below !== undefined) return below;
  throw usage(
    `${typed} lies outside of the project.`,
    "Set ODOO_MAIL_DNS_ZONES to the folder that holds the zone files.",
  );
}

/** Never over a file that is there, also not over one that came in the meantime. */
async function writeStack(path: string, config: Readonly<Record<string, unknown>>): Promise<void> {
  const schema = "# yaml-language-server: $schema=../schema/stack.schema.json";
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${schema}\n${stringify({ config })}`, { flag: "wx" });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

function alreadyThere(shown: string, domain: string): MailDnsError {
  return usage(`${shown} is there already.`, `Look at it with: odoo-mail-dns plan ${domain}`);
}

function usage(message: string, help: string): MailDnsError {
  return new MailDnsError("usage", message, { help });
}
