import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { addInclude, DOMAIN, SIGNAL, ZONE } from "./fixtures.ts";
import { complaint, project, temporaryFolder, type Choices } from "./project.ts";

const outside = (file: string): string =>
  `config ${file} lies outside the folder of the zone files.`;

function find(choices: Choices, prepare: (folder: string) => void = () => undefined) {
  const { folder, provider } = project(choices);
  prepare(folder);
  return complaint(async () => (await provider.findZone(DOMAIN, SIGNAL)).nativeId);
}

const fileOption = (file: string): Choices => ({ options: { file } });

describe("a stack file from a stranger names no file outside the project", () => {
  test.each([
    ["../secret", outside("../secret")],
    ["zones/../../secret", outside("zones/../../secret")],
    [".", outside(".")],
    ["my.zone\0.txt", outside("my.zone\0.txt")],
    ["/etc/passwd", "config The zone file must be named relative to the project."],
  ])("%j", async (file, message) => {
    expect(await find({ options: { file }, at: "my.zone" })).toBe(message);
  });

  test("a symbolic link counts by where it leads, as a file and as a folder", async () => {
    const elsewhere = temporaryFolder();
    fs.writeFileSync(join(elsewhere, "z"), ZONE);
    const asFile = await find(fileOption("link"), (folder) => {
      fs.rmSync(join(folder, "link"));
      fs.symlinkSync(join(elsewhere, "z"), join(folder, "link"));
    });
    expect(asFile).toBe(outside("link"));
    const asFolder = await find(fileOption("my.zone"), (folder) => {
      fs.symlinkSync(elsewhere, join(folder, "zones"));
      fs.writeFileSync(join(folder, "my.zone"), `${ZONE}$INCLUDE zones/z\n`);
    });
    expect(asFolder).toBe(outside("zones/z"));
  });

  test.each([
    ["$INCLUDE ../secret", outside("../secret")],
    ["$INCLUDE /etc/passwd", outside("/etc/passwd")],
    ["$INCLUDE missing", "config An $INCLUDE of my.zone can't be found."],
    ["$INCLUDE sub", "config sub is no plain file."],
  ])("%s", async (line, message) => {
    const made = await find({ text: `${ZONE}${line}\n` }, (folder) => {
      fs.mkdirSync(join(folder, "sub"));
    });
    expect(made).toBe(message);
  });

  test("a pipe is not waited for, a folder not read", async () => {
    const pipe = await find(fileOption("pipe"), (folder) => {
      fs.rmSync(join(folder, "pipe"));
      execFileSync("sh", ["-c", 'mkfifo "$0"', join(folder, "pipe")]);
    });
    expect(pipe).toBe("config pipe is no plain file.");
  });

  test("what stands in a file that is no zone is not told", async () => {
    const said = await find({ text: "AWS_SECRET_ACCESS_KEY=hunter2\n" });
    expect(said).toBe("invalid-input my.zone:1:1: the record has no type");
  });
});

test.each([".odoo-mail-dns", ".odoo-mail-dns/backups"])(
  "copies are not written through a link at %s",
  async (link) => {
    const outside = temporaryFolder();
    const { folder, apply, text } = project();
    fs.mkdirSync(dirname(join(folder, link)), { recursive: true });
    fs.symlinkSync(outside, join(folder, link));
    expect(await complaint(() => apply([addInclude]))).toContain("is a symbolic link");
    expect(text()).toBe(ZONE);
    expect(fs.readdirSync(outside)).toEqual([]);
  },
);

describe("ODOO_MAIL_DNS_ZONES moves the folder", () => {
  test("files are relative to it", async () => {
    const zones = temporaryFolder();
    fs.mkdirSync(join(zones, "live"));
    fs.writeFileSync(join(zones, "live", "z"), ZONE);
    const { provider } = project({ env: { ODOO_MAIL_DNS_ZONES: zones } });
    expect(await complaint(() => provider.findZone(DOMAIN, SIGNAL))).toContain(
      "config There is no zone file my.zone below ",
    );
  });

  test("it must be absolute, and there", async () => {
    expect(await find({ env: { ODOO_MAIL_DNS_ZONES: "zones" } })).toBe(
      "config ODOO_MAIL_DNS_ZONES must be an absolute path.",
    );
    expect(await find({ env: { ODOO_MAIL_DNS_ZONES: "/does/not/exist" } })).toBe(
      "config The folder of the zone files, /does/not/exist, can't be opened (ENOENT).",
    );
  });
});

describe("an $INCLUDE is looked for where a name server may", () => {
  test("in the folders from the zone file's up to the root, and named-checkzone starts in the same", async () => {
    const { folder, apply, write, commands } = project({
      text: `${ZONE}$INCLUDE parts/more.inc\n`,
      program: () => ({ status: 0, output: "" }),
    });
    fs.mkdirSync(join(folder, "parts"));
    write("www A 192.0.2.1\n", "parts/more.inc");
    expect(await apply([addInclude])).toBe("done");
    expect(commands[0]?.folder).toBe(folder);
  });

  test("one that could be two files is refused", async () => {
    const file = "zones/my.zone";
    const said = await find({ options: { file }, text: `${ZONE}$INCLUDE more.inc\n` }, (folder) => {
      fs.writeFileSync(join(folder, "more.inc"), "");
      fs.writeFileSync(join(folder, "zones", "more.inc"), "");
    });
    expect(said).toBe("config An $INCLUDE of zones/my.zone could be more than one file.");
  });
});
