// node bench/pulumi.ts: what our program costs beside an empty one under the same CLI, and what the
// fleet verb saves over single commands. Real CLI, file backend, zone files, name servers on loopback.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { startDemoWorld } from "../examples/demo-world.ts";
import { root } from "../scripts/node.mjs";
import { findPulumi } from "../scripts/pulumi-cli.mjs";
import { peakOfTree } from "../scripts/tree-memory.ts";

const RUNS = 5;
const STACKS = 20;
const BARS = { up: 1.3, fleet: 3 };
const DOMAIN = "mycompany.example";

const cli = await findPulumi({ say: (line: string) => console.error(line) });
if (cli === undefined) throw new Error("The Pulumi CLI was not found.");
const folder = await mkdtemp(join(tmpdir(), "odoo-mail-dns-bench-"));
const ours = join(folder, "ours");
const empty = join(folder, "empty");
await cp(join(root, "examples", "zones"), join(ours, "zones"), { recursive: true });
const world = await startDemoWorld(join(ours, "zones"));
const env = {
  ...process.env,
  ...world.env,
  ODOO_MAIL_DNS_RESOLVER: world.resolver,
  PATH: [dirname(cli.path), dirname(process.execPath), process.env["PATH"]].join(delimiter),
  PULUMI_BACKEND_URL: `file://${folder}`,
  PULUMI_HOME: join(folder, "home"),
  PULUMI_CONFIG_PASSPHRASE: "bench",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  PULUMI_RUN_PROGRAM: "true",
  NODE_COMPILE_CACHE: join(folder, "compiled"),
};
try {
  await writeProjects();
  await upBesideEmpty();
  await fleetBesideLoop();
} finally {
  await world.close();
  await rm(folder, { recursive: true, force: true });
}

async function writeProjects(): Promise<void> {
  for (const name of ["src", "providers", "scripts", "tools", "Pulumi.yaml", "package.json"]) {
    await cp(join(root, name), join(ours, name), { recursive: true });
  }
  await mkdir(empty);
  await mkdir(join(ours, "stacks"));
  for (const project of [ours, empty])
    await symlink(join(root, "node_modules"), join(project, "node_modules"));
  // With the flags that ours has, which would make the empty one faster too.
  const ourYaml = await readFile(join(root, "Pulumi.yaml"), "utf8");
  const yaml = `name: empty\nmain: index.ts\n${/^runtime:\n(?: .*\n)+/m.exec(ourYaml)?.[0]}`;
  await writeFile(join(empty, "Pulumi.yaml"), yaml);
  await writeFile(join(empty, "package.json"), '{ "type": "module" }');
  await writeFile(join(empty, "index.ts"), 'import "@pulumi/pulumi";\n');
  await stackFor(DOMAIN, join(ours, "zones", `${DOMAIN}.zone`));
}

async function stackFor(domain: string, zone: string): Promise<void> {
  const text = await readFile(zone, "latin1");
  await writeFile(join(ours, "zones", `${domain}.zone`), text.replaceAll(DOMAIN, domain), "latin1");
  const file = `config:\n  odoo-mail-dns:host: zonefile\n  odoo-mail-dns:zonefile: { file: zones/${domain}.zone }\n`;
  await writeFile(join(ours, "stacks", `Pulumi.${domain}.yaml`), file);
}

async function upBesideEmpty(): Promise<void> {
  const up = ["up", "--yes", "--skip-preview", "--non-interactive", "-s"];
  await pulumi(ours, "stack", "select", "--create", DOMAIN);
  await pulumi(empty, "stack", "select", "--create", "none");
  await pulumi(ours, ...up, DOMAIN);
  const ratios: number[] = [];
  for (let turn = -1; turn < RUNS; turn += 1) {
    const own = await pulumi(ours, ...up, DOMAIN);
    const other = await pulumi(empty, ...up, "none");
    if (turn >= 0) ratios.push(own / other);
    if (turn === RUNS - 1)
      console.log(
        `  up without changes ${own.toFixed(0)} ms, an empty program ${other.toFixed(0)} ms`,
      );
  }
  tell("up without changes, as a ratio to an empty program", median(ratios), BARS.up, "at most");
  await tellPeak("up without changes", ours, "pulumi", ...up, DOMAIN);
  await tellPeak("up of the empty program", empty, "pulumi", ...up, "none");
}

async function fleetBesideLoop(): Promise<void> {
  const names = Array.from({ length: STACKS }, (_, at) => `d${at + 1}.example`);
  const zone = join(ours, "zones", `${DOMAIN}.zone`);
  for (const name of names) await stackFor(name, zone);
  await rm(join(ours, "stacks", `Pulumi.${DOMAIN}.yaml`));
  const all = [join(ours, "scripts", "pulumi-all.ts"), "preview"];
  await run(ours, process.execPath, ...all);
  const fleet = await run(ours, process.execPath, ...all);
  let loop = 0;
  for (const name of names) loop += await pulumi(ours, "preview", "--non-interactive", "-s", name);
  console.log(
    `  ${STACKS} previews ${(fleet / 1000).toFixed(1)} s at once, ${(loop / 1000).toFixed(1)} s one by one`,
  );
  tell(
    `${STACKS} stacks at once, times faster than one by one`,
    loop / fleet,
    BARS.fleet,
    "at least",
  );
  await tellPeak(`${STACKS} previews at once`, ours, process.execPath, ...all);
}

/** The timed runs are others: looking at memory costs time. */
async function tellPeak(what: string, cwd: string, command: string, ...args: readonly string[]) {
  const child = spawn(command, args, { cwd, env, stdio: "ignore" });
  const peak = await peakOfTree(child.pid ?? 0);
  console.log(`  peak memory of ${what}, with all that it starts: ${peak} MiB`);
}

function tell(what: string, value: number, bar: number, word: "at most" | "at least"): void {
  const isWithin = word === "at most" ? value <= bar : value >= bar;
  console.log(
    `  ${what}: ${value.toFixed(2)} (${isWithin ? "within" : "MISSES"} the bar of ${word} ${bar})`,
  );
  if (!isWithin) process.exitCode = 1;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function pulumi(cwd: string, ...args: readonly string[]): Promise<number> {
  return run(cwd, "pulumi", ...args);
}

/** Runs to the end and gives the milliseconds it took; its output is shown where it fails. */
async function run(cwd: string, command: string, ...args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => (said += String(text)));
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${String(code)}\n${said}`);
  return performance.now() - start;
}
