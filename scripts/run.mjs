// node scripts/run.mjs FILE.ts|TOOL [ARG ...]: runs a file or an installed tool on Node >= 24.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { environment, findNode, root } from "./node.mjs";

const [what, ...args] = process.argv.slice(2);
const node = findNode();
if (node === undefined || what === undefined) {
  console.error(
    what ? "Not set up yet: run `npm start` or `npm test` once." : "What shall be run?",
  );
  process.exit(2);
}
const isFile = /\.m?[jt]s$/.test(what);
const child = spawn(isFile ? node : what, isFile ? [what, ...args] : args, {
  cwd: isFile && process.env.INIT_CWD && what.startsWith("src/") ? process.env.INIT_CWD : root,
  stdio: "inherit",
  env: environment(node),
});
// Ctrl-C reaches the whole process group; the child decides what it means.
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.on("error", (error) => {
  console.error(
    `Could not start ${what}: ${error.message}. Run \`npm test\` once, which installs it.`,
  );
  process.exit(1);
});
child.on("exit", (code, signal) => {
  process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1));
});
