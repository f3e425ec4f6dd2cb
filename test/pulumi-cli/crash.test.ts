import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { findPulumi } from "../../scripts/pulumi-cli.mjs";
import { MERGED, type Project, startProject } from "./project.ts";
import { succeeded } from "./run.ts";
import { spfIn, withoutSerial } from "./zone-text.ts";

describe("a run that is cut off", () => {
  it.each(["before", "amid", "after"] as const)(
    "by kill -9 %s the write is mended",
    async (moment) => {
      const project = await startProject();
      const before = project.zone;
      expect(await project.runUntil("up", moment, "SIGKILL")).toMatchObject({ code: null });
      if (moment === "after") expect(project.zone).not.toBe(before);
      else expect(project.zone).toBe(before);
      expect((await project.up()).text).toContain("the stack is currently locked by 1 lock(s)");
      succeeded(await project.pulumi(["cancel", "--yes"]));
      await carriesOn(project, before);
    },
  );

  it("by kill -9 amid destroy is mended by the next destroy", async () => {
    const project = await startProject();
    const before = project.zone;
    succeeded(await project.up());
    const cut = await project.runUntil("destroy", "after", "SIGKILL");
    expect(cut).toMatchObject({ code: null });
    succeeded(await project.pulumi(["cancel", "--yes"]));
    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("by kill -9 of the CLI alone leaves no program behind, also one that would never end", async () => {
    const project = await startProject();
    const cli = await findPulumi({ get: false });
    // Pulumi's own language host does as Pulumi likes; a program that ends stands in for it.
    const isOurs = existsSync(join(dirname(cli?.path ?? ""), "host.sha256"));
    const program = `import { renameSync, writeFileSync } from "node:fs";
      writeFileSync("started", String(process.pid));
      renameSync("started", "../../started");
      ${isOurs ? "setInterval(() => undefined, 1000);" : ""}`;
    project.rewrite("src/pulumi/program.ts", () => program);
    const kill = async (cliPid: number): Promise<void> => {
      while (!existsSync(join(project.folder, "started"))) await wait(20);
      process.kill(cliPid, "SIGKILL");
    };
    await project.pulumi(["up", "--yes", "--skip-preview"], { meanwhile: kill });
    const pid = Number(project.read("started"));
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  });

  it("by Ctrl-C before the write writes nothing, and the next run needs no mending", async () => {
    const project = await startProject();
    const before = project.zone;
    expect((await project.runUntil("up", "before", "SIGINT")).code).not.toBe(0);
    expect(project.zone).toBe(before);
    await carriesOn(project, before);
  });

  it.each(["amid", "after"] as const)(
    "by Ctrl-C %s the write ends that write and saves it, and the next run needs no mending",
    async (moment) => {
      const project = await startProject();
      const before = project.zone;
      expect((await project.runUntil("up", moment, "SIGINT")).code).not.toBeNull();
      expect(project.zone).not.toBe(before);
      const { deployment } = JSON.parse(
        (await project.pulumi(["stack", "export"])).stdout,
      ) as State;
      expect(deployment.pending_operations ?? []).toEqual([]);
      await carriesOn(project, before);
    },
  );
});

/** The next run finishes the work; and destroy still knows what was there first. */
async function carriesOn(project: Project, before: string): Promise<void> {
  succeeded(await project.up());
  expect(spfIn(project.zone)).toEqual([MERGED]);
  expect(project.zone).toContain("odoo._domainkey.odoo.com.");
  succeeded(await project.destroy());
  expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
}

interface State {
  readonly deployment: { readonly pending_operations?: readonly unknown[] };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
