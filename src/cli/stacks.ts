import { dirname, resolve } from "node:path";
import { readDomain } from "../config/domain.ts";
import { loadFolder } from "../config/folder.ts";
import type { Stack, StackFolder } from "../config/folder.ts";
import type { LoadedStack } from "../config/load.ts";
import { suggest } from "../config/suggest.ts";
import { MailDnsError } from "../core/errors.ts";
import type { Finding } from "../core/findings/finding.ts";
import { placedLines } from "../render/findings.ts";
import type { Context } from "./context.ts";
import type { StackFlags } from "./flags.ts";

/** Stacks that a command works on, all of them valid. */
export interface Selection {
  readonly stacks: readonly LoadedStack[];
  /** All valid stacks of the folder, also those that were not chosen. */
  readonly neighbours: readonly LoadedStack[];
  /** Absolute path of the folder that holds the stacks folder. */
  readonly projectFolder: string;
}

/**
 * The stacks of the named domains, or all. Undefined, with everything that is wrong told on stderr,
 * when one of them can't be used: then no DNS host is asked for any.
 */
export async function selectStacks(
  context: Context,
  flags: StackFlags & { readonly all?: boolean },
  domains: readonly string[],
): Promise<Selection | undefined> {
  const path = resolve(context.cwd, flags.stacks);
  const folder = readFolder(path, flags.stacks, await context.hosts());
  const chosen = choose(folder, flags.stacks, { all: flags.all ?? false, domains });
  const findings = [
    ...chosen.flatMap((stack) => ("findings" in stack ? stack.findings : [])),
    ...(flags.all === true ? folder.findings : []),
  ];
  for (const finding of findings) context.process.stderr.write(describe(finding));
  if (findings.length > 0) return undefined;
  return {
    stacks: chosen.filter((stack) => "config" in stack),
    neighbours: folder.stacks.filter((stack) => "config" in stack),
    projectFolder: dirname(path),
  };
}

function describe(finding: Finding): string {
  return `${placedLines(finding).join("\n")}\n`;
}

function readFolder(
  path: string,
  shown: string,
  hosts: Awaited<ReturnType<Context["hosts"]>>,
): StackFolder {
  try {
    return loadFolder(path, shown, hosts);
  } catch (cause) {
    throw new MailDnsError("config", `The stacks folder ${shown} can't be read.`, {
      help: "Name it with --stacks, or write a first stack file with: odoo-mail-dns init DOMAIN",
      native: { code: (cause as NodeJS.ErrnoException).code ?? "unknown" },
      cause,
    });
  }
}

function choose(
  { stacks }: StackFolder,
  shown: string,
  { all, domains }: { readonly all: boolean; readonly domains: readonly string[] },
): readonly Stack[] {
  if (all && domains.length > 0)
    throw usage("Both --all and a domain are given.", "Leave one of them out.");
  if (all && stacks.length === 0)
    throw usage(`There is no stack file in ${shown}.`, "Write one with: odoo-mail-dns init DOMAIN");
  if (all) return stacks;
  if (domains.length === 0) throw usage("No domain is given.", "Name one or more, or say --all.");
  return [...new Set(domains.map((domain) => find(stacks, domain, shown)))];
}

/** The stack of a domain as typed: by the domain that it keeps, else by its file's name. */
function find(stacks: readonly Stack[], typed: string, shown: string): Stack {
  const read = readDomain(typed);
  const domain = "domain" in read ? read.domain : undefined;
  const found =
    stacks.find((stack) => "config" in stack && stack.config.domain === domain) ??
    stacks.find(({ name }) => name === (domain ?? typed));
  if (found !== undefined) return found;
  const near = suggest(
    typed,
    stacks.map(({ name }) => name),
  );
  throw usage(
    `There is no stack file for ${JSON.stringify(typed)} in ${shown}.`,
    near === undefined
      ? `Write it with: odoo-mail-dns init ${domain ?? "DOMAIN"}`
      : `Did you mean ${near}?`,
  );
}

function usage(message: string, help: string): MailDnsError {
  return new MailDnsError("usage", message, { help });
}
