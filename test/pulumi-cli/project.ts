import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll } from "vitest";
import { findPulumi } from "../../scripts/pulumi-cli.mjs";
import { root } from "../../scripts/node.mjs";
import { DOMAIN, type OneDomain, SILENT, startOneDomain } from "../servers/one-domain.ts";
import { stepsIn } from "./events.ts";
import { type Outcome, run, succeeded } from "./run.ts";
import { nextSerial } from "./zone-text.ts";

export { DOMAIN };
export const MERGED = "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all";

export interface ProjectOptions {
  /** Changes the zone before it is first served. */
  readonly zone?: (text: string) => string;
}

interface CliOptions {
  readonly stack?: boolean;
  readonly cwd?: string;
  /** Is told the number of the CLI's process. */
  readonly meanwhile?: (pid: number) => Promise<void>;
}

// Files of tests run side by side, each with its own servers.
let servers: OneDomain;
beforeAll(async () => {
  servers = await startOneDomain(10 * Number(process.env["VITEST_POOL_ID"] ?? 1));
});
afterAll(() => servers.stop());

/**
 * This project in a folder of its own, with its state in files and the zones of examples/ served by
 * BIND as they stand in that folder. Only what runs it is shared with the checkout: node_modules.
 */
export class Project {
  readonly folder: string;
  readonly zonePath: string;
  readonly stackPath: string;
  #env: Readonly<Record<string, string>>;

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.zonePath = join(folder, "zones", `${DOMAIN}.zone`);
    this.stackPath = join(folder, "stacks", `Pulumi.${DOMAIN}.yaml`);
    this.#env = env;
  }

  static async start({ zone }: ProjectOptions = {}): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-pulumi-"));
    // Copies, because a test may change them; and Node runs no TypeScript from node_modules.
    for (const name of ["src", "providers", "scripts", "tools", "Pulumi.yaml", "package.json"])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const name of ["state", "home", "temporary"]) mkdirSync(join(folder, name));
    await servers.open(folder, zone);
    return new Project(folder, await surroundings(folder));
  }

  /** Runs the CLI on the stack; `stack: false` for commands that know none. */
  async pulumi(args: readonly string[], options: CliOptions = {}): Promise<Outcome> {
    const { stack = true, cwd = this.folder, meanwhile } = options;
    const all = [...args, ...(stack ? ["--stack", DOMAIN] : []), "--non-interactive"];
    return run(this.#cli(), all, { cwd, env: { ...this.#env, PWD: cwd } }, meanwhile);
  }

  /** What `npm run pulumi -- ARGS` runs. */
  async npmRunPulumi(...args: readonly string[]): Promise<Outcome> {
    return run(process.execPath, this.#npmRun(args), this.#how());
  }
  /** The same, and Ctrl-C once so many writes stand still before they begin. */
  async interrupted(writes: number, ...args: readonly string[]): Promise<Outcome> {
    return this.#standingStill("before", (standing) => {
      const ctrlC = async (group: number): Promise<void> => {
        while (standing() < writes) await wait(20);
        process.kill(-group, "SIGINT");
      };
      return run(process.execPath, this.#npmRun(args), { ...this.#how(), detached: true }, ctrlC);
    });
  }
  #npmRun(args: readonly string[]): readonly string[] {
    return [join(this.folder, "scripts", "pulumi.mjs"), ...args];
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
  /** What `up` does to our records, step by step: `update SpfTerms`. */
  async upSteps(): Promise<readonly string[]> {
    const log = join(this.folder, "events.json");
    succeeded(await this.up("--event-log", log));
    return stepsIn(log);
  }
  destroy(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi(["destroy", "--yes", "--skip-preview", ...args]);
  }

  /** Runs the command until it stands still at that moment of a write, then sends the signal. */
  async runUntil(
    command: "up" | "destroy",
    moment: Moment,
    signal: "SIGKILL" | "SIGINT",
  ): Promise<Outcome> {
    const interrupt = (standing: () => number) => async (pid: number) => {
      while (standing() === 0) await wait(20);
      process.kill(signal === "SIGKILL" ? -pid : pid, signal);
    };
    const args = [command, "--yes", "--skip-preview", "--stack", DOMAIN, "--non-interactive"];
    return this.#standingStill(moment, (standing) =>
      run(this.#cli(), args, { ...this.#how(), detached: true }, interrupt(standing)),
    );
  }

  /** Meanwhile each write stands still at that moment; `standing` counts those that do. */
  async #standingStill(
    moment: Moment,
    work: (standing: () => number) => Promise<Outcome>,
  ): Promise<Outcome> {
    const marker = join(this.folder, "standing-still");
    const { file } = MOMENTS[moment];
    const original = this.read(file);
    this.rewrite(file, (text) => standStill(text, moment, marker));
    try {
      return await work(() => (existsSync(marker) ? readFileSync(marker).length : 0));
    } finally {
      this.rewrite(file, () => original);
      rmSync(marker, { force: true });
    }
  }

  /** What lies in the folder for temporary files. */
  get temporary(): readonly string[] {
    return readdirSync(join(this.folder, "temporary"), { encoding: "utf8", recursive: true });
  }
  get zone(): string {
    return readFileSync(this.zonePath, "latin1");
  }
  /** The owner changes the zone, and the name server reads it anew. */
  async edit(change: (text: string) => string): Promise<void> {
    await this.editZone(DOMAIN, change);
  }
  /** The same for any zone of the folder zones: `google.com`. */
  async editZone(apex: string, change: (text: string) => string): Promise<void> {
    const path = `zones/${apex}.zone`;
    const before = this.read(path);
    const after = change(before);
    if (after === before) throw new Error("This edit changes nothing");
    this.rewrite(path, () => nextSerial(after));
    await this.serve(apex);
  }
  /** The name server reads the zone from this file from now on. */
  serve(apex: string, path = `zones/${apex}.zone`): Promise<void> {
    return servers.serve(apex, join(this.folder, path));
  }
  /** The stack file, changed. */
  configureAnew(change: (text: string) => string): void {
    this.rewrite(`stacks/Pulumi.${DOMAIN}.yaml`, change);
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
    this.configureAnew((text) => text.replace("config:\n", `config:\n  odoo-mail-dns:${line}\n`));
  }
  /** From now on no resolver and no name server answers. */
  silence(): void {
    this.setEnv({ ODOO_MAIL_DNS_NAMESERVERS: `.=${SILENT}`, ODOO_MAIL_DNS_RESOLVER: SILENT });
  }
  get env(): Readonly<Record<string, string | undefined>> {
    return this.#env;
  }
  setEnv(env: Readonly<Record<string, string>>): void {
    this.#env = { ...this.#env, ...env };
  }
  stop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #cli(): string {
    return this.#env["PULUMI_CLI"] ?? "pulumi";
  }
  #how() {
    return { cwd: this.folder, env: this.#env };
  }
}

