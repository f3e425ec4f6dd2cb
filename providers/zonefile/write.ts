import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { CallResult } from "../../src/ports/dns-provider.ts";
import { restoreBackup, saveBackup, type Backups } from "./backup.ts";
import { replaceFile, sweep, type Attributes, type Disk } from "./disk.ts";
import { editZone, type EditOptions } from "./edit.ts";
import type { OpenedFile } from "./load.ts";
import { zoneArgument, type Run } from "./programs.ts";
import { systemError } from "./system-error.ts";
import { rrsetsOf, type Zone } from "./zone.ts";

export interface WriteDeps {
  readonly disk: Disk;
  readonly run: Run;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly backups: Backups;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Carries out the ops: new text, checked by `named-checkzone` where that is installed, safe on
 * disk, the old text kept, and only then put in place. The caller holds the file's lock. Throws
 * before anything changed.
 */
export async function writeZone(
  opened: OpenedFile,
  zone: Zone,
  ops: readonly Op[],
  deps: WriteDeps,
): Promise<CallResult> {
  const { disk, backups, now } = deps;
  const { path, shown } = opened.place;
  const options: EditOptions = { origin: zone.apex, include: opened.include, now };
  try {
    await sweep(dirname(path), path, disk);
    const attributes = attributesOf(opened);
    const after =
      (await restoreBackup(backups, zone, ops, options)) ?? editZone(zone, ops, options);
    let backup = "";
    const before = async (temporary: string): Promise<void> => {
      await checkZone(temporary, opened, zone, deps);
      const { mode } = attributes;
      backup = await saveBackup(backups, { before: zone, after }, { locked: path, mode, now });
      refuseIfChanged(opened);
    };
    const { text } = after.soa.source;
    const { unsynced } = await replaceFile({ path, locked: path, text, attributes, before }, disk);
    if (unsynced !== undefined)
      return { outcome: "unknown", detail: systemError(unsynced, shown).message };
    const names = new Set<string>(ops.map((op) => op.name));
    const stored = rrsetsOf(after.records.filter(({ name }) => names.has(name)));
    return {
      outcome: "done",
      detail: `the file as it was: .odoo-mail-dns/backups/${backup}`,
      stored,
    };
  } catch (error) {
    throw systemError(error, `${shown} can't be changed`);
  }
}

function attributesOf({ place }: OpenedFile): Required<Attributes> {
  const { mode, uid, gid, nlink } = statSync(place.path);
  if (nlink > 1) {
    throw new MailDnsError(
      "protected",
      `${place.shown} has a second name (a hard link), which would keep the old text.`,
      {
        help: "Make the other name a symbolic link, or a copy.",
      },
    );
  }
  return { mode, owner: { uid, gid } };
}

/** Somebody saved the file from an editor while we worked: the lock binds only us. */
function refuseIfChanged({ place, source }: OpenedFile): void {
  if (readFileSync(place.path, "latin1") !== source.text) {
    throw new MailDnsError(
      "stale-write",
      `${place.shown} was changed by somebody else just now; nothing was written.`,
      {
        help: "Run the command again.",
      },
    );
  }
}

/** BIND's own opinion, where it is installed; without it our own reading has to do. */
async function checkZone(
  temporary: string,
  opened: OpenedFile,
  zone: Zone,
  { run, env }: WriteDeps,
): Promise<void> {
  const name = zoneArgument(zone.apex);
  if (name === undefined) return;
  const args = ["-i", "none", name, temporary];
  const folder = opened.base();
  const { status, output } = await run({ program: "named-checkzone", args, env, folder });
  if (status === 0 || status === "missing") return;
  const said = output.replaceAll(temporary, opened.place.shown);
  throw new MailDnsError(
    "invalid-input",
    `named-checkzone does not accept the new ${opened.place.shown}; nothing was written. It says: ${said}`,
    {
      help: `Run \`named-checkzone ${zone.apex} ${opened.place.shown}\`: the file as it is may have the same fault.`,
    },
  );
}
