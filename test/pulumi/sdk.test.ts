import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

it("loads of Pulumi's SDK what a record needs, and not its Automation API, which takes 100 ms", () => {
  const program = `
    import { createRequire } from "node:module";
    await import("./src/pulumi/component.ts");
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(loaded.filter((path) => path.includes("/@pulumi/pulumi/"))));`;
  const args = ["--input-type=module", "--eval", program];
  const loaded = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as string[];
  expect(loaded.some((path) => path.endsWith("/resource.js"))).toBe(true);
  expect(loaded.filter((path) => path.includes("/automation/"))).toEqual([]);
});
