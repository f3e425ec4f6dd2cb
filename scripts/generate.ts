/**
 * Everything in the repository that is made from the code: JSON Schemas and the pages of docs/rules.
 * `node scripts/generate.ts` writes them; test/generated.test.ts fails when they are out of date.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { CheckReport } from "../src/core/check.ts";
import type { Rule } from "../src/core/findings/rule.ts";
import { type RuleId, acceptLine, rules } from "../src/core/findings/rules.ts";
import { Plan, Receipt } from "../src/core/plan/schema.ts";
import { root } from "./node.mjs";
import { exampleOf } from "./rule-examples.ts";
import { stackJsonSchema } from "./stack-schema.ts";

/** What `--json` prints, and what is kept on disk. */
const schemas: Readonly<Record<string, readonly [title: string, schema: GenericSchema]>> = {
  "schema/plan.schema.json": ["odoo-mail-dns: a plan", Plan],
  "schema/receipt.schema.json": ["odoo-mail-dns: a receipt", Receipt],
  "schema/check.schema.json": ["odoo-mail-dns: a check's report", CheckReport],
};

/** Path below the root, and text, of every generated file. */
export function generate(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, named] of Object.entries(schemas)) files.set(path, jsonSchema(...named));
  files.set("schema/stack.schema.json", stackJsonSchema());
  for (const id of Object.keys(rules) as RuleId[]) files.set(pageOf(id), page(id, rules[id]));
  files.set("docs/rules/README.md", index());
  return files;
}

/** Folders in which every file is generated, so that one that is no longer made can be found. */
export const generatedFolders: readonly string[] = ["docs/rules"];

function jsonSchema(title: string, schema: GenericSchema): string {
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  const json = { $schema, title, ...toJsonSchema(schema, { target: "draft-2020-12" }) };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function pageOf(id: string): string {
  return `docs/rules/${id.replaceAll("/", "-")}.md`;
}

function page(id: RuleId, rule: Rule): string {
  const words = exampleOf(id);
  const help = rule.help?.(words);
  const lines = [
    `# ${rule.title}`,
    "",
    `\`${id}\` · ${rule.severity}${rule.rfc === undefined ? "" : ` · ${rule.rfc}`}`,
    "",
    rule.why,
    "",
    "## What you see",
    "",
    `> ${escaped(rule.message(words))}`,
    "",
    ...(help === undefined ? [] : ["## What to do", "", escaped(help), ""]),
    ...(rule.acceptable === true ? accepting(id) : []),
  ];
  return lines.join("\n");
}

function accepting(id: RuleId): readonly string[] {
  return [
    "## If it is what you want",
    "",
    "Add the rule to the stack file. The change is then made, and the finding stays as a warning.",
    "",
    "```yaml",
    "config:",
    `  ${acceptLine(id)}`,
    "```",
    "",
  ];
}

/** Outside code, `<domain>` would be taken for HTML. */
function escaped(text: string): string {
  const parts = text.split("`");
  return parts.map((part, at) => (at % 2 === 0 ? part.replaceAll("<", "\\<") : part)).join("`");
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
  const files = generate();
  for (const folder of generatedFolders) {
    mkdirSync(join(root, folder), { recursive: true });
    for (const file of readdirSync(join(root, folder))) rmSync(join(root, folder, file));
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

if (import.meta.main) write();
