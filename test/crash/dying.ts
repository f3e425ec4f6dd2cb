// Loaded before the program (`node --import`): ends it by SIGKILL right before its n-th change to a
// disk, n being DIE_AT. Every function that changes a file or folder is counted, whoever calls it.
// 0 lets it live; then the names of the changes are written to the file DIE_LOG.
import * as fs from "node:fs";
import promises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const dieAt = Number(process.env["DIE_AT"]);
const steps: string[] = [];

function step(name: string): boolean {
  steps.push(name);
  return steps.length === dieAt;
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way; nothing may happen until it arrives.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

type Change = (...args: unknown[]) => Promise<unknown>;

/** Any method of these objects, replaced by one that counts first. */
function count(target: object, names: readonly string[], label = ""): void {
  const methods = target as Record<string, Change>;
  for (const name of names) {
    const original = methods[name] as Change;
    methods[name] = function counted(this: unknown, ...args: unknown[]) {
      if (step(`${label}${name}`)) die();
      return original.apply(this, args);
    };
  }
}

count(promises, [
  "open",
  "rename",
  "link",
  "unlink",
  "rm",
  "mkdir",
  "symlink",
  "writeFile",
  "copyFile",
]);

const handle: FileHandle = await promises.open(new URL(import.meta.url));
const prototype = Object.getPrototypeOf(handle) as Record<string, Change>;
await handle.close();
count(prototype, ["sync", "chmod", "chown"], "handle.");

// A write is two steps: before it, and when half of it is done.
const write = prototype["writeFile"] as Change;
prototype["writeFile"] = async function half(this: FileHandle, data: unknown, encoding: unknown) {
  if (step("handle.writeFile")) die();
  if (step("handle.writeFile, half")) {
    await write.call(this, String(data).slice(0, String(data).length / 2), encoding);
    die();
  }
  return write.call(this, data, encoding);
};

steps.length = 0;
syncBuiltinESMExports();
process.on("exit", () => fs.writeFileSync(process.env["DIE_LOG"] ?? "", steps.join("\n")));
