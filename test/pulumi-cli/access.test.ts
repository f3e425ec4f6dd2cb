import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOMAIN, MERGED, type Project, startProject } from "./project.ts";
import { STACK_TRACE } from "./run.ts";
import { spfIn } from "./zone-text.ts";

describe("a zone file that can't be read", () => {
  it.each<[string, (path: string) => void, string]>([
    ["is not there", () => undefined, "There is no zone file zones/other.zone below"],
    [
      "is a folder",
      (path) => void mkdirSync(path),
      "zones/other.zone is no plain file. Name the file that holds the zone.",
    ],
    [
      "leads out of the project",
      (path) => symlinkSync("/etc/hostname", path),
      "zones/other.zone lies outside the folder of the zone files.",
    ],
  ])("because it %s, is named with what to do", async (_, make, message) => {
    const project = await startProject();
    make(join(project.folder, "zones", "other.zone"));
    project.configureAnew((text) => text.replace(`zones/${DOMAIN}.zone`, "zones/other.zone"));
    const { code, text } = await project.preview();
    expect(code).not.toBe(0);
    expect(text).toContain(message);
    expect(text).not.toMatch(STACK_TRACE);
  });
});

describe("a name server that does not take our word", () => {
  it.each<[string, (project: Project) => string]>([
    ["missing", (project) => join(project.folder, "none.conf")],
    ["wrong", withWrongKey],
  ])("because rndc's key is %s, is told of, with what to do", async (_, configuration) => {
    const project = await startProject();
    project.setEnv({ ODOO_MAIL_DNS_RNDC_CONFIG: configuration(project) });
    const { text } = await project.up();
    expect(spfIn(project.zone)).toEqual([MERGED]);
    expect(text).toMatch(/warning: Written, but .* rndc reload mycompany\.example failed: rndc: /);
    expect(text).not.toContain("\\u{");
    expect(text).toContain("Run it once rndc can reach the name server");
    expect(text).not.toMatch(STACK_TRACE);
  });
});

function withWrongKey(project: Project): string {
  const right = readFileSync(project.env["ODOO_MAIL_DNS_RNDC_CONFIG"] ?? "", "utf8");
  const path = join(project.folder, "wrong.conf");
  const secret = Buffer.alloc(32, 7).toString("base64");
  writeFileSync(path, right.replace(/secret "[^"]*"/, `secret "${secret}"`));
  return path;
}
