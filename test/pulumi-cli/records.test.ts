import { describe, expect, it } from "vitest";
import { DOMAIN, MERGED, spfIn, startProject, withoutSerial } from "./project.ts";

const SPF_LINE = /^@\s+IN\s+TXT\s+"v=spf1.*\n/m;
const TARGET = "odoo._domainkey.odoo.com.";
const dkimIn = (text: string): readonly string[] =>
  text.split("\n").filter((line) => line.startsWith("odoo._domainkey"));
const withDkim = (target: string) => (text: string) =>
  `${text}odoo._domainkey 600 IN CNAME ${target} ; by hand\n`;

describe("an SPF record, with the real engine", () => {
  it("is made where there was none, and goes with destroy", async () => {
    const project = await startProject({ zone: (text) => text.replace(SPF_LINE, "") });
    const before = project.zone;
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(spfIn(project.zone)).toEqual(["v=spf1 include:_spf.odoo.com ~all"]);
    expect(await project.destroy()).toMatchObject({ code: 0 });
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("is left alone where there are two, in words", async () => {
    const second = '@ IN TXT "v=spf1 mx -all"\n';
    const project = await startProject({ zone: (text) => `${text}${second}` });
    const before = project.zone;
    const refused = await project.up();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(/two SPF records|2 SPF records/i);
    expect(refused.text).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect(project.zone).toBe(before);
  });

  it("is left alone where ours would be the eleventh look-up", async () => {
    const many = Array.from({ length: 9 }, () => "a").join(" ");
    const project = await startProject({
      zone: (text) => text.replace("include:_spf.google.com ~all", `${many} mx ~all`),
    });
    const before = project.zone;
    const refused = await project.up();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(/look-?ups/);
    expect(project.zone).toBe(before);
  });
});

describe("the DKIM CNAME, with the real engine", () => {
  it("that was right by hand stays, even after destroy", async () => {
    const project = await startProject({ zone: withDkim(TARGET) });
    const before = project.zone;
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(spfIn(project.zone)).toEqual([MERGED]);
    expect(await project.destroy()).toMatchObject({ code: 0 });
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("with another target is left alone until that is accepted; destroy puts it back", async () => {
    const project = await startProject({ zone: withDkim("odoo._domainkey.odoo.example.") });
    const before = project.zone;
    const refused = await project.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("points to odoo._domainkey.odoo.example");
    project.rewrite(
      `stacks/Pulumi.${DOMAIN}.yaml`,
      (text) => `${text.trimEnd()}\n  odoo-mail-dns:accept: [dkim/other-target]\n`,
    );
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(dkimIn(project.zone)[0]).toContain(TARGET);
    expect(await project.destroy()).toMatchObject({ code: 0 });
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("comes back after somebody deletes it, and is no change after somebody makes it", async () => {
    const project = await startProject();
    expect(await project.up()).toMatchObject({ code: 0 });
    project.edit((text) => text.replace(/^odoo\._domainkey.*\n/m, ""));
    expect((await project.expectNoChanges()).code).toBe(7);
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(dkimIn(project.zone)).toHaveLength(1);
    project.edit((text) => withDkim(TARGET)(text.replace(/^odoo\._domainkey.*\n/m, "")));
    expect(await project.expectNoChanges()).toMatchObject({ code: 0 });
  });
});
