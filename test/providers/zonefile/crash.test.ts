import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { addDkim, addInclude, ZONE } from "./fixtures.ts";
import { project, temporaryFolder, type Project } from "./project.ts";

const DYING_RUN = fileURLToPath(new URL("./dying-run.ts", import.meta.url));
const NEW = ZONE.replace("2026112401", "2026120100").replace(
  "v=spf1 ",
  "v=spf1 include:_spf.odoo.com ",
);
const DKIM =
  "; odoo-mail-dns, 2026-12-01\nodoo._domainkey.mycompany.example. 3600 IN CNAME odoo._domainkey.odoo.com.\n";

/** Runs the change in a process of its own; `count` 0 lets it live. Gives its steps on the disk. */
function runUntil(
  count: number,
  cache: string,
  { folder }: Project,
): Promise<{ steps: string[]; killed: boolean }> {
  const child = spawn(process.execPath, [DYING_RUN, folder, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  let said = "";
  child.stdout.on("data", (data) => {
    said += String(data);
  });
  return new Promise((resolve) => {
    child.on("close", (_, signal) =>
      resolve({ steps: said.trim().split("\n"), killed: signal === "SIGKILL" }),
    );
  });
}

function leftovers({ folder, names }: Project): string[] {
  const backups = join(folder, ".odoo-mail-dns", "backups");
  const below = fs.existsSync(backups) ? fs.readdirSync(backups) : [];
  return [...names(), ...below].filter((name) => name.startsWith(".odoo-mail-dns."));
}

test(
  "killed at any step, the file is old or new, and the next run needs no help",
  { timeout: 60_000 },
  async () => {
    const cache = temporaryFolder();
    const { steps, killed } = await runUntil(0, cache, project());
    expect(killed).toBe(false);
    expect(steps).toEqual(
      expect.arrayContaining(["symlink", "open", "writeFile", "sync", "rename", "unlink"]),
    );
    const kill = async (count: number): Promise<string> => {
      const there = project();
      expect((await runUntil(count, cache, there)).killed).toBe(true);
      const found = there.text();
      expect([ZONE, NEW + DKIM]).toContain(found);
      expect(await there.apply([addInclude, addDkim])).toBe(found === ZONE ? "done" : "already");
      expect(there.text()).toBe(NEW + DKIM);
      expect(leftovers(there)).toEqual([]);
      return found === ZONE ? "old" : "new";
    };
    const seen: string[] = [];
    for (let count = 1; count <= steps.length; count += 4) {
      const counts = [0, 1, 2, 3].map((more) => count + more).filter((at) => at <= steps.length);
      seen.push(...(await Promise.all(counts.map(kill))));
    }
    const first = seen.indexOf("new");
    expect(first).toBeGreaterThan(0);
    expect(new Set(seen.slice(first))).toEqual(new Set(["new"]));
  },
);
