import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Plan } from "../../src/core/plan/schema.ts";
import { DOMAIN, startProject, STACK, ZONE } from "./terminal.ts";
import type { Project } from "./terminal.ts";

let project: Project;
beforeEach(async () => {
  project = await startProject();
});
afterEach(() => project.close());

function plans(stdout: string): Plan[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => v.parse(Plan, JSON.parse(line)));
}

describe("plan", () => {
  it("shows what would change and how to do it, and writes nothing", async () => {
    const before = project.read(ZONE);
    const { code, stdout, stderr } = await project.type("plan", DOMAIN);
    expect(code).toBe(0);
    expect(stdout).toContain("mycompany.example  Zone file  2 changes\n");
    expect(stdout).toContain("    + include:_spf.odoo.com\n      include:_spf.google.com ~all\n");
    expect(stdout).toMatch(
      /Plan ([0-9a-f]{8})\. To do exactly this:\n {2}odoo-mail-dns apply mycompany\.example --resolver 127\.0\.0\.1:\d+ --plan \1\n$/,
    );
    expect(stderr).toBe("note: ODOO_MAIL_DNS_NAMESERVERS decides which name servers are asked.\n");
    expect(project.read(ZONE)).toBe(before);
  });

  it("says the same as JSON, from the host and from public DNS", async () => {
    const [host] = plans((await project.type("plan", DOMAIN, "--json")).stdout);
    const [dns] = plans((await project.type("plan", DOMAIN, "--json", "--source", "dns")).stdout);
    expect(host?.digest).toBe(dns?.digest);
    expect([host?.source, dns?.source]).toEqual(["host", "dns"]);
  });

  it("says the same as Markdown, for review", async () => {
    const { stdout } = await project.type("plan", DOMAIN, "--format", "markdown");
    expect(stdout).toContain("### Mail DNS: 1 domain changes\n");
    expect(stdout).toContain("+ include:_spf.odoo.com\n");
  });

  it("changes are no failure, unless none are expected", async () => {
    expect((await project.type("plan", DOMAIN)).code).toBe(0);
    expect((await project.type("plan", DOMAIN, "--expect-no-changes")).code).toBe(7);
    await project.type("apply", DOMAIN, "--yes");
    const { code, stdout } = await project.type("plan", DOMAIN, "--expect-no-changes");
    expect(code).toBe(0);
    expect(stdout).toContain("nothing to do");
  });

  it("a refusal ends with 3, says why, and points at the line of the stack file", async () => {
    project.write(ZONE, `${project.read(ZONE)}@ IN TXT "v=spf1 mx -all"\n`);
    const { code, stdout } = await project.type("plan", DOMAIN);
    expect(code).toBe(3);
    expect(stdout).toContain("1 change, 1 refused");
    expect(stdout).toContain("spf/two-records");
    const [plan] = plans((await project.type("plan", DOMAIN, "--json")).stdout);
    const spf = plan?.parts.spf;
    expect(spf && "because" in spf && spf.because[0]?.at?.file).toBe(STACK);
  });

  it("goes on with the other domains when one can't be read, an object a line", async () => {
    const stack = project.read(STACK);
    project.write("stacks/Pulumi.a.example.yaml", stack.replace(ZONE, "zones/nowhere.zone"));
    const { code, stdout, stderr } = await project.type("plan", "--all", "--json");
    const [failed = "", ...others] = stdout.split(/^/m);
    expect(JSON.parse(failed)).toMatchObject({
      domain: "a.example",
      error: { code: "config", message: expect.stringContaining("zones/nowhere.zone") as string },
    });
    expect(plans(others.join("")).map(({ domain }) => domain)).toEqual([DOMAIN]);
    expect(stderr).toContain("error: a.example");
    expect(code).not.toBe(0);
  });

  it("shows what a zone holds without obeying it", async () => {
    const hostile = String.raw`@ IN TXT "v=spf1 \027[2J\155\226\128\174 </script> ~all"`;
    project.write(ZONE, project.read(ZONE).replace(/^@ +300 IN TXT.*$/m, hostile));
    for (const flags of [[], ["--json"], ["--format", "markdown"]]) {
      const { stdout } = await project.type("plan", DOMAIN, ...flags);
      expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it("stops when it is told to, with 130", async () => {
    const stop = new AbortController();
    stop.abort();
    const { code, stdout } = await project.typeWith({ signal: stop.signal }, "plan", DOMAIN);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  });
});
