import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import { DOMAIN, STACK, startProject, type } from "./terminal.ts";
import type { Project } from "./terminal.ts";

let project: Project;
beforeAll(async () => {
  project = await startProject();
});
afterAll(() => project.close());

describe("a command line that can't be meant", () => {
  it.each([
    [["plna", DOMAIN], "No command registered for `plna`, did you mean `plan`?"],
    [["plan", DOMAIN, "--jsno"], "No flag registered for --jsno, did you mean --json?"],
    [["apply", DOMAIN, "--dry-run"], "No flag registered for --dry-run"],
    [["plan", DOMAIN, "--source", "dnss"], 'Expected "dnss" to be one of (host|dns)'],
    [["plan"], "No domain is given."],
    [["plan", DOMAIN, "--all"], "Both --all and a domain are given."],
    [["plan", "other.example"], 'There is no stack file for "other.example" in stacks.'],
    [["plan", "mycompany.exmple"], "Did you mean mycompany.example?"],
    [["plan", DOMAIN, "--stacks", "nowhere"], "The stacks folder nowhere can't be read."],
    [["plan", DOMAIN, "--all", "--stacks", "zones"], "Both --all and a domain are given."],
    [["plan", "--all", "--stacks", "zones"], "There is no stack file in zones."],
    [["plan", DOMAIN, "--json", "--format", "markdown"], "Both --json and --format markdown"],
    [["apply", DOMAIN, "--plan", "d77e"], '"d77e" is no plan\'s digest.'],
    [["apply", DOMAIN, "--plan", "not-a-digest"], '"not-a-digest" is no plan\'s digest.'],
    [["apply", "--all", "--plan", "d77ead45"], "--plan names the plan of one domain."],
    [["apply", DOMAIN, "--yes", "--plan", "d77ead45"], "Only one of --yes, --plan and --approved"],
    [["apply", DOMAIN, "--approved", "nowhere"], "The folder nowhere of --approved can't be read."],
    [["undo"], "Expected argument for DOMAIN"],
    [["undo", DOMAIN, "20260101T000000Z"], 'There is no receipt "20260101T000000Z"'],
    [["undo", DOMAIN, "../../../etc/passwd"], 'There is no receipt "../../../etc/passwd"'],
    [["undo", DOMAIN], "There is nothing to undo of mycompany.example."],
    [["init", "localhost"], '"localhost" is no domain that mail is sent from'],
    [["init", "https://other.example/x"], "Did you mean other.example?"],
    [["init", "other.example", "--host", "zonefle"], "Did you mean zonefile?"],
  ])("%j is refused, with what to type instead", async (args, message) => {
    const { code, stdout, stderr } = await project.typeWith({}, ...args);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^(?:note|error): /);
    expect(stderr).not.toContain("    at ");
  });

  it.each([
    [["help", "exit-code"], "Did you mean exit-codes?"],
    [["help", "weather"], "There is help on init, plan,"],
    [["completion", "tcsh"], 'There is no completion for "tcsh".'],
    [["completion"], "Expected argument for SHELL"],
    [["hosts", "more"], 'hosts does not know what "more" asks for.'],
    [["hosts", "check"], "Say: hosts check HOST"],
    [["hosts", "check", "zonfile"], "Did you mean zonefile?"],
  ])("%j too", async (args, message) => {
    const { code, stdout, stderr } = await type({ cwd: project.folder }, ...args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("a resolver that is no address is refused before anything is asked", async () => {
    const typed = ["plan", DOMAIN, "--stacks", "stacks"];
    const { code, stderr } = await type(
      { cwd: project.folder },
      ...typed,
      "--resolver",
      "nonsense:port",
    );
    expect(code).toBe(2);
    expect(stderr).toContain("--resolver");
  });

  it("escape sequences in it are shown, not obeyed", async () => {
    const { stderr } = await project.type("plan", "\u001b[2Jx\u202e.example");
    expect(stderr).not.toMatch(/[\u001b\u202e]/);
    const { stderr: verb } = await project.type("\u001b[2J");
    expect(verb).not.toContain("\u001b");
  });
});

describe("a stack file that is wrong", () => {
  it("is told with its place, and no host is asked", async () => {
    const right = project.read(STACK);
    project.write(STACK, right.replace("host: zonefile", "host: zonefle"));
    const { code, stdout, stderr } = await project.type("apply", DOMAIN, "--yes");
    project.write(STACK, right);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `${STACK}:3:23: odoo-mail-dns:host is "zonefle"; it must be one of ${Object.keys(hosts).join(", ")} (config/value)\n    Did you mean zonefile? docs/stack-file.md shows every key.\n`,
    );
  });

  it("keeps --all from starting, even for the others", async () => {
    project.write("stacks/Pulumi.broken.example.yaml", "config: {}\n");
    project.write("stacks/Pulumi.odd.example.yml", "config: {}\n");
    const all = await project.type("plan", "--all");
    const one = await project.type("plan", DOMAIN);
    await import("node:fs/promises").then(({ rm }) =>
      Promise.all([
        rm(`${project.folder}/stacks/Pulumi.broken.example.yaml`),
        rm(`${project.folder}/stacks/Pulumi.odd.example.yml`),
      ]),
    );
    expect({ code: all.code, stdout: all.stdout }).toEqual({ code: 2, stdout: "" });
    expect(all.stderr).toContain("(config/missing-key)");
    expect(all.stderr).toContain("(config/file-name)");
    expect(one.code).toBe(0);
  });
});
