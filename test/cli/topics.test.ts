import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { verbs } from "../../src/cli/verbs.ts";
import { type } from "./terminal.ts";

const here = { cwd: process.cwd() };

describe("help", () => {
  it.each([[[]], [["--help"]], [["help"]]])("%j lists every verb", async (args) => {
    const { code, stdout, stderr } = await type(here, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const verb of Object.keys(verbs))
      expect(stdout).toMatch(new RegExp(`^  ${verb} +\\S`, "m"));
  });

  it.each(Object.keys(verbs))("explains %s, with each of its flags", async (verb) => {
    const { code, stdout } = await type(here, "help", verb);
    expect(code).toBe(0);
    const flags = Object.keys(verbs[verb as keyof typeof verbs].parameters.flags ?? {});
    for (const flag of flags) expect(stdout).toContain(`--${flag}`);
    expect(await type(here, verb, "--help")).toMatchObject({ code: 0, stdout });
  });

  it("lists the exit codes and the environment", async () => {
    const { stdout } = await type(here, "help", "exit-codes");
    for (const { code, name } of exitCodes)
      expect(stdout).toMatch(new RegExp(`^ *${code}  ${name} `, "m"));
    expect((await type(here, "help", "environment")).stdout).toContain(
      "ODOO_MAIL_DNS_NAMESERVERS\n",
    );
  });
});

describe("--version", () => {
  it("prints the version alone", async () => {
    expect(await type(here, "--version")).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  });
});

describe("hosts", () => {
  it("lists every host that there is", async () => {
    const { code, stdout } = await type(here, "hosts");
    expect(code).toBe(0);
    for (const name of Object.keys(hosts)) expect(stdout).toMatch(new RegExp(`^${name} +\\S`, "m"));
  });

  it("as JSON, one a line", async () => {
    const { stdout } = await type(here, "hosts", "--json");
    const names = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { name: string }).name);
    expect(names).toEqual(Object.keys(hosts));
  });
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("for %s knows every verb and flag", async (shell) => {
    const { code, stdout } = await type(here, "completion", shell);
    expect(code).toBe(0);
    for (const [verb, { parameters }] of Object.entries(verbs)) {
      expect(stdout).toContain(verb);
      for (const flag of Object.keys(parameters.flags ?? {})) expect(stdout).toContain(flag);
    }
  });

  /** What a real bash offers for the last of these words. */
  async function complete(folder: string, ...words: string[]): Promise<string> {
    const { stdout: script } = await type(here, "completion", "bash");
    const typed = `COMP_WORDS=(odoo-mail-dns ${words.map((word) => `'${word}'`).join(" ")})`;
    const lines = [script, typed, `COMP_CWORD=${words.length}`, "_odoo_mail_dns"];
    const run = spawnSync("bash", ["-c", `${lines.join("\n")}\necho "\${COMPREPLY[@]}"`], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    return run.stdout.trim();
  }

  it("completes verbs, flags, topics and domains in a real bash", async () => {
    expect(await complete("examples", "pl")).toBe("plan");
    expect(await complete("examples", "plan", "--ex")).toBe("--expect-no-changes");
    expect(await complete("examples", "plan", "myc")).toBe("mycompany.example");
    expect(await complete("examples", "help", "exit")).toBe("exit-codes");
  });

  it("runs nothing that a stack file's name says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-completion-"));
    mkdirSync(join(folder, "stacks"));
    for (const name of ["$(touch pwned)", "`touch pwned`", "a b", "ok.example"])
      writeFileSync(join(folder, "stacks", `Pulumi.${name}.yaml`), "");
    expect(await complete(folder, "plan", "")).toBe("ok.example");
    expect(readdirSync(folder)).toEqual(["stacks"]);
    rmSync(folder, { recursive: true });
  });
});
