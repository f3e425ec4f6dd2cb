// node scripts/test.ts [check | unit | hosts | servers | pulumi | package]: everything that must hold,
// or one group of it.
// The last line is `N passed, N failed`: tests and checks together.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram, serverEnvironment } from "./name-servers.mjs";
import { root } from "./node.mjs";
import { findPulumi } from "./pulumi-cli.mjs";

type Count = { readonly passed: number; readonly failed: number };

const results = join(root, ".cache", "test");

const groups: Readonly<Record<string, () => readonly Count[] | Promise<readonly Count[]>>> = {
  check: () => [
    check("types", "tsc"),
    check("rules of the house", "oxlint", "--type-aware"),
    check("formatting", "oxfmt", "--check"),
    check("unused code", "knip", "--no-progress"),
  ],
  unit: () => [vitest("unit", ["env", "LAWS=all"])],
  hosts: () => [vitest("hosts", ["env", "LAWS=all"])],
  servers: () => [vitest("servers", namespace())],
  pulumi: async () => {
    // Before the namespace: nothing can be got in there.
    await findPulumi({ say: console.error });
    return [vitest("pulumi", namespace())];
  },
  package: () => pack(),
};

const asked = process.argv[2];
if (asked !== undefined && !(asked in groups)) {
  console.error(`There is no group "${asked}": ${Object.keys(groups).join(", ")}.`);
  process.exit(2);
}
const chosen = asked === undefined ? Object.keys(groups) : [asked];
const counts: Count[] = [];
for (const name of chosen) counts.push(...((await groups[name]?.()) ?? []));
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${counts.reduce((sum, count) => sum + count.passed, 0)} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function check(title: string, ...command: readonly string[]): Count {
  const isFine = run(command);
  console.log(`${isFine ? "✓" : "✗"} ${title} (${command.join(" ")})`);
  return isFine ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** What would be published: packed, read by those who check packages, unpacked and started. */
function pack(): readonly Count[] {
  const folder = join(results, "package");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = check("packing", "npm", "pack", "--silent", "--pack-destination", folder);
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (archive === undefined) return [packed];
  const path = join(folder, archive);
  return [
    packed,
    check("package layout", "publint", "run", path, "--strict"),
    check("package types", "attw", path, "--profile", "esm-only"),
    check("unpacking", "tar", "-xzf", path, "-C", folder),
    check(
      "packed program",
      process.execPath,
      join(folder, "package", "dist", "cli", "main.js"),
      "--version",
    ),
    vitest("package", ["env"]),
  ];
}

/** Runs one project of vitest, in front of it `prefix`, and counts from its own report. */
function vitest(project: string, prefix: readonly string[]): Count {
  mkdirSync(results, { recursive: true });
  const report = join(results, `${project}.json`);
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const isFine = run([...prefix, "vitest", "run", "--project", project, ...reporters]);
  const { passed, failed } = readReport(report);
  // A run that dies, or finds no test, is a failure whatever it counted.
  return isFine && passed > 0 ? { passed, failed } : { passed, failed: Math.max(failed, 1) };
}

function readReport(path: string): Count {
  try {
    const report = JSON.parse(readFileSync(path, "utf8")) as Record<string, number>;
    const skipped = (report["numPendingTests"] ?? 0) + (report["numTodoTests"] ?? 0);
    if (skipped > 0) console.error(`${skipped} tests did not run. Here that is a failure.`);
    return {
      passed: report["numPassedTests"] ?? 0,
      failed: (report["numFailedTests"] ?? 0) + skipped,
    };
  } catch (error) {
    console.error(`vitest left no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

/**
 * Real name servers listen on port 53 of 127.0.0.x, and no test may reach anything else: so they
 * run in a network namespace of their own, which has no route but loopback.
 */
function namespace(): readonly string[] {
  const unshare = ["unshare", process.getuid?.() === 0 ? "-n" : "-rn"];
  // Where it had to be unpacked, `ip` needs libraries that the tests themselves must not see.
  const libraries = serverEnvironment()["LD_LIBRARY_PATH"] ?? "";
  const ip = `ip() { LD_LIBRARY_PATH='${libraries}' '${findProgram("ip") ?? "ip"}' "$@"; };`;
  const addresses = `${ip} ip link set lo up && for n in $(seq 2 60); do ip addr add 127.0.0.$n/8 dev lo; done`;
  if (!run([...unshare, "sh", "-c", addresses])) {
    console.error(
      "The tests with real name servers need a network namespace, and none could be made. As a user " +
        "without root this needs unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, " +
        "and on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0); in a container, CAP_SYS_ADMIN.",
    );
    return ["false"];
  }
  return [...unshare, "sh", "-c", `${addresses} && exec "$0" "$@"`];
}

function run([command = "", ...args]: readonly string[]): boolean {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 1, 2] });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}
