import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processContext } from "../../src/cli/process.ts";
import type { verbs } from "../../src/cli/verbs.ts";
import { DOMAIN, startProject, ZONE } from "./terminal.ts";
import type { Project } from "./terminal.ts";

const main = join(process.cwd(), "src/cli/main.ts");
let project: Project;
beforeAll(async () => {
  project = await startProject();
});
afterAll(() => project.close());

/** A real process, while this one keeps serving DNS to it. */
async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: project.folder,
    env: { PATH: process.env["PATH"], ...project.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

const TYPED: Readonly<Record<keyof typeof verbs, readonly string[]>> = {
  init: ["init", "other.example", "--host", "manual"],
  plan: ["plan", DOMAIN],
  apply: ["apply", DOMAIN, "--yes"],
  check: ["check", DOMAIN],
  undo: ["undo", DOMAIN, "--yes"],
  hosts: ["hosts"],
  help: ["help", "exit-codes"],
  completion: ["completion", "bash"],
};
const ASKS_DNS = new Set(["init", "plan", "apply", "check", "undo"]);

describe("as a program of its own", () => {
  it.each(Object.entries(TYPED))("%s", async (verb, args) => {
    const asks = ASKS_DNS.has(verb) ? ["--resolver", project.resolver] : [];
    const { code, stdout, stderr } = await start([...args, ...asks]);
    expect(stderr).not.toContain("    at ");
    expect(stdout).not.toBe("");
    expect(code).toBe(0);
  });

  it("says its version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await processContext(new AbortController().signal).version()).toBe(version);
    expect(await start(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("ends with 2 for a verb that is none", async () => {
    expect(await start(["plna"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("colours only where that is wanted", async () => {
    const args = ["plan", DOMAIN, "--resolver", project.resolver];
    expect((await start(args)).stdout).not.toContain("\u001b");
    expect((await start(args, { NO_COLOR: "1" })).stdout).not.toContain("\u001b");
  });

  it("a reader that has seen enough is no error", () => {
    const typed = `"${process.execPath}" "${main}" completion fish | head -1`;
    const { status, stdout, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", typed], {
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: "# odoo-mail-dns completion fish | source\n",
      stderr: "",
    });
  });

  it("Ctrl-C while a name server does not answer ends with 130, and nothing was written", async () => {
    const before = project.read(ZONE);
    const child = spawn(process.execPath, [main, "plan", DOMAIN, "--resolver", "127.0.0.1:9"], {
      cwd: project.folder,
      env: { PATH: process.env["PATH"], ...project.env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.once("data", () => child.kill("SIGINT"));
    const [code] = (await once(child, "close")) as [number | null];
    expect(code).toBe(130);
    expect(project.read(ZONE)).toBe(before);
  });
});
