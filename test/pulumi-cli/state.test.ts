import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOMAIN, MERGED, startProject } from "./project.ts";
import { STACK_TRACE, succeeded } from "./run.ts";
import { spfIn, withoutSerial } from "./zone-text.ts";

const urn = (kind: string, name: string): string =>
  `urn:pulumi:${DOMAIN}::odoo-mail-dns::odoo-mail-dns:index:MailDomain$odoo-mail-dns:index:${kind}::mail-domain-${name}`;

describe("a state that is not what it was", () => {
  it("can lose a record, or everything: the zone stays, and is taken over again", async () => {
    const project = await startProject();
    succeeded(await project.up());
    const written = project.zone;

    const deleted = await project.pulumi(["state", "delete", urn("DkimCname", "dkim"), "--yes"]);
    succeeded(deleted);
    succeeded(await project.up());
    expect(project.zone).toBe(written);
    succeeded(await project.expectNoChanges());

    rmSync(join(project.folder, "state"), { recursive: true });
    mkdirSync(join(project.folder, "state"));
    succeeded(await project.init());
    succeeded(await project.up());
    expect(project.zone).toBe(written);
  });

  it("takes over a record by pulumi import, and writes nothing", async () => {
    const project = await startProject();
    succeeded(await project.up());
    const written = project.zone;
    const gone = await project.pulumi(["state", "delete", urn("SpfTerms", "spf"), "--yes"]);
    succeeded(gone);
    const parent = `parent=urn:pulumi:${DOMAIN}::odoo-mail-dns::odoo-mail-dns:index:MailDomain::mail-domain`;
    const provider = `provider=urn:pulumi:${DOMAIN}::odoo-mail-dns::odoo-mail-dns:index:MailDomain$pulumi:providers:odoo-mail-dns::mail-domain`;
    const what = ["odoo-mail-dns:index:SpfTerms", "mail-domain-spf", `${DOMAIN}/spf`];
    const how = ["--yes", "--protect=false", "--generate-code=false", "--skip-preview"];
    const parents = ["--parent", parent.slice(7), "--provider", provider.slice(9)];
    const imported = await project.pulumi(["import", ...what, ...how, ...parents]);
    succeeded(imported);
    succeeded(await project.expectNoChanges());
    expect(project.zone).toBe(written);
  });

  it("takes over a record that was imported at the root of the stack", async () => {
    const project = await startProject();
    succeeded(await project.up());
    const written = project.zone;
    succeeded(await project.pulumi(["state", "delete", urn("SpfTerms", "spf"), "--yes"]));
    const what = ["odoo-mail-dns:index:SpfTerms", "mail-domain-spf", `${DOMAIN}/spf`];
    const how = ["--yes", "--protect=false", "--generate-code=false", "--skip-preview"];
    succeeded(await project.pulumi(["import", ...what, ...how]));
    const next = await project.up();
    succeeded(next);
    expect(next.text).not.toMatch(/deleted|replaced/);
    expect(project.zone).toBe(written);
    succeeded(await project.expectNoChanges());
  });

  it("moves with its stack to another name, and nothing is written", async () => {
    const project = await startProject();
    const renamed = "mail";
    project.configure(`domain: ${DOMAIN}`);
    succeeded(await project.up());
    const written = project.zone;
    succeeded(await project.pulumi(["stack", "rename", renamed]));
    const after = ["preview", "--expect-no-changes", "--stack", renamed];
    succeeded(await project.pulumi(after, { stack: false }));
    expect(project.zone).toBe(written);
  });

  it("moves with its stack to another backend, and still knows what was there before us", async () => {
    const project = await startProject();
    const before = project.zone;
    succeeded(await project.up());
    const file = join(project.folder, "exported.json");
    succeeded(await project.pulumi(["stack", "export", "--file", file]));
    mkdirSync(join(project.folder, "elsewhere"));
    project.setEnv({ PULUMI_BACKEND_URL: `file://${join(project.folder, "elsewhere")}` });
    succeeded(await project.init());
    succeeded(await project.pulumi(["stack", "import", "--file", file]));
    succeeded(await project.expectNoChanges());
    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("is brought up to date for one target only", async () => {
    const project = await startProject();
    succeeded(await project.up());
    await project.edit((text) => text.replace(MERGED, "v=spf1 include:_spf.google.com ~all"));
    await project.edit((text) => text.replace(/^odoo\._domainkey.*\n/m, ""));
    succeeded(await project.up("--target", urn("DkimCname", "dkim")));
    expect(project.zone).toContain("odoo._domainkey.odoo.com.");
    expect(spfIn(project.zone)).toEqual(["v=spf1 include:_spf.google.com ~all"]);
  });
});

it("an engine that is too old is refused in one sentence, before a record is declared", async () => {
  const project = await startProject();
  const before = project.zone;
  project.rewrite("src/pulumi/component.ts", (text) => text.replace(">=3.252.0", ">=99.0.0"));
  const { code, text } = await project.up();
  expect(code).not.toBe(0);
  expect(text).toContain("odoo-mail-dns needs the Pulumi CLI >=99.0.0; nothing was written.");
  expect(text).not.toMatch(STACK_TRACE);
  expect(text).not.toContain("mail-domain-spf");
  expect(project.zone).toBe(before);
});

describe("a stack file", () => {
  it("that retires the domain takes ours out, and there is nothing more to do", async () => {
    const project = await startProject();
    const before = project.zone;
    succeeded(await project.up());
    project.configure("retire: true");
    succeeded(await project.up());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
    succeeded(await project.expectNoChanges());
  });

  it("with faults is refused by file, line and column, without a stack trace", async () => {
    const project = await startProject();
    project.configureAnew((text) => text.replace("mail-dns:host", "mail-dns:hots"));
    const { code, text } = await project.preview();
    expect(code).not.toBe(0);
    expect(text).toContain(`stacks/Pulumi.${DOMAIN}.yaml:3:3: there is no key odoo-mail-dns:hots`);
    expect(text).not.toMatch(STACK_TRACE);
  });

  it("that owns the records of another stack is refused, and both are named", async () => {
    const project = await startProject();
    const own = `config:\n  odoo-mail-dns:domain: ${DOMAIN}\n  odoo-mail-dns:host: zonefile\n  odoo-mail-dns:zonefile:\n    file: zones/${DOMAIN}.zone\n`;
    project.rewrite("stacks/Pulumi.second.yaml", () => own);
    const { code, text } = await project.preview();
    expect(code).not.toBe(0);
    expect(text).toContain("Pulumi.second.yaml");
    expect(text).toContain(`Pulumi.${DOMAIN}.yaml`);
  });
});
