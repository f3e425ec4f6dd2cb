// node bench/cold-start.ts: how long the built package takes to start, as a ratio to an empty Node
// process measured in turn in the same run, and the memory it peaks at.
import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../scripts/node.mjs";
import { startDemoWorld } from "../examples/demo-world.ts";

const RUNS = 21;
const BARS = { version: 2, plan: 4 };

await promisify(execFile)(process.execPath, [join(root, "scripts", "build.ts")], { cwd: root });
const folder = await mkdtemp(join(tmpdir(), "odoo-mail-dns-bench-"));
await cp(join(root, "examples", "zones"), join(folder, "zones"), { recursive: true });
await cp(join(root, "examples", "stacks"), join(folder, "stacks"), { recursive: true });
const world = await startDemoWorld(join(folder, "zones"));
const main = join(root, "dist", "cli", "main.js");
const commands = {
  empty: ["-e", "0"],
  version: [main, "--version"],
  plan: [main, "plan", "mycompany.example", "--resolver", world.resolver],
} as const;

const times: Record<keyof typeof commands, number[]> = { empty: [], version: [], plan: [] };
const names = Object.keys(commands) as (keyof typeof commands)[];
for (let turn = -1; turn < RUNS; turn += 1) {
  for (const name of names) {
    const ms = await time(commands[name]);
    if (turn >= 0) times[name].push(ms);
  }
}
report();
for (const name of names) {
  console.log(
    `  peak memory, ${name.padEnd(13)}  ${Math.round((await peakKib(commands[name])) / 1024)} MiB`,
  );
}
await world.close();
await rm(folder, { recursive: true });

function report(): void {
  const empty = median(times.empty);
  console.log(
    `cold start of the built package, median of ${RUNS}, in turn (Node ${process.version})`,
  );
  console.log(`  empty Node process          ${empty.toFixed(0)} ms`);
  for (const name of ["version", "plan"] as const) {
    const ratio = median(times[name].map((ms, turn) => ms / (times.empty[turn] ?? empty)));
    const title = name === "plan" ? "plan, on a zone file" : "--version";
    const verdict = ratio <= BARS[name] ? "within" : "OVER";
    console.log(
      `  ${title.padEnd(26)}  ${median(times[name]).toFixed(0)} ms, ${ratio.toFixed(2)} times (${verdict} the bar of ${BARS[name]})`,
    );
    if (ratio > BARS[name]) process.exitCode = 1;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function time(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const env = { ...process.env, ...world.env };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env,
      stdio: "ignore",
    });
    child.on("exit", (code) =>
      code === 0
        ? resolve(performance.now() - start)
        : reject(new Error(`${args.join(" ")} ended with ${code}`)),
    );
  });
}

/** The process's own account of its largest resident set, in KiB, written as its last line. */
async function peakKib(args: readonly string[]): Promise<number> {
  const tell = "process.on('exit',()=>process.stdout.write('\\n'+process.resourceUsage().maxRSS))";
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", `data:text/javascript,${tell}`, ...args],
    { cwd: folder, env: { ...process.env, ...world.env } },
  );
  return Number(stdout.split("\n").at(-1));
}
