import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

// The rooms of the design and what each may import; read from the files' own import lines.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  config: ["core"],
  ports: ["core"],
  engine: ["core", "ports"],
  resolve: ["core", "ports"],
  render: ["core"],
  local: ["core", "ports"],
  http: ["core", "ports"],
  host: ["core", "ports", "adapter"],
  registry: ["ports", "host"],
  adapter: ["core", "ports", "engine", "http", "resolve", "render", "host"],
  cli: ["core", "config", "ports", "engine", "http", "resolve", "render", "local", "registry"],
  pulumi: ["core", "config", "ports", "engine", "http", "resolve", "render", "local", "registry"],
  library: ["core", "config", "ports", "engine", "http", "resolve", "render", "registry"],
};

/** Pure, synchronous packages: all that the core may use of other people's. */
const PURE_PACKAGES = ["valibot", "canonicalize", "@noble/hashes"];

/** The engine reads the provider's port from its stdout. */
const LAUNCHED = "src/pulumi/provider/main.ts";

/** What tests start as programs of their own: test/pulumi-cli with the real engine. */
const STARTED = [LAUNCHED, "src/pulumi/program.ts", "src/pulumi/fleet.ts"];

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = globSync("{src,providers}/**/*.ts").filter((file) => !file.startsWith("providers/_"));
const edges = files.flatMap(importsOf);
const local = edges.filter((edge) => edge.to.endsWith(".ts"));

