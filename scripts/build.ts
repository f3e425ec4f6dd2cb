// npm run build: dist/ as it is published. The library file by file, with its types, by tsc; the
// command line and the provider as a few chunks with their packages inside, because loading two
// hundred small files costs a short command more time than its work.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./node.mjs";

const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync("tsc", ["-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(1);

const provider = join("src", "pulumi", "provider");
await bundle(join("src", "cli"), "cli");
rmSync(join(dist, provider), { recursive: true });
await bundle(provider, provider);
// Pulumi starts this file itself, so it needs the right to be run wherever it is unpacked.
const launcher = join(provider, "pulumi-resource-odoo-mail-dns");
copyFileSync(join(root, launcher), join(dist, launcher));
chmodSync(join(dist, launcher), 0o755);

/** The program whose main.ts is in the folder `from`, as a folder of dist. */
async function bundle(from: string, to: string): Promise<void> {
  const program = await rolldown({
    input: { main: join(root, from, "main.ts") },
    platform: "node",
    external: (id) => id.startsWith("node:"),
  });
  const { output } = await program.write({ dir: join(dist, to), format: "esm" });
  const packages = new Set(
    output.flatMap((chunk) => ("moduleIds" in chunk ? chunk.moduleIds.flatMap(packageOf) : [])),
  );
  const licences = [...packages].toSorted().map(licenceOf).join("\n");
  writeFileSync(join(dist, to, "LICENSES.md"), licences);
}

function packageOf(path: string): string[] {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return name === undefined ? [] : [name];
}

/** Licences ask to travel with copies, and the chunks hold copies. */
function licenceOf(name: string): string {
  const folder = join(root, "node_modules", name);
  const file = ["LICENSE", "LICENSE.md", "LICENCE", "license"].find((file) =>
    existsSync(join(folder, file)),
  );
  const { version, license } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as Record<string, string>;
  const text = file === undefined ? `${license}` : readFileSync(join(folder, file), "utf8");
  return `# ${name} ${version}\n\n${text.trim()}\n`;
}
