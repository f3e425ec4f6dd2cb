import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, lstat, mkdir, open, readdir, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { MailDnsError } from "../core/errors.ts";
import { Receipt } from "../core/plan/schema.ts";
import type { Receipts } from "../ports/receipts.ts";

const FOLDER = ".odoo-mail-dns";
const ID = /^\d{8}T\d{6}Z$/;
// What a DomainName may contain and a path must not (`/`, `\`, dots in a row) is refused.
const PATH_SAFE = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;
const ONLY_OURS = 0o600;
/** Room for every value that we may have touched, at its largest. */
const MAX_OCTETS = 8 * 1024 * 1024;

/**
 * Receipts as files, `.odoo-mail-dns/<domain>/<id>.json` below the project folder. A file is
 * written beside, synced and put in place at once, so that it is complete or not there.
 */
export function createReceipts(projectFolder: string): Receipts {
  const fileOf = (domain: string, id: string): string =>
    join(projectFolder, FOLDER, folderName(domain), `${id}.json`);
  const ids = (domain: string): Promise<readonly string[]> =>
    readIds(join(projectFolder, FOLDER, folderName(domain)), domain);
  return {
    ids,
    create: (receipt) =>
      saying(receipt, async () => {
        const file = fileOf(receipt.domain, receipt.id);
        await makeFolder(projectFolder, receipt.domain);
        await putNew(file, receipt);
        await syncFolder(join(file, ".."));
      }),
    // The name is on disk already: whatever happens, the old receipt is there or this one.
    save: (receipt) =>
      saying(receipt, () => put(fileOf(receipt.domain, receipt.id), print(receipt), rename)),
    async load(domain, id) {
      const wanted = id ?? (await ids(domain))[0];
      if (wanted === undefined || !ID.test(wanted)) return undefined;
      const text = await orNothing(readText(fileOf(domain, wanted)), domain);
      return text === undefined ? undefined : read(text, { domain, id: wanted });
    },
    describe: ({ domain, id }) => `${FOLDER}/${domain}/${id}.json`,
  };
}

function folderName(domain: string): string {
  if (PATH_SAFE.test(domain)) return domain;
  const shown = JSON.stringify(domain);
  const message = `Receipts of ${shown} can't be kept: its name is no file name.`;
  throw new MailDnsError("invalid-input", message, { domain });
}

/** Newest first: ids are moments. What a killed run left beside them is no receipt. */
async function readIds(folder: string, domain: string): Promise<readonly string[]> {
  const files = (await orNothing(readdir(folder), domain)) ?? [];
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .filter((name) => ID.test(name))
    .toSorted()
    .toReversed();
}

/** Links may come with a checkout; what we write stays below the project. */
async function makeFolder(projectFolder: string, domain: string): Promise<void> {
  for (const name of [FOLDER, join(FOLDER, domain)]) {
    const folder = join(projectFolder, name);
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (!(await lstat(folder)).isDirectory()) throw noFolder(name, domain);
  }
}

function noFolder(name: string, domain: string): MailDnsError {
  return new MailDnsError(
    "protected",
    `${name} is no folder of the project but a link or a file, so no receipt is written there.`,
    { domain, help: `Remove ${name}; it is made again when it is needed.` },
  );
}

async function putNew(file: string, receipt: Receipt): Promise<void> {
  try {
    await put(file, print(receipt), putBeside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new MailDnsError("conflict", `There is a receipt ${receipt.id} already.`, {
      domain: receipt.domain,
    });
  }
}

/** Only where no file of that name is. */
async function putBeside(from: string, to: string): Promise<void> {
  await link(from, to);
  await unlink(from);
}

/** `place` gives the finished file its name, and takes the one away that it had. */
async function put(
  file: string,
  text: string,
  place: (from: string, to: string) => Promise<void>,
): Promise<void> {
  const beside = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await open(beside, "wx", ONLY_OURS);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Empty for what is no file of a receipt's size: a checkout may hold a link to anything. */
async function readText(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= MAX_OCTETS ? await handle.readFile("utf8") : "";
  } finally {
    await handle.close();
  }
}

/** The name itself is on disk only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function print(receipt: Receipt): string {
  return `${JSON.stringify(v.parse(Receipt, receipt), null, 2)}\n`;
}

function read(
  text: string,
  { domain, id }: { readonly domain: string; readonly id: string },
): Receipt {
  const damaged = (reason: string): MailDnsError =>
    new MailDnsError(
      "invalid-input",
      `The receipt ${FOLDER}/${domain}/${id}.json can't be used: ${reason}.`,
      {
        domain,
        help: "Restore it from a backup, or move it out of that folder; nothing can be undone with it as it is.",
      },
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged("it is no JSON");
  }
  const checked = v.safeParse(Receipt, json);
  if (!checked.success) {
    const [issue] = checked.issues;
    throw damaged(`${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
  }
  const receipt = checked.output;
  if (receipt.domain !== domain) throw damaged(`it is about ${receipt.domain}`);
  if (receipt.id !== id) throw damaged(`it is the receipt ${receipt.id}`);
  return receipt;
}

async function orNothing<T>(result: Promise<T>, domain: string): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw failure(`The receipts of ${domain} can't be read: ${message}.`, domain, error);
  }
}

async function saying(receipt: Receipt, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof MailDnsError) throw error;
    const { domain, id } = receipt;
    const { message } = error as Error;
    throw failure(
      `The receipt ${FOLDER}/${domain}/${id}.json can't be written: ${message}.`,
      domain,
      error,
    );
  }
}

const FORBIDDEN: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

function failure(message: string, domain: string, cause: unknown): MailDnsError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  return new MailDnsError(FORBIDDEN.has(code) ? "permission" : "transient", message, {
    domain,
    cause,
    help: `Make ${FOLDER} in the project folder a place where files can be read and written.`,
  });
}
