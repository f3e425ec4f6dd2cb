import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MERGED, startProject } from "./project.ts";
import { succeeded } from "./run.ts";
import { spfIn, withoutSerial } from "./zone-text.ts";

describe("the life of a domain, with the real engine", () => {
  it("shows first, writes exactly that, keeps what others do, and leaves nothing behind", async () => {
    const project = await startProject();
    const before = project.zone;

    const first = await project.preview("--diff");
    succeeded(first);
    expect(first.text).toContain(`"v=spf1 include:_spf.google.com ~all" => "${MERGED}"`);
    expect(first.text).toContain('+ value: "odoo._domainkey.odoo.com"');
    expect(project.zone).toBe(before);

    const written = await project.up();
    succeeded(written);
    expect(written.text).not.toMatch(/not every name server|not verified/i);
    const merged = before.replace("v=spf1 include:_spf.google.com ~all", MERGED);
    const [kept, added] = [merged, project.zone].map((text) => withoutSerial(text).split("\n"));
    expect(added?.filter((line) => !kept?.includes(line))).toEqual([
      expect.stringMatching(/^; odoo-mail-dns, /),
      expect.stringMatching(/^odoo\._domainkey\b.*CNAME\s+odoo\._domainkey\.odoo\.com\.$/),
    ]);
    expect(kept?.filter((line) => !added?.includes(line))).toEqual([]);
    succeeded(await project.expectNoChanges());

    // Others add a network: no change of ours. Then our term goes, and only it comes back.
    await project.edit((text) =>
      text.replace("google.com ~all", "google.com ip4:198.51.100.9 ~all"),
    );
    succeeded(await project.expectNoChanges());
    await project.edit((text) => text.replace("include:_spf.odoo.com ", ""));
    expect((await project.expectNoChanges()).code).toBe(7);
    succeeded(await project.up());
    expect(spfIn(project.zone)).toEqual([
      "v=spf1 include:_spf.odoo.com include:_spf.google.com ip4:198.51.100.9 ~all",
    ]);

    succeeded(await project.destroy());
    const theirs = before.replace("google.com ~all", "google.com ip4:198.51.100.9 ~all");
    expect(withoutSerial(project.zone)).toBe(withoutSerial(theirs));
    succeeded(await project.up());
    expect(spfIn(project.zone)[0]).toContain("include:_spf.odoo.com");
  });

  it("sees no change when Google changes its own record, or when nobody answers", async () => {
    const project = await startProject();
    succeeded(await project.up());
    await project.editZone("google.com", (text) => text.replace(/ip4:\S+/, "ip4:192.0.2.0/24"));
    succeeded(await project.expectNoChanges());
    const before = project.zone;
    project.silence();
    succeeded(await project.expectNoChanges());
    succeeded(await project.up());
    expect(project.zone).toBe(before);
  });

  it("carries out a saved plan, but not on a record that has moved", async () => {
    const project = await startProject();
    const plan = join(project.folder, "plan.json");
    succeeded(await project.preview(`--save-plan=${plan}`));
    await project.edit((text) =>
      text.replace("google.com ~all", "google.com ip4:198.51.100.9 ~all"),
    );
    const moved = spfIn(project.zone);
    expect((await project.up(`--plan=${plan}`)).code).not.toBe(0);
    expect(spfIn(project.zone)).toEqual(moved);

    succeeded(await project.preview(`--save-plan=${plan}`));
    succeeded(await project.up(`--plan=${plan}`));
    expect(spfIn(project.zone)).toEqual([
      "v=spf1 include:_spf.odoo.com include:_spf.google.com ip4:198.51.100.9 ~all",
    ]);
  });

  it("prints a preview as JSON, whose steps carry both values", async () => {
    const project = await startProject();
    const { code, stdout } = await project.preview("--json");
    expect(code).toBe(0);
    const { steps } = JSON.parse(stdout) as { readonly steps: readonly Step[] };
    const named = (name: string) => (step: Step) => step.urn.endsWith(`::${name}`);
    const writes = steps.filter(({ op }) => op === "update");
    expect(writes).toHaveLength(2);
    expect(writes.some(named("mail-domain-dkim"))).toBe(true);
    expect(writes.find(named("mail-domain-spf"))?.newState.inputs).toMatchObject({
      original: "v=spf1 include:_spf.google.com ~all",
      value: MERGED,
    });
    expect(steps.some(({ op }) => /replace|delete/.test(op))).toBe(false);
  });

  it("leaves the stack file as it was when the stack is made through npm run pulumi", async () => {
    const project = await startProject();
    const before = readFileSync(project.stackPath, "utf8");
    const removed = await project.pulumi(["stack", "rm", "--yes", "--preserve-config"]);
    succeeded(removed);
    writeFileSync(project.stackPath, before.replace(/^encryptionsalt.*\n/m, ""));
    const clean = readFileSync(project.stackPath, "utf8");
    const made = await project.npmRunPulumi("stack", "select", "--create", "mycompany.example");
    succeeded(made);
    expect(readFileSync(project.stackPath, "utf8")).toBe(clean);
    succeeded(await project.npmRunPulumi("preview", "--non-interactive"));
  });
});

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly newState: { readonly inputs: object };
}
