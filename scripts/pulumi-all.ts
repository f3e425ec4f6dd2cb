// npm run pulumi -- all preview|up [--expect-no-changes]: every stack of the project, some side by
// side. A line a domain, one summary, one exit code: 1 something failed, 7 changes were not expected,
// 128 and the signal's number where it was interrupted.
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { runFleet, type Outcome } from "../src/pulumi/fleet.ts";
import { readStacks } from "../src/pulumi/stacks.ts";
import { findPulumi } from "./pulumi-cli.mjs";

const PARALLEL = 4;

const folder = process.cwd();
const [verb, ...flags] = process.argv.slice(2);
const isStrict = flags.includes("--expect-no-changes");
if ((verb !== "preview" && verb !== "up") || flags.length > Number(isStrict)) {
  console.error("npm run pulumi -- all preview|up [--expect-no-changes]");
  process.exit(2);
}
const cli = await findPulumi({ say: (line: string) => console.error(line) });
if (cli === undefined) throw new Error("The Pulumi CLI was not found.");
// The Automation API leaves its folders behind, so they go into one of ours, and that one goes.
const scratch = mkdtempSync(join(tmpdir(), "odoo-mail-dns-all-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
process.env["TMPDIR"] = scratch;
// The Automation API starts `pulumi` from PATH; the language host lies beside it.
process.env["PATH"] = [dirname(cli.path), process.env["PATH"]].join(delimiter);
const command = await PulumiCommand.get({ skipVersionCheck: true });
const stacks = readStacks(folder);
const interrupted = interruption();
const outcomes = await runFleet(stacks, {
  verb,
  command,
  env: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""])),
  projectFolder: folder,
  parallel: PARALLEL,
  signal: interrupted.signal,
  onOutcome: (outcome) => console.log(lineOf(outcome)),
});

const count = (state: Outcome["state"]): number =>
  outcomes.filter((one) => one.state === state).length;
const done = verb === "up" ? "changed" : "would change";
const left = stacks.length - outcomes.length;
console.log(
  `\n${count("changes")} ${done}, ${count("unchanged")} unchanged, ${count("failed")} failed` +
    (left > 0 ? `, ${left} not begun` : ""),
);
process.exit(exitCode());

function exitCode(): number {
  const { signal } = interrupted;
  if (signal.aborted) return 128 + constants.signals[signal.reason as "SIGINT" | "SIGTERM"];
  if (count("failed") > 0) return 1;
  return isStrict && count("changes") > 0 ? 7 : 0;
}

/** The first Ctrl-C lets end what runs; the second doesn't. */
function interruption(): AbortController {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCode());
      controller.abort(name);
    });
  }
  return controller;
}

function lineOf(outcome: Outcome): string {
  if (outcome.state === "unchanged") return `✓ ${outcome.name}  nothing to do`;
  if (outcome.state === "failed")
    return `! ${outcome.name}  ${outcome.reason.replaceAll("\n", "\n    ")}`;
  return `~ ${outcome.name}  ${outcome.changes} ${outcome.changes === 1 ? "change" : "changes"}`;
}
