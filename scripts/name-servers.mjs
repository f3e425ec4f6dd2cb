// The real name servers of the tests: those on PATH, else Debian's. As root they are installed;
// without root the packages are unpacked into the user's cache, which changes nothing else.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const PROGRAMS = ["named", "named-checkzone", "rndc", "ip"];
const PACKAGES = ["bind9", "bind9-utils", "iproute2"];
const unpacked = join(
  process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
  "odoo-mail-dns",
  "debian",
);

/** Folders in which Debian keeps servers, first those on PATH, last what was unpacked without root. */
export const programFolders = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/bin",
  ...["usr/sbin", "usr/bin", "sbin", "bin"].map((folder) => join(unpacked, folder)),
];

/** Absolute path of a program, or undefined. */
export function findProgram(name) {
  return programFolders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** What an unpacked server needs besides its path. */
export function serverEnvironment() {
  const folders = ["usr/lib", "lib"].map((folder) => join(unpacked, folder)).filter(existsSync);
  if (folders.length === 0) return {};
  const perMachine = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith("-linux-gnu"))
      .map((name) => join(folder, name)),
  );
  return { LD_LIBRARY_PATH: [...folders, ...perMachine].join(delimiter) };
}

export function installNameServers(say, stop) {
  if (missing().length === 0) return;
  if (!findProgram("apt-get")) {
    stop(
      `the tests need ${missing().join(", ")}. This machine has no apt-get: install BIND 9 by hand and put it on PATH.`,
    );
  }
  const isRoot = process.getuid?.() === 0;
  say(
    `Getting ${PACKAGES.join(" and ")} from Debian ${isRoot ? "" : "into the user's cache "}(once) ...`,
  );
  if (isRoot) install(stop);
  else unpack(stop);
  if (missing().length > 0)
    stop(`Debian's ${PACKAGES.join(" and ")} did not bring ${missing().join(", ")}.`);
}

function missing() {
  return PROGRAMS.filter((name) => !findProgram(name));
}

function install(stop) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const args = ["install", "-y", "-qq", "--no-install-recommends", ...PACKAGES];
  const isDone = withoutServices(
    () =>
      run("apt-get", args, { env }) ||
      (run("apt-get", ["update", "-qq"], { env }) && run("apt-get", args, { env })),
  );
  if (!isDone)
    stop(`\`apt-get install ${PACKAGES.join(" ")}\` failed; its own message stands above.`);
}

/** Debian starts a server that it installs, and at every boot; nobody asked for one on this machine. */
function withoutServices(work) {
  const policy = "/usr/sbin/policy-rc.d";
  const isOurs = !existsSync(policy);
  try {
    if (isOurs) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    return work();
  } finally {
    if (isOurs) rmSync(policy, { force: true });
    if (existsSync("/run/systemd/system")) run("systemctl", ["disable", "--quiet", "named"], {});
  }
}

function unpack(stop) {
  const folder = `${unpacked}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const names = [...PACKAGES, ...dependencies()];
  if (!run("apt-get", ["download", ...names], { cwd: folder })) {
    stop(
      "`apt-get download` failed. An administrator can install bind9 and bind9-utils instead, or run `apt-get update` once.",
    );
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
    if (!run("dpkg-deb", ["-x", file, "."], { cwd: folder }))
      stop(`${file} could not be unpacked.`);
    rmSync(join(folder, file));
  }
  rmSync(unpacked, { recursive: true, force: true });
  renameSync(folder, unpacked);
}

/** The libraries that are not installed yet, all the way down, as apt itself would resolve them. */
function dependencies() {
  const args = ["install", "--simulate", "--no-install-recommends", ...PACKAGES];
  const { stdout } = spawnSync("apt-get", args, { encoding: "utf8" });
  const names = [...(stdout ?? "").matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  return names.filter((name) => !PACKAGES.includes(name));
}

function run(command, args, options) {
  return spawnSync(command, args, { stdio: ["ignore", 2, 2], ...options }).status === 0;
}
