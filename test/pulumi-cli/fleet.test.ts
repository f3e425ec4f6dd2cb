import { describe, expect, it } from "vitest";
import { NEIGHBOURS } from "../servers/one-domain.ts";
import { DOMAIN, MERGED, type Project, startProject } from "./project.ts";

const FINE = NEIGHBOURS.filter((domain) => domain !== "two.example");

/** A stack with a zone file of its own, like the demo's. */
async function addStack(project: Project, domain: string, edit = (zone: string) => zone) {
  const zone = project.zone.replaceAll(DOMAIN, domain);
  project.rewrite(`zones/${domain}.zone`, () => edit(zone));
  await project.serve(domain);
  const keys = `  odoo-mail-dns:host: zonefile\n  odoo-mail-dns:zonefile: { file: zones/${domain}.zone, reload: rndc }\n`;
  project.rewrite(`stacks/Pulumi.${domain}.yaml`, () => `config:\n${keys}`);
}

describe("all stacks of a project, with the real engine", () => {
  it("run side by side; one that fails holds nobody back; the checkout stays clean", async () => {
    const project = await startProject();
    for (const domain of FINE) await addStack(project, domain);
    await addStack(project, "two.example", (zone) => `${zone}@ IN TXT "v=spf1 mx -all"\n`);
    project.rewrite("stacks/Pulumi.wrong.example.yaml", () => "config:\n  odoo-mail-dns:hots: x\n");
    const stacks = FINE.map((domain) => project.read(`stacks/Pulumi.${domain}.yaml`));

    const preview = await project.npmRunPulumi("all", "preview");
    expect(preview.code, preview.text).toBe(1);
    expect(preview.text).toContain(`${FINE.length + 1} would change, 0 unchanged, 2 failed`);
    expect(preview.text).toMatch(/^! two\.example {2}two\.example has 2 SPF records/m);
    expect(preview.text).toContain('odoo-mail-dns:spf: { join: true, all: "-all" }');
    expect(preview.text).toMatch(/^! wrong\.example {2}stacks\/Pulumi\.wrong\.example\.yaml:1:1/m);
    expect(project.read("zones/a.example.zone")).not.toContain(MERGED);

    const up = await project.npmRunPulumi("all", "up");
    expect(up.code, up.text).toBe(1);
    expect(up.text).toContain(`${FINE.length + 1} changed, 0 unchanged, 2 failed`);
    for (const domain of FINE) expect(project.read(`zones/${domain}.zone`)).toContain(MERGED);
    expect(project.read("zones/two.example.zone")).not.toContain("_spf.odoo.com");
    expect(FINE.map((domain) => project.read(`stacks/Pulumi.${domain}.yaml`))).toEqual(stacks);

    const again = await project.npmRunPulumi("all", "preview", "--expect-no-changes");
    expect(again.text).toContain(`0 would change, ${FINE.length + 1} unchanged, 2 failed`);
  });

  it("begin no other and leave no temporary files once they are interrupted", async () => {
    const project = await startProject();
    await project.npmRunPulumi("all", "preview");
    expect(project.temporary).toEqual([]);
    for (const domain of FINE) await addStack(project, domain);
    // Four of the six run at once, each with two records to write.
    const { code, text } = await project.interrupted(8, "all", "up");
    expect(code, text).toBe(130);
    expect(text).toContain("0 changed, 0 unchanged, 4 failed, 2 not begun");
    for (const domain of FINE) expect(project.read(`zones/${domain}.zone`)).not.toContain(MERGED);
    expect(project.temporary).toEqual([]);
  });

  it("say by exit code 7 that something of ours is to change", async () => {
    const project = await startProject();
    const { code, text } = await project.npmRunPulumi("all", "preview", "--expect-no-changes");
    expect(code, text).toBe(7);
  });

  it("refuse a word that means nothing, before anything is asked", async () => {
    const project = await startProject();
    expect((await project.npmRunPulumi("all", "destroy")).code).toBe(2);
    expect((await project.npmRunPulumi("all", "up", "--expect-no-change")).code).toBe(2);
  });
});
