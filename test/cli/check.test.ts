import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CheckReport } from "../../src/core/check.ts";
import { DOMAIN, startProject, ZONE } from "./terminal.ts";
import type { Project } from "./terminal.ts";

let project: Project;
beforeEach(async () => {
  project = await startProject();
});
afterEach(() => project.close());

describe("check", () => {
  it("says that the domain is not ready, and why", async () => {
    const { code, stdout } = await project.type("check", DOMAIN);
    expect(code).toBe(3);
    expect(stdout).toContain("asked ns1.mycompany.example, ns2.mycompany.example");
    expect(stdout).toContain("DKIM   ! odoo._domainkey: nothing there\n");
    expect(stdout).toMatch(/\nNot ready for Odoo\. 2 errors, .*\n$/);
  });

  it("says that it is ready once the plan was applied", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const { code, stdout } = await project.type("check", DOMAIN);
    expect(code).toBe(0);
    expect(stdout).toContain("SPF    ✓ 4 of 10 lookups, 0 of 2 void lookups");
    expect(stdout).toMatch(/\nReady for Odoo\. 0 errors, .*\n$/);
  });

  it("looks at what is served, unless told to look at the host", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const { stdout } = await project.type("check", DOMAIN, "--source", "host");
    expect(stdout).toContain("mycompany.example   read at Zone file\n");
  });

  it("as JSON gives the report, one a line", async () => {
    const { stdout } = await project.type("check", "--all", "--json");
    const report = v.parse(CheckReport, JSON.parse(stdout));
    expect(report.ready).toBe(false);
    expect(report.dkim.state).toBe("missing");
  });

  it("tells what is wrong from what could not be read, by words and exit code", async () => {
    await project.type("apply", DOMAIN, "--yes");
    const zone = project.read(ZONE).replace(/^odoo\._domainkey.*$/m, "");
    project.write(ZONE, `${zone}\n_dmarc NS ns9\n_domainkey NS ns9\n`);
    const { code, stdout } = await project.type("check", DOMAIN);
    expect(stdout).toContain("DKIM   ! odoo._domainkey could not be read\n");
    expect(stdout).toContain("DMARC  · could not be read\n");
    expect(code).toBe(1);
  });

  it("shows what a zone holds without obeying it", async () => {
    const hostile = String.raw`@ IN TXT "v=spf1 include:\027[2J.example \226\128\174 ~all"`;
    project.write(ZONE, project.read(ZONE).replace(/^@ +300 IN TXT.*$/m, hostile));
    const { stdout } = await project.type("check", DOMAIN);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
