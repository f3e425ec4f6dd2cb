// Finds the Pulumi CLI, or gets it: PATH, our cache, the official installer, a build from its Go module.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

// Before 3.252 the engine forgot what it had imported and deleted live records (pulumi/pulumi#14836).
const oldest = [3, 252, 0];
const module = join(dirname(dirname(fileURLToPath(import.meta.url))), "tools", "pulumi");
const hostName = "pulumi-language-nodejs";
const installer = "https://get.pulumi.com/install.sh";
const noGo = (looked) =>
  "The Pulumi CLI could neither be found nor downloaded, and building it needs Go 1.21 or newer,\n" +
  `which is neither on PATH nor in ${looked.join(" or ")}.\n` +
  "Install either one and run this again: https://www.pulumi.com/docs/install/ or https://go.dev/dl/";

/** The version that go.mod pins: `v3.274.1`. */
export function pinnedVersion() {
  const pinned = /^\s*github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/m.exec(
    readFileSync(join(module, "go.mod"), "utf8"),
  );
  if (pinned === null) throw new Error("tools/pulumi/go.mod names no version of pulumi/pkg/v3");
  return pinned[1];
}

function cacheFolder(env) {
  const given = env.XDG_CACHE_HOME;
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), ".cache");
  return join(base, "odoo-mail-dns", "pulumi", pinnedVersion());
}

function versionOf(path, env) {
  const asked = spawnSync(path, ["version"], {
    encoding: "utf8",
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 30_000,
  });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

function isNewEnough(version) {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? "")
    ?.slice(1)
    .map(Number);
  if (parts === undefined) return false;
  const at = parts.findIndex((part, index) => part !== oldest[index]);
  return at === -1 || parts[at] > oldest[at];
}

function onPath(env) {
  for (const folder of (env.PATH ?? "").split(delimiter).filter((entry) => isAbsolute(entry))) {
    const path = join(folder, "pulumi");
    if (!existsSync(path)) continue;
    const version = versionOf(path, env);
    if (isNewEnough(version)) return { path, version, origin: "path" };
  }
  return undefined;
}

const hostDigest = () =>
  createHash("sha256")
    .update(readFileSync(join(module, "langhost", "main.go")))
    .update(readFileSync(join(module, "go.sum")))
    .digest("hex");

/** Pulumi's own host has no digest beside it and is always right; ours is as new as its source. */
function hasHost(folder) {
  const digest = join(folder, "host.sha256");
  if (!existsSync(join(folder, hostName))) return false;
  return !existsSync(digest) || readFileSync(digest, "utf8") === hostDigest();
}

function inCache(env) {
  const folder = cacheFolder(env);
  const path = join(folder, "pulumi");
  if (!existsSync(path) || !hasHost(folder)) return undefined;
  const version = versionOf(path, env);
  return version === pinnedVersion() ? { path, version, origin: "cache" } : undefined;
}

