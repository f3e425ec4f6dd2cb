// The provider's process. The engine starts it with its own address, and reads the port from the
// first line of stdout.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createEngines } from "./log.ts";
import { serve } from "./server.ts";
import type { Surroundings } from "./world.ts";

const PARENT_MS = 1000;

let loaded: Promise<Surroundings> | undefined;

const parent = process.ppid;
// An engine that was killed sends no word; a provider without it would stay for ever.
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, PARENT_MS).unref();

const { port, settled } = await serve(surroundings, version(), createEngines(process.argv.at(2)));
// The engine interrupts us when it is done, and so may a terminal while something is written. An
// exit of our own keeps what Node has compiled.
process.once("SIGINT", () => void settled().then(() => process.exit(0)));
process.stdout.write(`${port}\n`);
// The engine has the port and begins to talk: time to load the rest.
await Promise.all([import("./resources.ts"), surroundings()]);

function surroundings(): Promise<Surroundings> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Surroundings> {
  const { createClock } = await import("../../local/clock.ts");
  const { createHttp } = await import("../../http/client.ts");
  const { createRun } = await import("../../local/run.ts");
  const { hosts } = await import("../../../providers/index.ts");
  const { openTrace } = await import("../../local/trace.ts");
  const { env } = process;
  const folder = projectFolder(process.cwd());
  const file = env["ODOO_MAIL_DNS_TRACE"];
  const clock = createClock();
  const http = createHttp({ clock, trace: file ? openTrace(resolve(folder, file)) : undefined });
  return { env, projectFolder: folder, hosts, clock, http, run: createRun(1) };
}

/** The engine starts us in the folder of the program, which may lie below the project's. */
function projectFolder(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) return from;
  }
}

function version(): string {
  for (const up of ["../../..", "../../../.."]) {
    const file = new URL(`${up}/package.json`, import.meta.url);
    try {
      return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return "0.0.0";
}
