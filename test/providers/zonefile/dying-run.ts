// Applies a change to FOLDER/my.zone and kills its own process right before the COUNT-th step that
// touches the disk; a write is cut in its middle. Prints the name of each step.
import * as fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { writeSync } from "node:fs";
import { zoneFileProvider } from "../../../providers/zonefile/provider.ts";
import type { Disk } from "../../../providers/zonefile/disk.ts";
import { addDkim, addInclude, contextOf, DOMAIN, SIGNAL } from "./fixtures.ts";

const [folder = "", count = ""] = process.argv.slice(2);
let left = Number(count);

function step(name: string): boolean {
  writeSync(1, `${name}\n`);
  left -= 1;
  return left === 0;
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("still alive");
}

function watched<T extends object>(target: T): T {
  return new Proxy(target, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function" || typeof name !== "string") return member;
      return async (...args: unknown[]) => {
        const isLast = step(name);
        if (isLast && name === "writeFile") {
          await (target as FileHandle).writeFile(String(args[0]).slice(0, 100), "latin1");
        }
        if (isLast) die();
        const result: unknown = await Reflect.apply(member, target, args);
        return name === "open" ? watched(result as FileHandle) : result;
      };
    },
  });
}

const provider = zoneFileProvider({ file: "my.zone", reload: "none" }, contextOf(folder), {
  disk: watched<Disk>(fs),
  run: async () => ({ status: "missing", output: "" }),
});
const planned = await provider.read(await provider.findZone(DOMAIN, SIGNAL), [], SIGNAL);
await provider.apply(provider.compile([addInclude, addDkim], planned), planned, SIGNAL);
