import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { DomainName } from "../../src/core/dns/name.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import { replaceFile, sweep, type Disk } from "./disk.ts";
import { expectedRecords, recordLines, type EditOptions } from "./edit.ts";
import { readSource } from "./load.ts";
import { nextSerial, raiseSerial, serialOf, withoutSerial } from "./serial.ts";
import { applySplices } from "./splice.ts";
import { readZone, type Zone } from "./zone.ts";

/**
 * Copies of zone files as they were before each edit, below the project and not beside the zone
 * file, where a name server or a script could pick them up. A copy's name ends with a hash of what
 * the edit made of it, so that `undo` can give back the very same text.
 */
export interface Backups {
  /** Each must be a folder of its own; the copies lie in the last. */
  readonly folders: readonly [string, string];
  readonly disk: Disk;
}

export function backupsOf(projectFolder: string, disk: Disk): Backups {
  const own = join(realpathSync(projectFolder), ".odoo-mail-dns");
  return { folders: [own, join(own, "backups")], disk };
}

/** Keeps `before`; returns the copy's name. */
export async function saveBackup(
  backups: Backups,
  versions: { readonly before: Zone; readonly after: Zone },
  { locked, mode, now }: { readonly locked: string; readonly mode: number; readonly now: number },
): Promise<string> {
  const { before, after } = versions;
  const { disk } = backups;
  const folder = await makeFolder(backups);
  const stamp = new Date(now).toISOString().replace(/\.\d+|[:-]/g, "");
  const name = `${encoded(before.apex)}.${stamp}.${fingerprint(after)}.zone`;
  const path = join(folder, name);
  await sweep(folder, locked, disk);
  await replaceFile({ path, locked, text: before.soa.source.text, attributes: { mode } }, disk);
  return name;
}

/** A link in their place, committed with a pull request, would let us write elsewhere. */
async function makeFolder({ folders, disk }: Backups): Promise<string> {
  for (const folder of folders) {
    await disk.mkdir(folder, { recursive: true, mode: 0o700 });
    if (realpathSync(folder) !== folder) {
      throw new MailDnsError(
        "config",
        `${folder} is a symbolic link; copies of zone files are not put there.`,
        {
          help: "Remove the link.",
        },
      );
    }
  }
  return folders[1];
}

/**
 * The text to go back to: when the file is still as our edit left it (but for the serial), and the
 * ops lead to the records of the copy made before that edit, it is that copy with the serial raised.
 */
export async function restoreBackup(
  { folders: [, folder], disk }: Backups,
  zone: Zone,
  ops: readonly Op[],
  options: EditOptions,
): Promise<Zone | undefined> {
  const names = await disk.readdir(folder).catch((): string[] => []);
  const start = `${encoded(zone.apex)}.`;
  const end = `.${fingerprint(zone)}.zone`;
  const name = names
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .sort()
    .at(-1);
  const copy = name && readCopy(join(folder, name), zone, options);
  if (!copy || !isSameSet(recordLines(copy), expectedRecords(zone, ops))) return undefined;
  const serial = raiseSerial(copy, nextSerial(serialOf(zone), options.now));
  const text = applySplices(copy.soa.source.text, [serial]);
  return readZone({ file: zone.soa.source.file, text }, options);
}

/** A copy that can't be read is of no use, and no reason to stop. */
function readCopy(path: string, zone: Zone, options: EditOptions): Zone | undefined {
  try {
    const copy = readZone(readSource({ path, shown: zone.soa.source.file }), options);
    return copy.soa.source === copy.sources[0] ? copy : undefined;
  } catch (error) {
    if (error instanceof MailDnsError) return undefined;
    throw error;
  }
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return (
    some.length === others.length && [...some].sort().join("\n") === [...others].sort().join("\n")
  );
}

function fingerprint(zone: Zone): string {
  return createHash("sha256").update(withoutSerial(zone), "latin1").digest("hex").slice(0, 16);
}

/** Zone names may hold a slash (RFC 2317). */
function encoded(apex: DomainName): string {
  return encodeURIComponent(apex);
}
