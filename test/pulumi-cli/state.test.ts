import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOMAIN, MERGED, spfIn, startProject } from "./project.ts";

const urn = (kind: string, name: string): string =>
  `urn:pulumi:${DOMAIN}::odoo-mail-dns::odoo-mail-dns:index:MailDomain$odoo-mail-dns:index:${kind}::mail-domain-${name}`;

describe("a state that is not what it was", () => {
  it("can lose a record, or everything: the zone stays, and is taken over again", async () => {
    const project = await startProject();
    expect(await project.up()).toMatchObject({ code: 0 });
    const written = project.zone;

    const deleted = await project.pulumi(["state", "delete", urn("DkimCname", "dkim"), "--yes"]);
    expect(deleted).toMatchObject({ code: 0 });
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(project.zone).toBe(written);
    expect(await project.expectNoChanges()).toMatchObject({ code: 0 });

    rmSync(join(project.folder, "state"), { recursive: true });
    mkdirSync(join(project.folder, "state"));
    expect(await project.init()).toMatchObject({ code: 0 });
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(project.zone).toBe(written);
  });

  it("moves with its stack to another name, and nothing is written", async () => {
    const project = await startProject();
    const renamed = "mail";
    project.rewrite(`stacks/Pulumi.${DOMAIN}.yaml`, (text) =>
      text.replace("config:\n", `config:\n  odoo-mail-dns:domain: ${DOMAIN}\n`),
    );
    expect(await project.up()).toMatchObject({ code: 0 });
    const written = project.zone;
    expect(await project.pulumi(["stack", "rename", renamed])).toMatchObject({ code: 0 });
    const after = ["preview", "--expect-no-changes", "--stack", renamed];
    expect(await project.pulumi(after, { stack: false })).toMatchObject({ code: 0 });
    expect(project.zone).toBe(written);
  });

  it("is brought up to date for one target only", async () => {
    const project = await startProject();
    expect(await project.up()).toMatchObject({ code: 0 });
    project.edit((text) => text.replace(MERGED, "v=spf1 include:_spf.google.com ~all"));
    project.edit((text) => text.replace(/^odoo\._domainkey.*\n/m, ""));
    expect(await project.up("--target", urn("DkimCname", "dkim"))).toMatchObject({ code: 0 });
    expect(project.zone).toContain("odoo._domainkey.odoo.com.");
    expect(spfIn(project.zone)).toEqual(["v=spf1 include:_spf.google.com ~all"]);
  });
});

describe("a stack file", () => {
  it("with faults is refused by file, line and column, without a stack trace", async () => {
    const project = await startProject();
    project.rewrite(`stacks/Pulumi.${DOMAIN}.yaml`, (text) =>
      text.replace("odoo-mail-dns:host: zonefile", "odoo-mail-dns:hots: zonefile"),
    );
    const { code, text } = await project.preview();
    expect(code).not.toBe(0);
    expect(text).toMatch(/stacks\/Pulumi\.mycompany\.example\.yaml:\d+:\d+/);
    expect(text).not.toMatch(/^\s+at .*:\d+:\d+/m);
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

  it("that names another zone file leaves the old zone as it is", async () => {
    const project = await startProject();
    const before = project.zone;
    expect(await project.up()).toMatchObject({ code: 0 });
    const written = project.zone;
    project.rewrite(`zones/moved.zone`, () => before);
    project.rewrite(`stacks/Pulumi.${DOMAIN}.yaml`, (text) =>
      text.replace(`zones/${DOMAIN}.zone`, "zones/moved.zone"),
    );
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(project.zone).toBe(written);
    expect(spfIn(project.read("zones/moved.zone"))).toEqual([MERGED]);
  });
});
