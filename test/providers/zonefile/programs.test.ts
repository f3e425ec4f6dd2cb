import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../../../providers/zonefile/programs.ts";
import { temporaryFolder } from "./project.ts";

function rndc(script: string): { PATH: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "rndc"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "rndc"), 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

test("arguments reach the program as they are, without a shell", async () => {
  const env = rndc('printf "%s|" "$@"');
  const args = ["reload", "a; touch /tmp/x", "$(id)", "*"];
  expect(await run({ program: "rndc", args, env })).toEqual({
    status: 0,
    output: "reload|a; touch /tmp/x|$(id)|*|",
  });
});

test("what it says is safe to print, and short", async () => {
  const env = rndc(
    'printf "\\033[31mred\\n\\302\\235next"; head -c 5000 /dev/zero | tr "\\0" x; exit 3',
  );
  const { status, output } = await run({ program: "rndc", args: [], env });
  expect(status).toBe(3);
  expect(output.startsWith("?[31mred\n?next")).toBe(true);
  expect(output.length).toBeLessThan(2100);
});

test("a program that is not there is no error", async () => {
  const env = { PATH: temporaryFolder() };
  const folder = temporaryFolder();
  expect(await run({ program: "named-checkzone", args: [], env: { ...env }, folder })).toSatisfy(
    ({ status }) => status === "missing" || typeof status === "number",
  );
});

test("a program that is killed is told so", async () => {
  expect(await run({ program: "rndc", args: [], env: rndc("kill -9 $$") })).toEqual({
    status: "stopped",
    output: "",
  });
});
