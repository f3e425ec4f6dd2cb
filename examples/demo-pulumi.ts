import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "../scripts/node.mjs";
import { findPulumi } from "../scripts/pulumi-cli.mjs";

/** Pulumi in the demo's folder: runs a command on the demo's stack and returns what it says. */
export type DemoPulumi = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<string>;

/**
 * Makes the demo's folder a Pulumi project like this one, with an empty stack, its state, and
 * Pulumi's own home in that folder. Undefined where the CLI or its SDK is not at hand: the demo downloads nothing.
 */
export async function preparePulumi(
  folder: string,
  stack: string,
): Promise<DemoPulumi | undefined> {
  if (!existsSync(join(root, "node_modules", "@pulumi", "pulumi"))) return undefined;
  const cli = await findPulumi({ get: false });
  if (cli === undefined) return undefined;
  // Paths count from the program's folder, so the program itself has to lie in the demo's.
  const program = pathToFileURL(join(root, "src", "pulumi", "program.ts")).href;
  await writeFile(join(folder, "program.mjs"), `export * from ${JSON.stringify(program)};\n`);
  const project = await readFile(join(root, "Pulumi.yaml"), "utf8");
  const own = project
    .replace(/^main: .*$/m, "main: program.mjs")
    .replace(/path: \.\/(.*)$/m, (_, path: string) => `path: ${JSON.stringify(join(root, path))}`);
  await writeFile(join(folder, "Pulumi.yaml"), own);
  await writeFile(join(folder, "package.json"), "{}\n");
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of ["state", "home"]) await mkdir(join(folder, name));
  const around = environment(folder, dirname(cli.path));
  const run: DemoPulumi = async (args, extra) => {
    const env = { ...process.env, ...around, ...extra };
    const { stdout } = await promisify(execFile)(cli.path, args, { cwd: folder, env });
    return stdout;
  };
  await run(["stack", "init", stack, "--non-interactive"], {});
  return (args, extra) => run([...args, "--stack", stack, "--non-interactive"], extra);
}

function environment(folder: string, programs: string): Readonly<Record<string, string>> {
  const path = [programs, dirname(process.execPath), process.env["PATH"] ?? ""];
  return {
    PATH: path.join(delimiter),
    NODE_COMPILE_CACHE: join(root, ".cache", "compiled"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_HOME: join(folder, "home"),
    PULUMI_RUN_PROGRAM: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