function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
    const tail = [];
    const hear = (chunk) => {
      for (const line of String(chunk).split("\n").filter(Boolean)) {
        options.onLine?.(line);
        tail.push(line);
        if (tail.length > 20) tail.shift();
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${command} ended with ${code}\n${tail.join("\n")}`)),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** True: the official installer has put everything below `staging`. Gives up fast without network. */
async function download(staging, env, say) {
  try {
    const answer = await fetch(installer, { signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) return false;
    say(`Downloading the Pulumi CLI ${pinnedVersion()}`);
    const root = join(staging, "download");
    const version = pinnedVersion().slice(1);
    await run("sh", ["-s", "--", "--version", version, "--install-root", root, "--no-edit-path"], {
      env,
      input: await answer.text(),
      timeout: 300_000,
    });
    for (const name of readdirSync(join(root, "bin"))) {
      renameSync(join(root, "bin", name), join(staging, name));
    }
    rmSync(root, { recursive: true });
    const isRight = versionOf(join(staging, "pulumi"), env) === pinnedVersion();
    return isRight && existsSync(join(staging, hostName));
  } catch {
    return false; // the build follows
  }
}

function counted(say) {
  let compiled = 0;
  let told = Date.now();
  return (line) => {
    if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) compiled += 1;
    if (Date.now() - told < 15_000) return;
    told = Date.now();
    say(line.startsWith("go: ") ? line.slice(4) : `${compiled} packages compiled`);
  };
}

/** Go's installer leaves it to its user to write a line for PATH, so the usual places count too. */
function findGo(env) {
  const { GOROOT, HOME = homedir() } = env;
  const usual = GOROOT ? [join(GOROOT, "bin")] : ["/usr/local/go/bin", join(HOME, "go", "bin")];
  const places = ["go", ...usual.map((folder) => join(folder, "go"))];
  const found = places.find((path) => spawnSync(path, ["version"], { env }).status === 0);
  if (found === undefined) throw new Error(noGo(usual));
  return found;
}

async function build(staging, folder, env, say) {
  const command = findGo(env);
  const options = { cwd: module, env: { ...env, CGO_ENABLED: "0" }, onLine: counted(say) };
  const go = (output, flags, what) =>
    run(
      command,
      ["build", "-v", "-trimpath", "-buildvcs=false", ...flags, "-o", join(staging, output), what],
      options,
    );
  const stamp = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${pinnedVersion()}`;
  if (versionOf(join(folder, "pulumi"), env) !== pinnedVersion()) {
    say(`Building the Pulumi CLI ${pinnedVersion()} from its Go module: once, 4 to 10 minutes`);
    const flags = ["-tags", "osusergo,grpcnotrace", "-ldflags", stamp];
    await go("pulumi", flags, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
  }
  say("Building its language host for Node");
  await go(hostName, ["-ldflags", "-s -w"], "./langhost");
  writeFileSync(join(staging, "host.sha256"), hostDigest());
}

/** The CLI comes last, so that whoever finds it finds the rest. */
function publish(staging, folder) {
  const names = readdirSync(staging).filter((name) => name !== "pulumi");
  for (const name of existsSync(join(staging, "pulumi")) ? [...names, "pulumi"] : names) {
    if (name !== "host.sha256") chmodSync(join(staging, name), 0o755);
    renameSync(join(staging, name), join(folder, name));
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Takes the lock, or says false where another run has it; a dead run's lock is put aside. */
function takeLock(lock) {
  // Linked in place, so that a lock is never there without its owner's number.
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const owner = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
  if (owner > 0 && !isRunning(owner)) rmSync(lock, { force: true });
  return false;
}

async function get(env, say) {
  const folder = cacheFolder(env);
  mkdirSync(folder, { recursive: true });
  const lock = `${folder}.lock`;
  for (let waited = 0; !takeLock(lock); waited += 1) {
    if (waited === 2) say("Another run is getting the Pulumi CLI: waiting for it");
    await pause(500);
  }
  const staging = join(folder, `.staging-${process.pid}`);
  try {
    const already = inCache(env);
    if (already !== undefined) return already;
    mkdirSync(staging, { recursive: true });
    if (!(await download(staging, env, say))) {
      rmSync(staging, { recursive: true });
      mkdirSync(staging);
      await build(staging, folder, env, say);
    }
    publish(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
    rmSync(lock, { force: true });
  }
  const got = inCache(env);
  if (got === undefined) throw new Error(`The Pulumi CLI in ${folder} does not start`);
  return got;
}

/**
 * The CLI as `{path, version, origin: "path" | "cache"}`. Gets it where it is missing, unless
 * `get: false`: then undefined. `say` receives a line of progress.
 */
export async function findPulumi(options = {}) {
  const env = options.env ?? process.env;
  const found = onPath(env) ?? inCache(env);
  if (found !== undefined || options.get === false) return found;
  return get(env, options.say ?? (() => {}));
}
