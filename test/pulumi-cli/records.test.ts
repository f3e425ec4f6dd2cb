import { describe, expect, it } from "vitest";
import { MERGED, startProject } from "./project.ts";
import { STACK_TRACE, succeeded } from "./run.ts";
import { spfIn, withoutSerial } from "./zone-text.ts";

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
    succeeded(await project.up());
    expect(spfIn(project.zone)).toEqual(["v=spf1 include:_spf.odoo.com ~all"]);
    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("is left alone where there are two, in words", async () => {
    const second = '@ IN TXT "v=spf1 mx -all"\n';
    const project = await startProject({ zone: (text) => `${text}${second}` });
    const before = project.zone;
    const refused = await project.pulumi(["up", "--yes"]);
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(/two SPF records|2 SPF records/i);
    expect(refused.text).not.toMatch(STACK_TRACE);
    expect(project.zone).toBe(before);
  });

  it("is left alone once there is a second one after we took it over, until that is gone", async () => {
    const project = await startProject();
    succeeded(await project.up());
    await project.edit((text) => `${text}@ IN TXT "v=spf1 mx -all"\n`);
    const two = project.zone;
    for (const refused of [await project.preview(), await project.up()]) {
      expect(refused.code).not.toBe(0);
      expect(refused.text).toMatch(/2 SPF records/);
      expect(refused.text).not.toMatch(STACK_TRACE);
    }
    expect(spfIn(project.zone)).toEqual(spfIn(two));
    await project.edit((text) => text.replace('@ IN TXT "v=spf1 mx -all"\n', ""));
    succeeded(await project.up());
    expect(spfIn(project.zone)).toEqual([MERGED]);
  });

  it("is left alone where ours would be the eleventh look-up", async () => {
    const many = Array.from({ length: 9 }, () => "a").join(" ");
    const project = await startProject({
      zone: (text) => text.replace("include:_spf.google.com ~all", `${many} mx ~all`),
    });
    const before = project.zone;
    const refused = await project.pulumi(["up", "--yes"]);
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(/look-?ups/);
    expect(project.zone).toBe(before);
  });
});

describe("a term that is taken out of the stack file, with the real engine", () => {
  const [OFFICE, SHOP] = ["ip4:198.51.100.7", "ip4:203.0.113.1"];

  it("goes with the next up, unless it was there before us; all else stays", async () => {
    const project = await startProject({
      zone: (text) => text.replace("include:_spf.google.com", `${SHOP} include:_spf.google.com`),
    });
    const before = project.zone;
    const ours = before
      .match(/v=spf1 [^"]*/)?.[0]
      .replace("v=spf1", "v=spf1 include:_spf.odoo.com");
    const terms = `spf: { terms: ["include:_spf.odoo.com", "${OFFICE}", "${SHOP}"] }`;
    project.configure(terms);
    succeeded(await project.up());
    expect(spfIn(project.zone)[0]).toContain(OFFICE);

    project.configureAnew((text) => text.replace(`  odoo-mail-dns:${terms}\n`, ""));
    const shown = await project.preview("--diff");
    succeeded(shown);
    expect(shown.text).toContain(`=> "${ours}"`);
    expect(shown.text).toContain(`left: it was there before us: ${SHOP}`);
    for (const step of await project.upSteps()) expect(step).not.toMatch(/delete|replace/);
    expect(spfIn(project.zone)).toEqual([ours]);
    succeeded(await project.expectNoChanges());
    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });
});

describe("records that are all right before us, with the real engine", () => {
  it("are written neither by up nor by destroy", async () => {
    const project = await startProject({
      zone: (text) => withDkim(TARGET)(text.replace("v=spf1 include:_spf.google.com ~all", MERGED)),
    });
    const before = project.zone;
    succeeded(await project.up());
    succeeded(await project.expectNoChanges());
    succeeded(await project.destroy());
    expect(project.zone).toBe(before);
  });
});

describe("the DKIM CNAME, with the real engine", () => {
  it("that was right by hand stays, even after destroy", async () => {
    const project = await startProject({ zone: withDkim(TARGET) });
    const before = project.zone;
    succeeded(await project.up());
    expect(spfIn(project.zone)).toEqual([MERGED]);
    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("with another target is left alone until that is accepted; destroy puts it back", async () => {
    const project = await startProject({ zone: withDkim("odoo._domainkey.odoo.example.") });
    const before = project.zone;
    const refused = await project.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("points to odoo._domainkey.odoo.example");
    project.configure("accept: [dkim/other-target]");
    succeeded(await project.up());
    expect(dkimIn(project.zone)[0]).toContain(TARGET);
    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });

  it("comes back after somebody deletes it, and is no change after somebody makes it", async () => {
    const project = await startProject();
    succeeded(await project.up());
    await project.edit((text) => text.replace(/^odoo\._domainkey.*\n/m, ""));
    expect((await project.expectNoChanges()).code).toBe(7);
    succeeded(await project.up());
    expect(dkimIn(project.zone)).toHaveLength(1);
    await project.edit((text) => withDkim(TARGET)(text.replace(/^odoo\._domainkey.*\n/m, "")));
    succeeded(await project.expectNoChanges());
  });

  it("that others have changed or removed since is no longer ours to take out", async () => {
    const project = await startProject();
    succeeded(await project.up());
    await project.edit((text) => text.replace(TARGET, "their.example."));
    await project.edit((text) => text.replace(MERGED, "v=spf1 include:_spf.google.com -all"));
    const theirs = project.zone;
    const left = await project.destroy();
    succeeded(left);
    expect(left.text).toContain("their.example");
    expect(project.zone).toBe(theirs);
  });
});
