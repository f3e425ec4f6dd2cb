import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import { environment } from "../../src/cli/environment.ts";
import { exit, exitByError, exitCodes } from "../../src/cli/exit-codes.ts";
import { verbs } from "../../src/cli/verbs.ts";
import { loadStack } from "../../src/config/load-stack.ts";
import { configSchema } from "../../src/config/schema.ts";

function page(name: string): string {
  return readFileSync(`docs/${name}.md`, "utf8");
}

describe("the documentation says what the program does", () => {
  it("has every exit code, in the program's own words", () => {
    for (const { code, name, meaning } of exitCodes)
      expect(page("exit-codes")).toContain(`| ${code} | ${name} | ${meaning} |`);
  });

  it("has every error, and what it ends with", () => {
    for (const [code, name] of Object.entries(exitByError))
      expect(page("errors")).toMatch(
        new RegExp(`^\\| \`${code}\` \\| .* \\| ${exit[name]} \\|$`, "m"),
      );
  });

  it("has every verb, flag and variable", () => {
    const text = page("command-line");
    for (const [verb, { parameters }] of Object.entries(verbs)) {
      expect(text).toContain(`odoo-mail-dns ${verb} `);
      for (const flag of Object.keys(parameters.flags ?? {})) expect(text).toContain(`--${flag}`);
    }
    for (const name of Object.keys(environment)) expect(text).toContain(`\`${name}\``);
  });

  it("has every key of the stack file, and an example that loads", () => {
    const text = page("stack-file");
    const { entries } = configSchema(hosts);
    for (const key of Object.keys(entries)) expect(text).toContain(`| \`${key}\``);
    const example = /```yaml\n([^]*?)```/.exec(text)?.[1] ?? "";
    const name = "mycompany.com";
    expect("config" in loadStack({ name, file: "stack", text: example }, hosts)).toBe(true);
  });
});
