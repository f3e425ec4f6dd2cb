import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";

const LAUNCHER = "src/pulumi/provider/pulumi-resource-odoo-mail-dns";

/** Starts the provider below a shell, which is then its parent, and gives the port and both ids. */
async function start(): Promise<{ port: string; parent: number; provider: number }> {
  const shell = spawn("sh", ["-c", `${LAUNCHER} & echo "pid $!"; wait`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  for await (const line of createInterface(shell.stdout)) {
    said.push(line);
    if (said.length === 2) break;
  }
  const pid = said.find((line) => line.startsWith("pid "))?.slice(4);
  const port = said.find((line) => !line.startsWith("pid ")) ?? "";
  return { port, parent: shell.pid ?? 0, provider: Number(pid) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("the provider's process", () => {
  it("says its port and nothing else, and goes when the engine was killed", async () => {
    const { port, parent, provider } = await start();
    expect(port).toMatch(/^\d+$/);
    process.kill(parent, "SIGKILL");
    await expect.poll(() => isRunning(provider), { timeout: 20_000 }).toBe(false);
  });

  it("keeps what Node has compiled, for the next command, when the engine interrupts it", async () => {
    const caches = mkdtempSync(join(tmpdir(), "odoo-mail-dns-caches-"));
    const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
    const env = { ...rest, XDG_CACHE_HOME: caches };
    const child = spawn(LAUNCHER, { env, stdio: ["ignore", "pipe", "inherit"] });
    await once(createInterface(child.stdout), "line");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
    const kept = readdirSync(join(caches, "odoo-mail-dns", "compiled"), { recursive: true });
    rmSync(caches, { recursive: true });
    expect(kept.length).toBeGreaterThan(50);
  });

  it("ends by SIGTERM", async () => {
    const child = spawn(LAUNCHER, { stdio: ["ignore", "pipe", "inherit"] });
    await once(createInterface(child.stdout), "line");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([null, "SIGTERM"]);
  });
});
