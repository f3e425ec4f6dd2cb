// The packed tarball in other people's projects, as `npm install` would unpack it.
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DemoWorld, startDemoWorld } from "../../examples/demo-world.ts";
import { root } from "../../scripts/node.mjs";
import { findPulumi } from "../../scripts/pulumi-cli.mjs";

const folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-package-"));
let cli = "";

beforeAll(async () => {
  const pulumi = await findPulumi({ get: false });
  if (pulumi === undefined) throw new Error("The Pulumi CLI is not there: npm test gets it");
  cli = pulumi.path;
  mustRun("npm", ["pack", "--silent", "--pack-destination", folder], root);
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  mustRun("tar", ["-xzf", archive], folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package holds these files and no others", async () => {
  const base = join(folder, "package");
  const files = readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => kindOf(join(entry.parentPath, entry.name).slice(base.length + 1)));
  const kinds = [...new Set(files)].toSorted();
  await expect(`${kinds.join("\n")}\n`).toMatchFileSnapshot("goldens/files.txt");
});

/** What is made from a source file, or from many, is listed once; all else by its name. */
function kindOf(file: string): string {
  const source = /^dist\/((?:src|providers)\/.+)\.(?:d\.ts|js)$/.exec(file)?.[1];
  if (source !== undefined && existsSync(join(root, `${source}.ts`)))
    return `dist/${source.split("/")[0]}/**.{js,d.ts}`;
  return file
    .replace(/^(dist\/.*)\/[\w-]+-[\w-]{8}\.js$/, "$1/<chunk>-<digest>.js")
    .replace(/^docs\/rules\/[\w-]+\/[\w-]+\.md$/, "docs/rules/<group>/<rule>.md")
    .replace(/^docs\/rules\/[a-z][\w-]+\.md$/, "docs/rules/<rule>.md");
}

const program = `import { MailDomain } from "odoo-mail-dns/pulumi";

const mail = new MailDomain("mail", {
  domain: "mycompany.example",
  host: "zonefile",
  zonefile: { file: "zones/mycompany.example.zone" },
  spf: { placement: "before-all" },
});

export const spf = mail.spf.now;
`;

test.each(["index.ts", "index.js"])(
  "a program of one's own, %s, owns the term through the component",
  async (main) => {
    const own = await startProject(main, program);
    try {
      const up = await own.pulumi("up", "--yes", "--skip-preview");
      expect(up.text).toContain("odoo-mail-dns:index:MailDomain");
      expect(up.code, up.text).toBe(0);
      expect(own.zone()).toContain('"v=spf1 include:_spf.google.com include:_spf.odoo.com ~all"');
      const output = await own.pulumi("stack", "output", "spf");
      expect(output.text).toContain("v=spf1 include:_spf.google.com include:_spf.odoo.com ~all");
      expect(await own.pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
      expect(await own.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect(own.zone()).toContain('"v=spf1 include:_spf.google.com ~all"');
    } finally {
      await own.stop();
    }
  },
);

test("a program that asks for the host's own resource is told which package that needs", async () => {
  const options = 'host: "cloudflare",\n  records: "native",';
  const own = await startProject(
    "index.js",
    program.replace('host: "zonefile",', options).replace(/  zonefile: .*\n/, ""),
  );
  try {
    const { code, text } = await own.pulumi("preview");
    expect(code).not.toBe(0);
    expect(text).toMatch(/needs the package @pulumi\/cloudflare, and it is not installed/);
    expect(text).not.toMatch(/^\s+at .*:\d+:\d+/m);
  } finally {
    await own.stop();
  }
});

test("TypeScript knows the component's keys and their values", async () => {
  const own = await startProject("index.ts", program);
  writeFileSync(join(own.folder, "value.ts"), program.replace("before-all", "last"));
  writeFileSync(join(own.folder, "key.ts"), program.replace("placement", "place"));
  writeFileSync(join(own.folder, "missing.ts"), program.replace("domain:", "zone:"));
  const flags = ["--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext"];
  const tsc = (file: string) => {
    const compiler = join(root, "node_modules", ".bin", "tsc");
    return spawnSync(compiler, [...flags, file], { cwd: own.folder, encoding: "utf8" }).stdout;
  };
  try {
    expect(tsc("index.ts")).toBe("");
    expect(tsc("value.ts")).toContain(`'"last"' is not assignable to type '"before-all" | "first"`);
    expect(tsc("key.ts")).toContain("'place' does not exist in type");
    expect(tsc("missing.ts")).toContain("Property 'domain' is missing");
  } finally {
    await own.stop();
  }
});

/** An empty folder with our package, what it depends on, and a Pulumi project with the stack prod. */
async function startProject(main: string, text: string) {
  const own = mkdtempSync(join(folder, "project-"));
  const modules = join(own, "node_modules");
  cpSync(join(folder, "package"), join(modules, "odoo-mail-dns"), { recursive: true });
  for (const name of [...dependencies(), "@pulumi/pulumi", "@types/node"]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  cpSync(join(root, "examples", "zones"), join(own, "zones"), { recursive: true });
  for (const name of ["state", "home"]) mkdirSync(join(own, name));
  writeFileSync(join(own, main), text);
  writeFileSync(join(own, "package.json"), JSON.stringify({ type: "module", private: true }));
  writeFileSync(join(own, "Pulumi.yaml"), projectFile(main));
  const world = await startDemoWorld(join(own, "zones"));
  const env = environment(own, world);
  const pulumi = (...args: readonly string[]) =>
    run([...args, "--stack", "prod", "--non-interactive"], { cwd: own, env });
  const init = await run(["stack", "init", "prod", "--non-interactive"], { cwd: own, env });
  expect(init.code, init.text).toBe(0);
  return {
    folder: own,
    pulumi,
    zone: () => readFileSync(join(own, "zones", "mycompany.example.zone"), "latin1"),
    stop: () => world.close(),
  };
}

const projectFile = (main: string): string => `name: intranet
runtime: { name: nodejs, options: { typescript: false } }
main: ${main}
options: { refresh: always }
plugins:
  providers:
    - { name: odoo-mail-dns, path: node_modules/odoo-mail-dns/dist/src/pulumi/provider }
`;

function dependencies(): readonly string[] {
  const text = readFileSync(join(folder, "package", "package.json"), "utf8");
  return Object.keys((JSON.parse(text) as { dependencies: object }).dependencies);
}

function environment(own: string, world: DemoWorld): Record<string, string> {
  const path = [dirname(cli), dirname(process.execPath), process.env["PATH"] ?? ""];
  return {
    ...world.env,
    HOME: own,
    PATH: path.join(delimiter),
    ODOO_MAIL_DNS_RESOLVER: world.resolver,
    PULUMI_BACKEND_URL: `file://${join(own, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_HOME: join(own, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function run(
  args: readonly string[],
  how: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(cli, args, { ...how, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (data: string) => (text += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text }));
  });
}

function mustRun(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stderr}`);
}
