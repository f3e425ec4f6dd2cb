import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import { systemError } from "./system-error.ts";

/** A file that may be read: its true path, and the one to show, relative to the root. */
export interface Place {
  readonly path: string;
  readonly shown: string;
}

/**
 * The one folder below which zone files and their `$INCLUDE`s lie: ODOO_MAIL_DNS_ZONES, else the
 * project. A stack file may come from a stranger's pull request, so nothing else is ever opened.
 */
export function zonesRoot(context: Pick<HostContext, "env" | "projectFolder">): string {
  const zones = context.env.ODOO_MAIL_DNS_ZONES;
  if (zones && !isAbsolute(zones)) {
    throw new MailDnsError("config", "ODOO_MAIL_DNS_ZONES must be an absolute path.");
  }
  const folder = zones || context.projectFolder;
  try {
    return realpathSync(folder);
  } catch (error) {
    throw systemError(error, `The folder of the zone files, ${folder}, can't be opened`);
  }
}

/** The zone's master file. Throws `config` unless it is a plain file below the root. */
export function findZoneFile(written: string, root: string): Place {
  if (isAbsolute(written)) {
    throw new MailDnsError("config", "The zone file must be named relative to the project.", {
      help: "For zones elsewhere set ODOO_MAIL_DNS_ZONES to their folder, and name the file relative to it.",
    });
  }
  const path = follow(written, root, root);
  if (path === undefined) {
    throw new MailDnsError("config", `There is no zone file ${written} below ${root}.`, {
      help: "Paths are relative to the project, or to ODOO_MAIL_DNS_ZONES where that is set.",
    });
  }
  return { path, shown: relative(root, path) };
}

/**
 * The file of an `$INCLUDE`. A name server completes a relative path with its own `directory`,
 * which we don't know: it is one of the folders from the zone file's up to the root. Throws
 * `config` where none of them has the file, or two have different ones.
 */
export function findInclude(
  written: string,
  zoneFile: string,
  root: string,
): Place & { readonly base: string } {
  const found = new Map<string, string>();
  for (const base of foldersUpTo(root, dirname(zoneFile))) {
    const path = follow(written, base, root);
    if (path !== undefined) found.set(path, base);
  }
  const [first, second] = found;
  if (!first || second) {
    const problem = first ? "could be more than one file" : "can't be found";
    throw new MailDnsError("config", `An $INCLUDE of ${relative(root, zoneFile)} ${problem}.`, {
      help: `Included files must lie below ${root}; an absolute path is clear.`,
    });
  }
  return { path: first[0], shown: relative(root, first[0]), base: first[1] };
}

function foldersUpTo(root: string, folder: string): readonly string[] {
  return folder === root || !isBelow(folder, root)
    ? [root]
    : [folder, ...foldersUpTo(root, dirname(folder))];
}

/** The true path of an existing plain file below the root, links followed; undefined: no such file. */
function follow(written: string, base: string, root: string): string | undefined {
  const path = resolve(base, written);
  if (written.includes("\0") || !(isAbsolute(written) || isBelow(path, root)))
    throw outside(written);
  const real = realPath(path, written);
  if (real === undefined) return undefined;
  if (!isBelow(real, root)) throw outside(written);
  if (!statSync(real).isFile()) {
    throw new MailDnsError("config", `${written} is no plain file.`, {
      help: "Name the file that holds the zone.",
    });
  }
  return real;
}

function realPath(path: string, written: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw systemError(error, `${written} can't be opened`);
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

function outside(written: string): MailDnsError {
  return new MailDnsError("config", `${written} lies outside the folder of the zone files.`, {
    help: "Symbolic links count by where they lead. Set ODOO_MAIL_DNS_ZONES to the folder that holds all of them.",
  });
}
