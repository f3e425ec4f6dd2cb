// npm run pulumi -- all preview|up [--expect-no-changes]: every stack of the project, some side by
// side. A line a domain, one summary, one exit code: 1 something failed, 7 changes were not expected.
import { delimiter, dirname } from "node:path";
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
// The Automation API starts `pulumi` from PATH; the language host lies beside it.
process.env["PATH"] = [dirname(cli.path), process.env["PATH"]].join(delimiter);
const command = await PulumiCommand.get({ skipVersionCheck: true });
const outcomes = await runFleet(readStacks(folder), {
  verb,
  command,
  env: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""])),
  projectFolder: folder,
  parallel: PARALLEL,
  onOutcome: (outcome) => console.log(lineOf(outcome)),
});

const count = (state: Outcome["state"]): number =>
  outcomes.filter((one) => one.state === state).length;
const done = verb === "up" ? "changed" : "would change";
console.log(
  `\n${count("changes")} ${done}, ${count("unchanged")} unchanged, ${count("failed")} failed`,
);
process.exit(count("failed") > 0 ? 1 : isStrict && count("changes") > 0 ? 7 : 0);

function lineOf(outcome: Outcome): string {
  if (outcome.state === "unchanged") return `✓ ${outcome.name}  nothing to do`;
  if (outcome.state === "failed")
    return `! ${outcome.name}  ${outcome.reason.replaceAll("\n", "\n    ")}`;
  return `~ ${outcome.name}  ${outcome.changes} ${outcome.changes === 1 ? "change" : "changes"}`;
}
