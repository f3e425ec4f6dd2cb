import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import type { Finding } from "../core/findings/finding.ts";
import type { Words } from "../core/findings/rule.ts";
import { loadStack } from "./load-stack.ts";
import { configFinding } from "./load.ts";
import type { LoadedStack } from "./load.ts";
import { ownershipFindings } from "./owners.ts";
import type { HostSchemas } from "./schema.ts";

/** One stack file of a folder: its stack's name, and its config or what is wrong with it. */
export type Stack = { readonly name: string; readonly file: string } & (
  | LoadedStack
  | { readonly findings: readonly Finding[] }
);

export interface StackFolder {
  readonly stacks: readonly Stack[];
  /** Files that look like a stack file and are none. */
  readonly findings: readonly Finding[];
}

const MAX_OCTETS = 256 * 1024;
const STACK_FILE = /^Pulumi\.([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)\.yaml$/;

/**
 * Reads every stack file in the folder. A file that is wrong keeps its findings to itself; files
 * that claim one record have a finding each. `shown` is the folder as a person would type it.
 */
export function loadFolder(folder: string, shown: string, hosts: HostSchemas): StackFolder {
  const names = readdirSync(folder).sort();
  const stacks = names.flatMap((fileName): Stack[] => {
    const name = STACK_FILE.exec(fileName)?.[1];
    return name === undefined
      ? []
      : [loadFile(folder, { name, file: join(shown, fileName) }, hosts)];
  });
  const odd = names.filter((name) => !STACK_FILE.test(name) && /^pulumi\..+\.ya?ml$/i.test(name));
  return {
    stacks: withOwners(stacks),
    findings: odd.map((name) => oddName(join(shown, name), name)),
  };
}

function loadFile(
  folder: string,
  stack: { readonly name: string; readonly file: string },
  hosts: HostSchemas,
): Stack {
  const text = readBounded(folder, stack.file.split(sep).at(-1) ?? "");
  if ("text" in text) return { ...stack, ...loadStack({ ...stack, ...text }, hosts) };
  return { ...stack, findings: [fileFinding(stack, { reason: text.reason })] };
}

function fileFinding(stack: { name: string; file: string }, words: Words): Finding {
  const finding = configFinding("config/file", stack.name, { file: stack.file, ...words });
  return { ...finding, at: { file: stack.file, line: 1, column: 1 } };
}

function oddName(file: string, name: string): Finding {
  const better = name
    .toLowerCase()
    .replace(/^pulumi/, "Pulumi")
    .replace(/\.yml$/, ".yaml");
  const hint = STACK_FILE.test(better) ? { suggestion: better } : {};
  const finding = configFinding("config/file-name", name, { file, ...hint });
  return { ...finding, at: { file, line: 1, column: 1 } };
}

function withOwners(stacks: readonly Stack[]): readonly Stack[] {
  const loaded = stacks.filter((stack) => "config" in stack);
  const findings = ownershipFindings(loaded);
  return stacks.map((stack) => {
    const own = findings.filter(({ at }) => at?.file === stack.file);
    return own.length === 0 ? stack : { name: stack.name, file: stack.file, findings: own };
  });
}

/** The file's text, or why it is not read. No link leads out, no pipe is waited for. */
function readBounded(folder: string, fileName: string): { text: string } | { reason: string } {
  try {
    const real = realpathSync(join(folder, fileName));
    const inside = relative(realpathSync(folder), real);
    if (inside.startsWith("..") || inside.startsWith(sep))
      return { reason: "is a link that leads out of the stacks folder" };
    return readRegular(real);
  } catch (error) {
    return { reason: `can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})` };
  }
}

function readRegular(path: string): { text: string } | { reason: string } {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) return { reason: "is no regular file" };
    const octets = Buffer.alloc(MAX_OCTETS + 1);
    let length = 0;
    for (let count = 1; count > 0 && length <= MAX_OCTETS; length += count)
      count = readSync(file, octets, length, octets.length - length, null);
    if (length > MAX_OCTETS) return { reason: "is over 256 KiB, which no stack file needs" };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(octets.subarray(0, length)) };
  } catch (error) {
    if (error instanceof TypeError) return { reason: "is not UTF-8 text" };
    throw error;
  } finally {
    closeSync(file);
  }
}
