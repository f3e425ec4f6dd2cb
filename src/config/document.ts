import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document, ParsedNode } from "yaml";

export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

/** A YAML document that was read without expanding anything. */
export interface StackDocument {
  /** What is wrong with the text itself. */
  readonly faults: readonly Fault[];
  /** Keys of the map at this path, in the order of the file; empty where there is no map. */
  keysAt(path: Path): readonly string[];
  /** Plain data; aliases and tags in it are faults. */
  valueAt(path: Path): { readonly value: unknown; readonly faults: readonly Fault[] };
  /** Where the key at this path stands, or else the nearest key above it. */
  locate(path: Path, part: "key" | "value"): Position;
}

export interface Fault extends Position {
  readonly reason: string;
}

const MAX_DEPTH = 32;

/** Reads hostile text: never throws, never expands an alias, keeps every position. */
export function readDocument(text: string): StackDocument {
  const lines = new LineCounter();
  const where = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (isTooDeep(text)) return broken("it nests lists or keys too deep to be a stack file");
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: "error",
    uniqueKeys: false,
  });
  const errors = doc.errors.map((error) => ({ at: error.pos[0], reason: inWords(error) }));
  const fault = (found: { at: number; reason: string }): Fault =>
    Object.assign(where(found.at), { reason: found.reason });
  return {
    faults: [...errors, ...misleadingKeys(doc)].map(fault),
    keysAt: (path) => keysOf(nodeAt(doc, path)),
    valueAt: (path) => {
      const faults: Fault[] = [];
      const refuse = (node: ParsedNode, reason: string) =>
        faults.push({ ...where(node.range[0]), reason });
      return { value: plain(nodeAt(doc, path), refuse), faults };
    },
    locate: (path, part) => where(offsetOf(doc, path, part)),
  };
}

function broken(reason: string): StackDocument {
  return {
    faults: [{ line: 1, column: 1, reason }],
    keysAt: () => [],
    valueAt: () => ({ value: undefined, faults: [] }),
    locate: () => ({ line: 1, column: 1 }),
  };
}

// The YAML reader works recursively: nesting is bounded before it sees the text. Brackets inside
// quotes count too, which no stack file of ours comes near.
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === "[" || char === "{") depth += 1;
    else if (char === "]" || char === "}") depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return true;
  }
  return /^[ \t]*(?:[-?:][ \t]+){33}|^ {256}/m.test(text);
}

function inWords(error: { readonly code: string; readonly message: string }): string {
  if (error.code === "NON_STRING_KEY") return "this key is no plain text";
  if (error.code === "MULTIPLE_DOCS") return "the file holds more than one YAML document";
  if (error.code === "TAB_AS_INDENT") return "a tab is used to indent; YAML wants spaces";
  return error.message.split("\n", 1)[0] ?? error.code;
}

/** Keys that make the file mean something else than it shows. Linear, which `uniqueKeys` is not. */
function misleadingKeys(doc: Document.Parsed): { at: number; reason: string }[] {
  const found: { at: number; reason: string }[] = [];
  visit(doc, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const at = key.range?.[0] ?? 0;
        if (seen.has(key.value)) found.push({ at, reason: "this key stands twice in the file" });
        if (key.value === "<<" && key.type === "PLAIN")
          found.push({ at, reason: "a merge key adds keys that the file does not show" });
        seen.add(key.value);
      }
    },
  });
  return found;
}

function nodeAt(doc: Document.Parsed, path: Path): ParsedNode | undefined {
  let node: unknown = doc.contents;
  for (const step of path) {
    if (isMap(node))
      node = node.items.find(({ key }) => isScalar(key) && key.value === step)?.value;
    else if (isSeq(node) && typeof step === "number") node = node.items[step];
    else return undefined;
  }
  return (node ?? undefined) as ParsedNode | undefined;
}

function keysOf(node: ParsedNode | undefined): string[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
}

function plain(
  node: ParsedNode | undefined,
  refuse: (node: ParsedNode, reason: string) => void,
): unknown {
  if (node === undefined) return undefined;
  if (isAlias(node)) return void refuse(node, "an alias stands for a value written elsewhere");
  if (
    node.tag !== undefined &&
    !/^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/.test(node.tag)
  )
    return void refuse(node, "a tag changes what this value means");
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => plain(item, refuse));
  if (!isMap(node)) return undefined;
  return Object.fromEntries(
    node.items.map(({ key, value }) => [
      isScalar(key) ? String(key.value) : "",
      plain(value ?? undefined, refuse),
    ]),
  );
}

function offsetOf(doc: Document.Parsed, path: Path, part: "key" | "value"): number {
  const last = path.at(-1);
  if (last === undefined) return doc.contents?.range[0] ?? 0;
  const parent = nodeAt(doc, path.slice(0, -1));
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === last)
    : undefined;
  const key = pair?.key.range[0];
  const value = nodeAt(doc, path)?.range[0];
  const own = part === "key" ? (key ?? value) : (value ?? key);
  return own ?? offsetOf(doc, path.slice(0, -1), "key");
}