/** Where a write can be cut off: before it begins, once it has begun, when the zone has changed. */
type Moment = keyof typeof MOMENTS;
const MOMENTS = {
  before: {
    file: "src/pulumi/provider/write-record.ts",
    place: "  const receipt = await applyPlan(",
    signal: "call.signal",
  },
  amid: {
    file: "providers/zonefile/provider.ts",
    place: "    return [await writeZone(",
    signal: "signal",
  },
  after: {
    file: "src/pulumi/provider/write-record.ts",
    place: "  const failure = failureText(",
    signal: "call.signal",
  },
  "once a plugin has made a record": {
    file: "test/pulumi-cli/plugins/plugin.ts",
    place: "      return response.setId(id).setProperties(toStruct(outputs));",
    signal: "new AbortController().signal",
  },
} as const;

/** The source that stands still at its moment once it has said so, until it is cancelled or killed. */
function standStill(text: string, moment: Moment, marker: string): string {
  const { place, signal } = MOMENTS[moment];
  if (!text.includes(place)) throw new Error("There is no such place to stand still at");
  const pause = `(await import("node:fs")).appendFileSync(${JSON.stringify(marker)}, ".");
    if (!${signal}.aborted) await new Promise((go) => ${signal}.addEventListener("abort", go));\n`;
  return text.replace(place, `${pause}${place}`);
}

async function surroundings(folder: string): Promise<Readonly<Record<string, string>>> {
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
    // Lets a command write the engine's events to a file.
    PULUMI_DEBUG_COMMANDS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_HOME: join(folder, "home"),
    PULUMI_RUN_PROGRAM: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    TMPDIR: join(folder, "temporary"),
    ...servers.env,
    ODOO_MAIL_DNS_RESOLVER: servers.resolver,
  };
}

const started: Project[] = [];
afterEach(() => started.splice(0).forEach((project) => project.stop()));

/** A project that is gone when its test is over. */
export async function startProject(options?: ProjectOptions): Promise<Project> {
  const project = await Project.start(options);
  started.push(project);
  const made = await project.init();
  if (made.code !== 0) throw new Error(made.text);
  return project;
}
