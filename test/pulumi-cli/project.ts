import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect } from "vitest";
import { type DemoWorld, startDemoWorld } from "../../examples/demo-world.ts";
import { findPulumi } from "../../scripts/pulumi-cli.mjs";
import { root } from "../../scripts/node.mjs";

export const DOMAIN = "mycompany.example";
export const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** Everything that was said, on both streams. */
  readonly text: string;
}

export interface ProjectOptions {
  /** Changes the zone before it is first served. */
  readonly zone?: (text: string) => string;
  /** Where DNS answers, if the servers of the test itself are not to be used. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that has its zones and stacks already. */
  readonly folder?: string;
}

/**
 * This project in a folder of its own, with its state in files and the zones of examples/ served as
 * they stand in that folder. Only what runs it is shared with the checkout: node_modules.
 */
export class Project {
  readonly folder: string;
  readonly zonePath: string;
  readonly stackPath: string;
  #env: Readonly<Record<string, string>>;
  #world: DemoWorld | undefined;

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.zonePath = join(folder, "zones", `${DOMAIN}.zone`);
    this.stackPath = join(folder, "stacks", `Pulumi.${DOMAIN}.yaml`);
    this.#env = env;
  }

  static async start(options: ProjectOptions = {}): Promise<Project> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), "odoo-mail-dns-pulumi-"));
    // Copies, because a test may change them; and Node runs no TypeScript from node_modules.
    for (const name of ["src", "providers", "scripts", "tools", "Pulumi.yaml", "package.json"])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    if (!options.folder)
      for (const name of ["zones", "stacks"])
        cpSync(join(root, "examples", name), join(folder, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const name of ["state", "home"]) mkdirSync(join(folder, name));
    const project = new Project(folder, await surroundings(folder, options.env));
    if (options.zone) project.edit(options.zone);
    if (!options.env) await project.#serve();
    return project;
  }

  /** Runs the CLI on the stack; `stack: false` for commands that know none. */
  async pulumi(args: readonly string[], { stack = true } = {}): Promise<Outcome> {
    const chosen = stack ? ["--stack", DOMAIN] : [];
    return run(this.#cli(), [...args, ...chosen, "--non-interactive"], this.#how());
  }

  /** What `npm run pulumi -- ARGS` runs. */
  async npmRunPulumi(...args: readonly string[]): Promise<Outcome> {
    return run(
      process.execPath,
      [join(this.folder, "scripts", "pulumi.mjs"), ...args],
      this.#how(),
    );
  }

  init(): Promise<Outcome> {
    return this.pulumi(["stack", "init", DOMAIN], { stack: false });
  }
  preview(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi(["preview", ...args]);
  }
  /** `preview --expect-no-changes`, with exit code 7 where something of ours is to change. */
  expectNoChanges(): Promise<Outcome> {
    return this.preview("--expect-no-changes");
  }
  up(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi(["up", "--yes", "--skip-preview", ...args]);
  }
  destroy(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi(["destroy", "--yes", "--skip-preview", ...args]);
  }

  /** Runs the command until it stands still before or after a write, then sends the signal. */
  async runUntil(
    command: "up" | "destroy",
    moment: "before" | "after",
    signal: "SIGKILL" | "SIGINT",
  ): Promise<Outcome> {
    const marker = join(this.folder, "standing-still");
    const record = "src/pulumi/provider/record.ts";
    const original = this.read(record);
    this.rewrite(record, (text) => standStill(text, moment, marker));
    const interrupt = async (pid: number): Promise<void> => {
      while (!existsSync(marker)) await wait(20);
      process.kill(signal === "SIGKILL" ? -pid : pid, signal);
    };
    const args = [command, "--yes", "--skip-preview", "--stack", DOMAIN, "--non-interactive"];
    try {
      return await run(this.#cli(), args, { ...this.#how(), detached: true }, interrupt);
    } finally {
      this.rewrite(record, () => original);
    }
  }

  get zone(): string {
    return readFileSync(this.zonePath, "latin1");
  }
  edit(change: (text: string) => string): void {
    const before = this.zone;
    const after = change(before);
    if (after === before) throw new Error("This edit changes nothing");
    writeFileSync(this.zonePath, after, "latin1");
  }
  read(path: string): string {
    return readFileSync(join(this.folder, path), "latin1");
  }
  /** Changes any file of the project, by its path from its folder. */
  rewrite(path: string, change: (text: string) => string): void {
    const file = join(this.folder, path);
    writeFileSync(file, change(existsSync(file) ? readFileSync(file, "latin1") : ""), "latin1");
  }
  /** Adds a line below `config:` of the stack file: `dkim: false`. */
  configure(line: string): void {
    const path = `stacks/Pulumi.${DOMAIN}.yaml`;
    this.rewrite(path, (text) => text.replace("config:\n", `config:\n  odoo-mail-dns:${line}\n`));
  }
  /** From now on no resolver and no name server answers. */
  async silence(): Promise<void> {
    await this.#world?.close();
    this.#world = undefined;
  }
  async stop(): Promise<void> {
    await this.silence();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #serve(): Promise<void> {
    this.#world = await startDemoWorld(join(this.folder, "zones"));
    const { env, resolver } = this.#world;
    this.#env = { ...this.#env, ...env, ODOO_MAIL_DNS_RESOLVER: resolver };
  }
  #cli(): string {
    return this.#env["PULUMI_CLI"] ?? "pulumi";
  }
  #how() {
    return { cwd: this.folder, env: this.#env };
  }
}

