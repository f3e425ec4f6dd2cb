import { createHash, randomUUID } from "node:crypto";
import type * as fs from "node:fs/promises";
import { dirname, join } from "node:path";

/** What changes a disk or waits for it: `node:fs/promises`, or in tests one that dies on the way. */
export type Disk = Pick<
  typeof fs,
  "lstat" | "mkdir" | "open" | "readdir" | "readlink" | "rename" | "symlink" | "unlink"
>;

export interface Attributes {
  readonly mode: number;
  /** Left out: the user who runs us. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface NewFile {
  readonly path: string;
  /** The file whose lock is held; temporary names carry it, so that `sweep` knows its own. */
  readonly locked: string;
  readonly text: string;
  readonly attributes: Attributes;
  /** Runs when the new bytes are safe on disk under another name; throws to keep the old file. */
  readonly before?: (temporary: string) => Promise<void>;
}

/**
 * Puts a whole new file in place of the old one. Whenever we are killed, even by the machine's
 * power, the path holds the old bytes or the new ones. Throws before anything changed; what fails
 * after the new file is in place is returned.
 */
export async function replaceFile(file: NewFile, disk: Disk): Promise<{ unsynced?: unknown }> {
  const folder = dirname(file.path);
  const temporary = join(folder, `${prefixOf(file.locked)}${randomUUID()}.tmp`);
  try {
    await writeThrough(temporary, file, disk);
    await file.before?.(temporary);
    await disk.rename(temporary, file.path);
  } catch (error) {
    await disk.unlink(temporary).catch(() => undefined);
    throw error;
  }
  return syncFolder(folder, disk).then(
    () => ({}),
    (unsynced: unknown) => ({ unsynced }),
  );
}

async function writeThrough(
  path: string,
  { text, attributes }: NewFile,
  disk: Disk,
): Promise<void> {
  const { mode, owner } = attributes;
  const handle = await disk.open(path, "wx", 0o600);
  try {
    await handle.writeFile(text, "latin1");
    const { uid, gid } = await handle.stat();
    if (owner && (owner.uid !== uid || owner.gid !== gid)) await handle.chown(owner.uid, owner.gid);
    await handle.chmod(mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string, disk: Disk): Promise<void> {
  const handle = await disk.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what a run that was killed left in a folder. Only for who holds the lock of that file. */
export async function sweep(folder: string, locked: string, disk: Disk): Promise<void> {
  const prefix = prefixOf(locked);
  const names = await disk.readdir(folder);
  for (const name of names.filter((name) => name.startsWith(prefix))) {
    await disk.unlink(join(folder, name));
  }
}

/** A hidden name that says which file it is for, however long that file's own path is. */
function prefixOf(locked: string): string {
  const id = createHash("sha256").update(locked).digest("hex").slice(0, 16);
  return `.odoo-mail-dns.${id}.`;
}
