import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generate, generatedFolders } from "../scripts/generate.ts";
import { root } from "../scripts/node.mjs";

const files = generate();

describe("what is made from the code is checked in as it is made (node scripts/generate.ts)", () => {
  it.each([...files.keys()])("%s", (path) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(files.get(path));
  });

  it("and nothing else stands beside it", () => {
    const found = generatedFolders.flatMap((folder) =>
      readdirSync(join(root, folder)).map((file) => `${folder}/${file}`),
    );
    expect(found.filter((path) => !files.has(path))).toEqual([]);
    expect(found.length).toBeGreaterThan(40);
  });
});