function importsOf(from: string): Edge[] {
  const text = readFileSync(from, "utf8");
  const found = text.matchAll(
    /\b(import|export)\s+(type\s)?[^;"]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/g,
  );
  return [...found].map(([, , typeOnly, path, lazy]) => {
    const to = path ?? lazy ?? "";
    return {
      from,
      to: to.startsWith(".") ? normalize(join(dirname(from), to)) : to,
      typeOnly: typeOnly !== undefined,
    };
  });
}

function roomOf(file: string): string {
  if (file === "providers/index.ts") return "registry";
  if (/^providers\/[^/]+\/index\.ts$/.test(file)) return "host";
  if (file.startsWith("providers/")) return "adapter";
  return file === "src/index.ts" ? "library" : (file.split("/")[1] ?? "");
}

function describeEdge(edge: Edge): string {
  return `${edge.from} -> ${edge.to}`;
}

describe("the rooms of the house", () => {
  it("are all read: this test can't pass on an empty tree", () => {
    expect(files.length).toBeGreaterThan(70);
    expect(local.length).toBeGreaterThan(200);
    expect(new Set(files.map(roomOf))).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  it("import only what the design lets them", () => {
    const wrong = local.filter(({ from, to }) => {
      const [own, other] = [roomOf(from), roomOf(to)];
      return own !== other && !MAY_IMPORT[own]?.includes(other);
    });
    expect(wrong.map(describeEdge)).toEqual([]);
  });

  it("name only files that are there", () => {
    expect(local.filter(({ to }) => !files.includes(to)).map(describeEdge)).toEqual([]);
  });

  it("keep core and render pure: no built-in module, no package but the listed ones", () => {
    const outside = edges.filter(
      ({ from, to }) => ["core", "render"].includes(roomOf(from)) && !to.endsWith(".ts"),
    );
    expect(outside.length).toBeGreaterThan(0);
    const wrong = outside.filter(
      ({ to }) => !PURE_PACKAGES.some((name) => to === name || to.startsWith(`${name}/`)),
    );
    expect(wrong.map(describeEdge)).toEqual([]);
  });

  it("keep chance and time out of core and render", () => {
    const impure = /\bMath\.random\b|\bnew Date\b|\bDate\.|\bawait\b|\bglobalThis\b|\bcrypto\./;
    const wrong = files
      .filter((file) => /^src\/(core|render)\//.test(file))
      .filter((file) => impure.test(codeOf(file)));
    expect(wrong).toEqual([]);
  });

  it("have one folder a DNS host, and none imports another", () => {
    const wrong = local.filter(({ from, to }) => {
      const [own, other] = [from, to].map((file) => /^providers\/([^/]+)\//.exec(file)?.[1]);
      return own !== undefined && other !== undefined && own !== other;
    });
    expect(wrong.map(describeEdge)).toEqual([]);
  });

  it("keep a vendor's own library inside the client.ts of its host", () => {
    const libraries = edges.filter(
      ({ from, to }) => from.startsWith("providers/") && !/\.ts$|^node:/.test(to),
    );
    const wrong = libraries
      .filter(({ to }) => ![...PURE_PACKAGES, "dns-packet", "p-map"].includes(to))
      .filter(({ from }) => !/^providers\/[^/]+\/client\.ts$/.test(from));
    expect(libraries.length).toBeGreaterThan(3);
    expect(wrong.map(describeEdge)).toEqual([]);
  });

  it("load an adapter only through its host's load()", () => {
    const eager = local.filter(
      ({ from, to }) => to.endsWith("/adapter.ts") && !from.endsWith(`${dirname(to)}/index.ts`),
    );
    expect(eager.map(describeEdge)).toEqual([]);
    const hosts = files.filter((file) => roomOf(file) === "host");
    expect(
      hosts.filter((file) => !readFileSync(file, "utf8").includes('import("./adapter.ts")')),
    ).toEqual([]);
  });

  it("load the hosts' own Pulumi packages by sub-path, and only where a stack asks for them", () => {
    const native = edges.filter(({ to }) => /^@pulumi\/(?!pulumi\b)/.test(to));
    expect(native.length).toBeGreaterThan(3);
    const isLazy = ({ from, to }: Edge): boolean =>
      /^src\/pulumi\/native\/\w+\.ts$/.test(from) &&
      /^@pulumi\/[^/]+\/.+\.js$/.test(to) &&
      readFileSync(from, "utf8").includes(`import("${to}")`);
    expect(native.filter((edge) => !isLazy(edge)).map(describeEdge)).toEqual([]);
  });

  it("write to the terminal, and leave the program, only from cli and the provider's launcher", () => {
    const loud = /\bconsole\.|\bprocess\.(stdout|stderr|exit|env|argv|cwd)\b/;
    const wrong = files
      .filter((file) => !file.startsWith("src/cli/") && file !== LAUNCHED)
      .filter((file) => loud.test(codeOf(file)));
    expect(wrong).toEqual([]);
  });

  it("are named in kebab-case nouns, without the words that say nothing", () => {
    const empty = /(^|-)(manager|service|helper|helpers|util|utils|handler|info|common|misc)(-|$)/;
    const names = files.map((file) => file.split("/").at(-1)?.replace(/\.ts$/, "") ?? "");
    expect(
      names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || empty.test(name)),
    ).toEqual([]);
  });

  it("are tested: every file is imported by a test, or by a tested file of its own room", () => {
    const seen = testedFiles();
    const untested = files.filter((file) => !seen.has(file) && linesOf(file) > 20);
    expect(seen.size).toBeGreaterThan(50);
    expect(untested).toEqual([]);
  });
});

/** What the tests import, and from there what a room keeps to itself. */
function testedFiles(): ReadonlySet<string> {
  const tests = globSync("test/**/*.ts");
  const seen = new Set([
    ...STARTED,
    ...tests.flatMap((test) => importsOf(test).map(({ to }) => to)),
  ]);
  for (const file of seen) {
    const inside = local.filter(({ from, to }) => from === file && roomOf(to) === roomOf(from));
    inside.forEach(({ to }) => seen.add(to));
  }
  return seen;
}

function linesOf(file: string): number {
  return codeOf(file)
    .split("\n")
    .filter((line) => line.trim() !== "").length;
}

function codeOf(file: string): string {
  return readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "");
}

it("uses of built-in modules carry the node: prefix", () => {
  const bare = edges.filter(({ to }) => builtinModules.includes(to));
  expect(bare.map(describeEdge)).toEqual([]);
});
