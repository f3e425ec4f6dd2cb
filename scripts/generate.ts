/**
 * Everything in the repository that is made from the code: JSON Schemas and the pages of docs/rules.
 * `node scripts/generate.ts` writes them; test/generated.test.ts fails when they are out of date.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { CheckReport } from "../src/core/check.ts";
import type { Rule, Words } from "../src/core/findings/rule.ts";
import { acceptLine, rules } from "../src/core/findings/rules.ts";
import { Plan, Receipt } from "../src/core/plan/schema.ts";
import { root } from "./node.mjs";
import { stackJsonSchema } from "./stack-schema.ts";

const schemas: Readonly<Record<string, GenericSchema>> = {
  "schema/plan.schema.json": Plan,
  "schema/receipt.schema.json": Receipt,
  "schema/check.schema.json": CheckReport,
};

/** Path below the root, and text, of every generated file. */
export function generate(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, schema] of Object.entries(schemas)) files.set(path, jsonSchema(schema));
  files.set("schema/stack.schema.json", stackJsonSchema());
  for (const [id, rule] of Object.entries(rules)) files.set(pageOf(id), page(id, rule));
  files.set("docs/rules/README.md", index());
  return files;
}

/** Folders in which every file is generated, so that one that is no longer made can be found. */
export const generatedFolders: readonly string[] = ["docs/rules"];

function jsonSchema(schema: GenericSchema): string {
  const json = toJsonSchema(schema, { target: "draft-2020-12" });
  return `${JSON.stringify(json, null, 2)}\n`;
}

function pageOf(id: string): string {
  return `docs/rules/${id.replaceAll("/", "-")}.md`;
}

/** Stands in for the words of a case: `<name>`. */
const blanks: Words = new Proxy<Record<string, string>>(
  {},
  { get: (_, word) => `<${String(word)}>` },
);

function page(id: string, rule: Rule): string {
  const help = rule.help?.(blanks);
  const lines = [
    `# ${rule.title}`,
    "",
    `\`${id}\` · ${rule.severity}${rule.rfc === undefined ? "" : ` · ${rule.rfc}`}`,
    "",
    rule.why,
    "",
    "## What you see",
    "",
    `> ${escaped(rule.message(blanks))}`,
    "",
    ...(help === undefined ? [] : ["## What to do", "", escaped(help), ""]),
    ...(rule.acceptable === true ? accepting(id) : []),
  ];
  return lines.join("\n");
}

function accepting(id: string): readonly string[] {
  const line = acceptLine(id as keyof typeof rules);
  return [
    "## If it is what you want",
    "",
    "Add the rule to the stack file. The change is then made, and the finding stays as a warning.",
    "",
    "```yaml",
    "config:",
    `  ${line}`,
    "```",
    "",
  ];
}

/** Words in angle brackets are no HTML; inside code they stay as they are. */
function escaped(text: string): string {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 0 ? part.replace(/<(\w+)>/g, "*$1*") : part))
    .join("`");
}

function index(): string {
  const lines = ["# Findings", "", "Generated from the rules in `src/core/findings/rules`.", ""];
  const groups = new Set(Object.keys(rules).map((id) => id.split("/")[0] ?? ""));
  for (const group of groups) {
    lines.push(`## ${group}`, "", "| Rule | Severity | |", "|---|---|---|");
    for (const [id, rule] of Object.entries(rules)) {
      if (!id.startsWith(`${group}/`)) continue;
      const link = `[\`${id}\`](${id.replaceAll("/", "-")}.md)`;
      lines.push(`| ${link} | ${rule.severity} | ${rule.title} |`);
    }
    lines.push("");
  }
  return lines.join("\n");
}

function write(): void {
  for (const folder of generatedFolders) {
    mkdirSync(join(root, folder), { recursive: true });
    for (const file of readdirSync(join(root, folder))) rmSync(join(root, folder, file));
  }
  for (const [path, text] of generate()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

if (import.meta.main) write();