/** The provider's source that stands still once it has said so, until it is cancelled or killed. */
function standStill(text: string, moment: "before" | "after", marker: string): string {
  const place =
    moment === "before" ? "  const receipt = await applyPlan(" : "  const failure = failureText(";
  if (!text.includes(place)) throw new Error("There is no such place to stand still at");
  const pause = `(await import("node:fs")).writeFileSync(${JSON.stringify(marker)}, "");
    await new Promise((go) => call.signal.addEventListener("abort", go));\n`;
  return text.replace(place, `${pause}${place}`);
}

async function surroundings(folder: string, extra: Readonly<Record<string, string>> = {}) {
  const cli = await findPulumi({ get: false });
  if (cli === undefined) throw new Error("The Pulumi CLI is not there: npm test gets it");
  const path = [dirname(cli.path), dirname(process.execPath), process.env["PATH"] ?? ""];
  return {
    HOME: folder,
    PATH: path.join(delimiter),
    NODE_COMPILE_CACHE: join(root, ".cache", "compile"),
    PULUMI_CLI: cli.path,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_HOME: join(folder, "home"),
    PULUMI_RUN_PROGRAM: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...extra,
  };
}

interface How {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly detached?: boolean;
}

function run(
  program: string,
  args: readonly string[],
  how: How,
  meanwhile?: (pid: number) => Promise<void>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...how, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      stdout += data;
      text += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data: string) => (text += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, text }));
    if (meanwhile && child.pid) meanwhile(child.pid).catch(reject);
  });
}

const started: Project[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((project) => project.stop()));
});

/** A project that is gone when its test is over. */
export async function startProject(options?: ProjectOptions): Promise<Project> {
  const project = await Project.start(options);
  started.push(project);
  const made = await project.init();
  if (made.code !== 0) throw new Error(made.text);
  return project;
}

/** Fails with everything that the CLI said. */
export function succeeded({ code, text }: Outcome): void {
  expect(code, text).toBe(0);
}

/** The zone without its serial number, which every write of ours counts up. */
export function withoutSerial(text: string): string {
  return text.replace(/\b2026\d{6}\b/, "SERIAL");
}

/** What the zone says of SPF, line by line. */
export function spfIn(text: string): readonly string[] {
  return [...text.matchAll(/"(v=spf1[^"]*)"/g)].map(([, value = ""]) => value);
}
