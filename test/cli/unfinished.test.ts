import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DOMAIN, startProject } from "./terminal.ts";
import type { Project } from "./terminal.ts";

let project: Project;
let receipt = "";
beforeEach(async () => {
  project = await startProject();
  await project.type("apply", DOMAIN, "--yes");
  const folder = `.odoo-mail-dns/${DOMAIN}`;
  receipt = `${folder}/${readdirSync(join(project.folder, folder))[0] ?? ""}`;
});
afterEach(() => project.close());

describe("after a run that was cut off", () => {
  it.each(["plan", "apply"])("%s says so, and goes on from what is live", async (verb) => {
    const { finishedAt: _, ...cut } = JSON.parse(project.read(receipt)) as Record<string, unknown>;
    project.write(receipt, JSON.stringify(cut));
    const { code, stderr, stdout } = await project.type(verb, DOMAIN);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: the run \d{8}T\d{6}Z of mycompany\.example was cut off/m);
    expect(stdout).toContain("nothing to do");
  });

  it("a receipt that can't be read is told, and in nobody's way", async () => {
    project.write(receipt, "{");
    const { code, stderr } = await project.type("plan", DOMAIN);
    expect(code).toBe(0);
    expect(stderr).toContain("note: ");
    expect(stderr).toContain(receipt.split("/").at(-1));
  });

  it("a run that ended is not mentioned", async () => {
    expect((await project.type("plan", DOMAIN)).stderr).not.toContain("cut off");
  });
});
