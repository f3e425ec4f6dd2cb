// npm run pulumi -- ARGS: Pulumi with our defaults; leaves the stack files as they were.
// npm run pulumi -- all preview|up: every stack of the project (pulumi-all.ts).
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPulumi } from "./pulumi-cli.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const defaults = {
  NODE_COMPILE_CACHE: join(root, ".cache", "compile"),
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
  PULUMI_RUN_PROGRAM: "true",
  PULUMI_SKIP_UPDATE_CHECK: "true",
};

const stackFiles = () => {
  const folder = join(root, "stacks");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /^Pulumi\..+\.yaml$/.test(name)).map((name) => join(folder, name));
};
const withoutSalt = (text) => text.replace(/^encryptionsalt: .*\n?/gm, "");
const withoutQuotes = (text) =>
  text.replace(/^( +[\w-]+:\w+: )"(true|false)"$/gm, "$1$2").trimEnd();

/** The salt is in the state too, so a file that got nothing but the salt, and quotes, is put back. */
function takeSaltOut(before) {
  for (const [path, text] of before) {
    const now = existsSync(path) ? readFileSync(path, "utf8") : text;
    if (now !== text && withoutQuotes(withoutSalt(now)) === withoutQuotes(text))
      writeFileSync(path, text);
  }
}

const say = (line) => process.stderr.write(`${line}\n`);
try {
  const cli = await findPulumi({ say });
  const before = stackFiles().map((path) => [path, readFileSync(path, "utf8")]);
  const args = process.argv.slice(2);
  const all = [process.execPath, join(root, "scripts", "pulumi-all.ts"), ...args.slice(1)];
  const [command, ...rest] = args[0] === "all" ? all : [cli.path, ...args];
  const child = spawn(command, rest, {
    env: { ...defaults, ...process.env },
    stdio: "inherit",
  });
  // The terminal sends Ctrl-C to the whole group: Pulumi decides when to end, we only wait.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    say(error.message);
    process.exitCode = 1;
  });
  child.on("close", (code, signal) => {
    takeSaltOut(before);
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
