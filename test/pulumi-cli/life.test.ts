import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { SILENT } from "../servers/one-domain.ts";
import { DOMAIN, MERGED, startProject } from "./project.ts";
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
    const again = await project.up();
    succeeded(again);
    expect(spfIn(project.zone)).toEqual([
      "v=spf1 include:_spf.odoo.com include:_spf.google.com ip4:198.51.100.9 ~all",
    ]);
    succeeded(await project.expectNoChanges());
  });

  it("sees no change when Google changes its own record, or when Odoo's is not answered", async () => {
    const project = await startProject();
    succeeded(await project.up());
    await project.editZone("google.com", (text) => text.replace(/ip4:\S+/, "ip4:192.0.2.0/24"));
    succeeded(await project.expectNoChanges());
    const before = project.zone;
    const silent = `_spf NS silent\nsilent A ${SILENT}\n`;
    await project.editZone("odoo.com", (text) => text.replace(/^_spf  .*\n/m, silent));
    succeeded(await project.expectNoChanges());
    succeeded(await project.up());
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
    const refused = await project.up(`--plan=${plan}`);
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("violates plan");
    expect(spfIn(project.zone)).toEqual(moved);

    succeeded(await project.preview(`--save-plan=${plan}`));
    succeeded(await project.up(`--plan=${plan}`));
    expect(spfIn(project.zone)).toEqual([
      "v=spf1 include:_spf.odoo.com include:_spf.google.com ip4:198.51.100.9 ~all",
    ]);
  });

  it("prints a preview as JSON in the form that reviewers' tools read", async () => {
    const project = await startProject();
    const { code, stdout, text } = await project.preview("--json");
    expect(code, text).toBe(0);
    const { steps, changeSummary } = v.parse(Preview, JSON.parse(stdout));
    expect(changeSummary).toMatchObject({ import: 3, update: 2 });
    const updates = steps.filter(({ op }) => op === "update").map((step) => v.parse(Update, step));
    const shown = updates.map(({ urn, oldState, newState }) => [
      urn.split("::").at(-1),
      oldState.inputs.value,
      newState.inputs.value,
    ]);
    expect(shown.toSorted()).toEqual([
      ["mail-domain-dkim", "", "odoo._domainkey.odoo.com"],
      ["mail-domain-spf", "v=spf1 include:_spf.google.com ~all", MERGED],
    ]);
  });

  it("runs where the shell came through a link, with the packages above the real folder", async () => {
    const project = await startProject();
    mkdirSync(join(project.folder, "app"));
    const yaml = "name: app\nruntime: { name: nodejs, options: { typescript: false } }\n";
    project.rewrite("app/Pulumi.yaml", () => yaml);
    project.rewrite("app/index.js", () => 'import "@pulumi/pulumi";\n');
    const elsewhere = mkdtempSync(join(tmpdir(), "odoo-mail-dns-link-"));
    const cwd = join(elsewhere, "app");
    symlinkSync(join(project.folder, "app"), cwd);
    succeeded(await project.pulumi(["stack", "init", "one"], { stack: false, cwd }));
    const preview = await project.pulumi(["preview", "--stack", "one"], { stack: false, cwd });
    rmSync(elsewhere, { recursive: true });
    succeeded(preview);
  });

  it("takes a stack file as Pulumi leaves it, and npm run pulumi leaves it as it was", async () => {
    const project = await startProject();
    const made = readFileSync(project.stackPath, "utf8");
    const clean = made.replace(/^encryptionsalt.*\n/m, "");
    const select = ["stack", "select", "--create", DOMAIN];
    const remove = ["stack", "rm", "--yes", "--preserve-config"];

    succeeded(await project.pulumi(remove));
    writeFileSync(project.stackPath, clean);
    succeeded(await project.pulumi(select, { stack: false }));
    expect(readFileSync(project.stackPath, "utf8")).toMatch(/^encryptionsalt: /m);
    succeeded(await project.preview());

    succeeded(await project.pulumi(remove));
    writeFileSync(project.stackPath, clean);
    succeeded(await project.npmRunPulumi(...select));
    expect(readFileSync(project.stackPath, "utf8")).toBe(clean);
    succeeded(await project.npmRunPulumi("preview", "--non-interactive"));
    expect(readFileSync(project.stackPath, "utf8")).toBe(clean);
  });
});

/** What `pulumi preview --json` promises to whoever makes a table of it. */
const Preview = v.object({
  config: v.record(v.string(), v.string()),
  steps: v.array(
    v.looseObject({
      op: v.picklist(["create", "import", "refresh", "same", "update"]),
      urn: v.pipe(v.string(), v.startsWith(`urn:pulumi:${DOMAIN}::odoo-mail-dns::`)),
    }),
  ),
  duration: v.number(),
  changeSummary: v.record(v.string(), v.number()),
});

const Inputs = v.strictObject({
  domain: v.literal(DOMAIN),
  keys: v.looseObject({ host: v.literal("zonefile") }),
  original: v.string(),
  value: v.string(),
});

/** The step that stands for one change: the record as it is, and as it will be. */
const Update = v.looseObject({
  urn: v.string(),
  oldState: v.looseObject({ inputs: Inputs }),
  newState: v.looseObject({ inputs: Inputs }),
  diffReasons: v.tuple([v.literal("value")]),
  detailedDiff: v.strictObject({
    value: v.strictObject({ kind: v.literal("update"), inputDiff: v.literal(true) }),
  }),
});
