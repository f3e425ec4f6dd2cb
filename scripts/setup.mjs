// node scripts/setup.mjs [--dev | --all]: everything that `npm start` and `npm test` need.
// Nothing: the run-time packages. --dev: the developers' packages too. --all: and name servers,
// and the Pulumi CLI.
// Plain JavaScript without dependencies, on any Node from 18, because nothing is installed yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, findNode, npmCli, ownNodeIsNewEnough, root } from "./node.mjs";
import { installNameServers } from "./name-servers.mjs";
import { findPulumi } from "./pulumi-cli.mjs";

const wanted = process.argv.includes("--all") || process.argv.includes("--dev") ? "dev" : "run";
const stamp = join(root, "node_modules", ".set-up");

getNode();
installPackages();
if (process.argv.includes("--all")) {
  installNameServers(say, stop);
  await findPulumi({ say }).catch((error) => stop(error.message));
}

/** An older npm leaves native bindings out without a word, so the packages need Node 24 and npm 11. */
function getNode() {
  const npmIsNewEnough =
    Number(/npm\/(\d+)/.exec(process.env.npm_config_user_agent ?? "")?.[1]) >= 11;
  if (findNode() && (npmCli() || (ownNodeIsNewEnough && npmIsNewEnough))) return;
  say("Getting Node 24 and npm 11 into .cache/ (once) ...");
  mkdirSync(join(root, ".cache", "node"), { recursive: true });
  const get = ["install", "--prefix", join(".cache", "node"), "--no-save", "--no-package-lock"];
  run("npm", [...get, "--loglevel=error", "node@24", "npm@11"], process.env);
  if (!findNode())
    stop(
      "npm reported success, but there is no Node in .cache/node. Are install scripts switched off (ignore-scripts)?",
    );
}

function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const have = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (have === `dev ${lock}` || have === `${wanted} ${lock}`) return;
  say(`Installing the ${wanted === "dev" ? "developers'" : "run-time"} packages (once) ...`);
  const ci = [
    "ci",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    ...(wanted === "dev" ? [] : ["--omit=dev"]),
  ];
  const node = findNode();
  const cli = npmCli();
  if (cli) run(node, [cli, ...ci], environment(node));
  else run("npm", ci, environment(node));
  writeFileSync(stamp, `${wanted} ${lock}`);
}

function run(command, args, env) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (status !== 0)
    stop(`\`${command} ${args.join(" ")}\` failed${error ? `: ${error.message}` : ""}.`);
}

function say(text) {
  console.error(text);
}

function stop(text) {
  console.error(`Setting up failed: ${text}`);
  process.exit(1);
}
