import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadFolder } from "../../src/config/folder.ts";

const hosts = { manual: { options: v.strictObject({}) } };
const MINIMAL = "config:\n  odoo-mail-dns:host: manual\n";
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-stacks-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array = MINIMAL): void {
  writeFileSync(join(folder, name), text);
}

function load() {
  return loadFolder(folder, "stacks", hosts);
}

/** What is wrong, as `file: rule message`. */
function complaints(): string[] {
  const { stacks, findings } = load();
  const own = stacks.flatMap((stack) => ("findings" in stack ? stack.findings : []));
  return [...own, ...findings].map(
    ({ at, rule, message }) => `${at?.file}:${at?.line}: ${rule} ${message}`,
  );
}

describe("a folder of stack files", () => {
  it("gives one stack a file, in the order of their names", () => {
    write("Pulumi.b.example.yaml");
    write("Pulumi.a.example.yaml");
    write("README.md", "notes");
    const { stacks, findings } = load();
    expect(stacks.map(({ name, file }) => [name, file])).toEqual([
      ["a.example", "stacks/Pulumi.a.example.yaml"],
      ["b.example", "stacks/Pulumi.b.example.yaml"],
    ]);
    expect(findings).toEqual([]);
  });

  it("keeps what is wrong with one file away from the others", () => {
    write("Pulumi.a.example.yaml", "config: {}\n");
    write("Pulumi.b.example.yaml");
    expect(load().stacks.map((stack) => "config" in stack)).toEqual([false, true]);
  });

  it.each([
    ["Pulumi.a.example.yml", "Did you mean Pulumi.a.example.yaml?"],
    ["pulumi.a.example.yaml", "Did you mean Pulumi.a.example.yaml?"],
    ["Pulumi.A.example.yaml", "Did you mean Pulumi.a.example.yaml?"],
    ["Pulumi.a b.yaml", "Rename it"],
    ["Pulumi.\u202ea.yaml", "Rename it"],
    ["Pulumi...yaml", "Rename it"],
  ])("tells of %j, which would be left out silently", (name, advice) => {
    write(name);
    const { stacks, findings } = load();
    expect(stacks).toEqual([]);
    expect(findings.map(({ rule, help }) => [rule, help?.startsWith(advice)])).toEqual([
      ["config/file-name", true],
    ]);
  });
});

describe("a file that is not what it seems", () => {
  it("is not read through a link that leads out", () => {
    const outside = mkdtempSync(join(tmpdir(), "odoo-mail-dns-outside-"));
    writeFileSync(join(outside, "secret"), "password: 1234\n");
    symlinkSync(join(outside, "secret"), join(folder, "Pulumi.a.example.yaml"));
    expect(complaints()).toEqual([
      "stacks/Pulumi.a.example.yaml:1: config/file stacks/Pulumi.a.example.yaml is a link that leads out of the stacks folder",
    ]);
    rmSync(outside, { recursive: true });
  });

  it("is read through a link that stays inside", () => {
    write("a.yaml");
    symlinkSync("a.yaml", join(folder, "Pulumi.a.example.yaml"));
    expect(complaints()).toEqual([]);
  });

  it("is a folder, a pipe, a dead link, a giant, or no text", () => {
    mkdirSync(join(folder, "Pulumi.a.example.yaml"));
    execFileSync("mkfifo", [join(folder, "Pulumi.b.example.yaml")]);
    symlinkSync("nowhere", join(folder, "Pulumi.c.example.yaml"));
    write("Pulumi.d.example.yaml", `${MINIMAL}#${" ".repeat(256 * 1024)}`);
    write("Pulumi.e.example.yaml", Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0xfe));
    expect(complaints().map((line) => line.split("yaml ")[1])).toEqual([
      "is no regular file",
      "is no regular file",
      "can't be read (ENOENT)",
      "is over 256 KiB, which no stack file needs",
      "is not UTF-8 text",
    ]);
  });
});

describe("a record", () => {
  it("has one owner: both files are told, each with the other's line", () => {
    write("Pulumi.a.example.yaml");
    write("Pulumi.second.yaml", `${MINIMAL}  odoo-mail-dns:domain: A.example\n`);
    expect(complaints()).toEqual([
      "stacks/Pulumi.a.example.yaml:1: config/owner the SPF record of a.example is also kept by stacks/Pulumi.second.yaml:3:3",
      "stacks/Pulumi.a.example.yaml:1: config/owner the DKIM record odoo._domainkey.a.example is also kept by stacks/Pulumi.second.yaml:3:3",
      "stacks/Pulumi.second.yaml:3: config/owner the SPF record of a.example is also kept by stacks/Pulumi.a.example.yaml:1:1",
      "stacks/Pulumi.second.yaml:3: config/owner the DKIM record odoo._domainkey.a.example is also kept by stacks/Pulumi.a.example.yaml:1:1",
    ]);
  });

  it("that is only checked is not owned", () => {
    write("Pulumi.a.example.yaml");
    write("Pulumi.b.example.yaml", `${MINIMAL}  odoo-mail-dns:spf: { domain: a.example }\n`);
    expect(complaints()).toEqual([]);
  });

  it("below the zone is owned", () => {
    write("Pulumi.bounce.a.example.yaml");
    write("Pulumi.a.example.yaml", `${MINIMAL}  odoo-mail-dns:spf: { domain: bounce.a.example }\n`);
    expect(complaints().map((line) => line.split(" ", 2).join(" "))).toEqual([
      "stacks/Pulumi.a.example.yaml:3: config/owner",
      "stacks/Pulumi.bounce.a.example.yaml:1: config/owner",
    ]);
  });

  it("of two halves may be shared: one keeps SPF, the other DKIM", () => {
    write("Pulumi.a.example.yaml", `${MINIMAL}  odoo-mail-dns:dkim: false\n`);
    write(
      "Pulumi.key.yaml",
      `${MINIMAL}  odoo-mail-dns:domain: a.example\n  odoo-mail-dns:spf: { off: true }\n`,
    );
    expect(complaints()).toEqual([]);
  });
});
