import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Words } from "../../../src/core/findings/rule.ts";
import { listed } from "../../../src/core/findings/rule.ts";
import {
  type RuleId,
  acceptedFinding,
  finding,
  rules,
  weighed,
} from "../../../src/core/findings/rules.ts";
import { name } from "../plan/planner.ts";

const words: Words = new Proxy<Record<string, string>>({}, { get: (_, key) => `«${String(key)}»` });
const subject = { domain: name("mycompany.example") };
const ids = Object.keys(rules) as RuleId[];
const tables = "src/core/findings/";
const code = globSync("src/**/*.ts")
  .filter((file) => !file.startsWith(tables))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

describe("the rules", () => {
  it.each(ids)("%s is said somewhere, in whole sentences", (id) => {
    expect(code).toContain(`"${id}"`);
    const found = finding(id, subject, words);
    expect(`${found.message} ${found.help}`).not.toMatch(/undefined\b.*undefined|\[object/);
    expect(found.message).not.toMatch(/[.!]$/);
    expect(rules[id].why.length).toBeGreaterThan(60);
    if (rules[id].severity === "error") expect(found.help).toBeTruthy();
  });

  it("say which line in the stack file accepts them, and only those that can be", () => {
    expect(finding("spf/parked", subject, words).help).toContain(
      "odoo-mail-dns:accept: [spf/parked]",
    );
    expect(finding("spf/lookups", subject, words).help).not.toContain("accept");
  });

  it("weigh less once their owner has accepted them", () => {
    const accepted = acceptedFinding(finding("spf/parked", subject, words));
    expect(accepted).toMatchObject({ severity: "warning", help: "Accepted in the stack file." });
    expect(weighed(accepted, "error").severity).toBe("error");
  });

  it("list words as people do", () => {
    expect([listed(undefined), listed("a"), listed(7), listed(["a"])]).toEqual(["", "a", "7", "a"]);
    expect(listed(["a", "b", "c"])).toBe("a, b and c");
    expect(listed([])).toBe("");
  });
});
