// npm run bench: every number that the README quotes, one program after another.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename } from "node:path";
import { root } from "./node.mjs";

let failed = 0;
for (const file of globSync("bench/*.ts", { cwd: root }).toSorted()) {
  console.log(`\n${basename(file, ".ts")}`);
  const { status } = spawnSync(process.execPath, [file], { cwd: root, stdio: "inherit" });
  if (status !== 0) failed += 1;
}
process.exit(failed > 0 ? 1 : 0);
