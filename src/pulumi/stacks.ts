import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hosts } from "../../providers/index.ts";
import { loadFolder, type Stack } from "../config/folder.ts";
import { stackKeys } from "../config/keys.ts";
import { placedLines } from "../render/findings.ts";
import type { MailDomainArgs } from "./component.ts";

/** The logical name of the component in every stack of this project. It never changes. */
export const COMPONENT = "mail-domain";

/** What a stack file declares, or everything that is wrong with it, as text for people. */
export type Declared =
  | { readonly name: string; readonly args: MailDomainArgs }
  | { readonly name: string; readonly problem: string };

/**
 * Every stack of the project by its file, neighbours included: two that keep the same record are
 * both wrong, and each names the other.
 */
export function readStacks(projectFolder: string): readonly Declared[] {
  return load(projectFolder).map((stack) => declared(projectFolder, stack));
}

/** One of them, by its name. */
export function readStack(projectFolder: string, name: string): Declared | undefined {
  const stack = load(projectFolder).find((one) => one.name === name);
  return stack && declared(projectFolder, stack);
}

function load(projectFolder: string): readonly Stack[] {
  return loadFolder(join(projectFolder, "stacks"), "stacks", hosts).stacks;
}

function declared(projectFolder: string, stack: Stack): Declared {
  const { name } = stack;
  if ("findings" in stack) return { name, problem: stack.findings.flatMap(placedLines).join("\n") };
  const keys = stackKeys(readFileSync(join(projectFolder, stack.file), "utf8"));
  const { domain, host } = stack.config;
  return { name, args: { ...keys, domain, host } };
}
