import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPulumi, pinnedVersion } from "../../scripts/pulumi-cli.mjs";

// The installer can't be reached here, because no test reaches the internet: so what is missing is
// built, by a `go` that writes down what it was asked for.
let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-cli-"));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const cache = () => join(folder, "cache", "odoo-mail-dns", "pulumi", pinnedVersion());
const inCache = () => ({
  path: join(cache(), "pulumi"),
  version: pinnedVersion(),
  origin: "cache",
});
const builds = () =>
  existsSync(join(folder, "builds"))
    ? readFileSync(join(folder, "builds"), "utf8").trim().split("\n")
    : [];

function program(path: string, ...lines: readonly string[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
  return path;
}

/** A folder with a `pulumi` that says it is of this version. */
function installed(version: string): string {
  return dirname(program(join(folder, version, "pulumi"), `echo ${version}`));
}

/** A folder with a `go` that makes in an instant what it is asked to build, or else fails. */
function go(end = "exit 0"): string {
  const build = [
    '[ "$1" = version ] && exit 0',
    'while [ "$1" != -o ]; do shift; done',
    `echo "$3" >> ${join(folder, "builds")}`,
    `printf '#!/bin/sh\\necho ${pinnedVersion()}\\n' > "$2"`,
    end,
  ];
  return dirname(program(join(folder, "go", "go"), ...build));
}

function find(path: readonly string[], get = true, GOROOT = join(folder, "no-go")) {
  const env = { PATH: path.join(":"), GOROOT, XDG_CACHE_HOME: join(folder, "cache") };
  return findPulumi({ env, get, say: (line) => said.push(line) });
}

describe("the Pulumi CLI", () => {
  it("is the first on PATH that is new enough", async () => {
    const folders = ["v3.251.9", "v3.252.0", "v3.300.0"].map(installed);
    expect(await find(folders)).toEqual({
      path: join(folder, "v3.252.0", "pulumi"),
      version: "v3.252.0",
      origin: "path",
    });
    expect(said).toEqual([]);
  });

  it("is not got where it was only asked for", async () => {
    expect(await find([installed("v3.251.9"), go()], false)).toBeUndefined();
    expect(builds()).toEqual([]);
  });

  it("is built where none on PATH will do and none can be downloaded, once", async () => {
    const path = [installed("v2.999.0"), installed("not-a-version"), go()];
    expect(await find(path)).toEqual(inCache());
    expect(builds()).toEqual(["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./langhost"]);
    expect(said[0]).toMatch(/Building the Pulumi CLI v3\.\d+\.\d+ from its Go module/);
    expect(await find([])).toEqual(inCache());
    expect(builds()).toHaveLength(2);
  });

  it("is built by a Go that is not on PATH, where Go's own variable says it is", async () => {
    const bin = join(folder, "sdk", "bin");
    cpSync(join(go(), "go"), join(bin, "go"));
    expect(await find([], true, join(folder, "sdk"))).toEqual(inCache());
  });

  it("is built by one run only, and others wait for it", async () => {
    const path = [go()];
    const found = await Promise.all([find(path), find(path), find(path)]);
    expect(found).toEqual([inCache(), inCache(), inCache()]);
    expect(builds()).toHaveLength(2);
  });

  it("is got in spite of the lock of a run that was killed", async () => {
    mkdirSync(cache(), { recursive: true });
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(`${cache()}.lock`, String(pid));
    expect(await find([go()])).toEqual(inCache());
  });

  it("gets a new language host when ours has changed, without being built again", async () => {
    await find([go()]);
    writeFileSync(join(cache(), "host.sha256"), "of an older source");
    expect(await find([go()])).toEqual(inCache());
    expect(builds().slice(2)).toEqual(["./langhost"]);
  });

  it("keeps Pulumi's own language host, which comes with its releases", async () => {
    program(join(cache(), "pulumi"), `echo ${pinnedVersion()}`);
    program(join(cache(), "pulumi-language-nodejs"));
    expect(await find([])).toEqual(inCache());
  });

  it("that can't be had at all is told with what to install, and nothing is left behind", async () => {
    await expect(find([])).rejects.toThrow(
      /needs Go 1.21 or newer,\nwhich is neither on PATH nor in .*no-go\/bin\.\nInstall either one/,
    );
    await expect(find([go("echo no space left >&2; exit 1")])).rejects.toThrow("no space left");
    expect(readdirSync(cache())).toEqual([]);
    expect(existsSync(`${cache()}.lock`)).toBe(false);
  });
});
