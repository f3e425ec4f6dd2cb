import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Disk } from "./disk.ts";
import { systemError } from "./system-error.ts";

const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;
/** A lock is held for seconds; of one from another machine that is older nobody is left. */
const OTHER_MACHINE_MS = 10 * 60_000;
const MAX_LEVEL = 8;

export interface LockDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Runs `work` while no other run of ours works on the same file. The lock is a symbolic link beside
 * the file whose target names its owner, as Emacs does it: made in one step with its content, and
 * refused by the system when it is there. Throws `busy` when the owner is alive and stays.
 */
export async function withLock<T>(
  path: string,
  deps: LockDeps,
  work: () => Promise<T>,
): Promise<T> {
  const lock = join(dirname(path), `.${basename(path)}.odoo-mail-dns.lock`);
  const release = await acquire(lock, 0, deps);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * A dead owner's lock is removed only by who holds the lock one level up, after looking again; so
 * two that find it dead can't remove each other's. Should they die there too, the next level does
 * the same for theirs.
 */
async function acquire(lock: string, level: number, deps: LockDeps): Promise<() => Promise<void>> {
  const { disk, clock, signal } = deps;
  const path = level === 0 ? lock : `${lock}.${level}`;
  const owner = ownName();
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    if (await tryToLink(owner, path, disk)) return () => unlinkOwn(path, owner, disk);
    const holder = await holderOf(path, disk);
    if (holder === undefined) continue;
    if (isGone(holder, clock) && level < MAX_LEVEL) {
      const release = await acquire(lock, level + 1, deps);
      try {
        await unlinkOwn(path, holder.name, disk);
      } finally {
        await release();
      }
    } else if (clock.now() >= deadline) throw busy(path, holder.name);
    else await clock.wait(PAUSE_MS, signal);
  }
}

async function tryToLink(owner: string, path: string, disk: Disk): Promise<boolean> {
  try {
    await disk.symlink(owner, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw systemError(error, "No lock can be made beside the zone file");
  }
}

interface Holder {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

async function holderOf(path: string, disk: Disk): Promise<Holder | undefined> {
  try {
    const name = await disk.readlink(path);
    const { mtimeMs } = await disk.lstat(path);
    return { name, since: mtimeMs };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "EINVAL") throw busy(path, "a file that is no lock of ours");
    throw systemError(error, "The lock beside the zone file can't be read");
  }
}

async function unlinkOwn(path: string, owner: string, disk: Disk): Promise<void> {
  const holder = await holderOf(path, disk);
  if (holder?.name !== owner) return;
  await disk.unlink(path).catch((error: unknown) => {
    throw systemError(error, `The lock ${path} can't be removed`);
  });
}

/** `4711.8812345.<random>@machine`: process, its start (so that a number used again is no match). */
function ownName(): string {
  return `${process.pid}.${startOf(process.pid) ?? ""}.${randomUUID()}@${hostname()}`;
}

function isGone({ name, since }: Holder, clock: Clock): boolean {
  const [, pid, start, machine] = /^(\d+)\.(\d*)\.[\w-]+@(.*)$/.exec(name) ?? [];
  if (machine !== hostname()) return clock.now() - since > OTHER_MACHINE_MS;
  if (!isRunning(Number(pid))) return true;
  return start !== "" && startOf(Number(pid)) !== start;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Clock ticks from boot to the start of a process, which only Linux tells: proc(5), field 22. Field 3
 * is `Z` for one that has ended and is still listed.
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function busy(path: string, holder: string): MailDnsError {
  return new MailDnsError("busy", `Another run is working on this zone file (${holder}).`, {
    help: `Try again. If nothing is running, delete ${path}.`,
  });
}
