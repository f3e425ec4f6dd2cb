import { expect, it } from "vitest";
import { createRun } from "../../src/local/run.ts";

it("what a run shares is made once for all who ask", async () => {
  const run = createRun(2);
  let made = 0;
  const make = async () => (made += 1);
  expect(await Promise.all([run.once("a", make), run.once("a", make)])).toEqual([1, 1]);
  expect(await run.once("b", make)).toBe(2);
});

it("what failed is made again", async () => {
  const run = createRun(1);
  await expect(run.once("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await run.once("a", async () => "now")).toBe("now");
});
