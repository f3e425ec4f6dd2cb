import type { GenericIssue, GenericSchema } from "valibot";
import type { Words } from "../core/findings/rule.ts";
import type { configRules } from "../core/findings/rules/config.ts";
import type { Path } from "./document.ts";
import { suggest } from "./suggest.ts";

/** One thing that is wrong, before it is given its place in a file. */
export interface Complaint {
  readonly rule: keyof typeof configRules;
  readonly path: Path;
  /** Whether the key or its value is what is wrong. */
  readonly part: "key" | "value";
  readonly words: Words;
}

/** A schema's issue in the words of the stack file. `above` is the path to what was validated. */
export function complaintOf(
  issue: GenericIssue,
  schema: GenericSchema,
  above: Path = [],
): Complaint {
  const below = (issue.path ?? []).map((item) => item.key as string | number);
  const path = [...above, ...below];
  if (issue.type === "strict_object" && issue.expected === "never")
    return unknownKey(path, keysOf(schema, below.slice(0, -1)));
  if (issue.received === "undefined")
    return { rule: "config/missing-key", path, part: "key", words: { key: path.join(".") } };
  const choices = choicesIn(issue.expected);
  const near = typeof issue.input === "string" ? suggest(issue.input, choices) : undefined;
  const words = {
    key: path.join("."),
    value: inWords(issue.input),
    expected: expectation(issue, choices),
    ...(near !== undefined && { suggestion: near }),
  };
  return { rule: "config/value", path, part: "value", words };
}

/** The complaint about a key that nobody knows, with the keys that there are. */
export function unknownKey(path: Path, keys: readonly string[]): Complaint {
  const key = String(path.at(-1));
  const near = keys.find((known) => known.endsWith(`:${key}`)) ?? suggest(key, keys);
  const words = { key: path.join("."), keys, ...(near !== undefined && { suggestion: near }) };
  return { rule: "config/unknown-key", path, part: "key", words };
}

/** A value as people recognise it: short, and quoted where it is text. */
export function inWords(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a group of keys";
  if (typeof value !== "string") return `${value as number | boolean}`;
  return `"${value.length > 60 ? `${value.slice(0, 57)}...` : value}"`;
}

function expectation(issue: GenericIssue, choices: readonly string[]): string {
  if (choices.length > 0) return `one of ${choices.join(", ")}`;
  if (issue.type === "non_empty") return "filled in";
  if (issue.type === "min_value" || issue.type === "max_value")
    return `${issue.type === "min_value" ? "at least" : "at most"} ${String(issue.requirement)}`;
  const kinds: Readonly<Record<string, string>> = {
    string: "text (in quotes where it looks like a number)",
    boolean: "true or false, without quotes",
    number: "a number",
    Object: "a group of keys",
    Array: "a list",
  };
  return kinds[issue.expected ?? ""] ?? (issue.expected || "something else");
}

function choicesIn(expected: string | null): readonly string[] {
  return [...(expected ?? "").matchAll(/"([^"]*)"/g)].map(([, choice]) => choice ?? "");
}

// Valibot's issues don't say which keys there are; the schema they came from does.
function keysOf(schema: unknown, path: Path): readonly string[] {
  const { entries, wrapped, pipe, item } = schema as {
    entries?: Record<string, unknown>;
    wrapped?: unknown;
    pipe?: readonly unknown[];
    item?: unknown;
  };
  if (wrapped !== undefined) return keysOf(wrapped, path);
  if (entries === undefined && pipe !== undefined) return keysOf(pipe[0], path);
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(entries ?? {});
  const inner = entries === undefined ? item : entries[step];
  return inner === undefined ? [] : keysOf(inner, rest);
}
