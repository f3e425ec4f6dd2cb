import * as v from "valibot";
import type { GenericSchema } from "valibot";
import type { Finding } from "../core/findings/finding.ts";
import { findingOf } from "../core/findings/rule.ts";
import type { Subject, Words } from "../core/findings/rule.ts";
import { configRules } from "../core/findings/rules/config.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import { buildConfig } from "./build.ts";
import type { Built } from "./build.ts";
import type { Fault, Path, Position, StackDocument } from "./document.ts";
import { complaintOf, unknownKey } from "./issues.ts";
import type { Complaint } from "./issues.ts";
import { configSchema, NAMESPACE } from "./schema.ts";
import type { HostSchemas } from "./schema.ts";
import { suggest } from "./suggest.ts";

/** Where in which stack file. */
export interface Place extends Position {
  readonly file: string;
}

export type LoadedStack = {
  readonly config: DomainConfig;
  /** Where a key of ours (`host`, `spf.domain`) stands, or else the nearest key above it. */
  readonly locate: (key: string) => Place;
};

/** A stack file's config, or everything that is wrong with it, at file:line:column. */
export type Load = LoadedStack | { readonly findings: readonly Finding[] };

/** `name` is the stack's (`mycompany.com`), `file` the path as a person would type it. */
export interface StackPlace {
  readonly name: string;
  readonly file: string;
}

const MAX_FAULTS = 3;

/** Validates what a stack file says. Never throws for it. */
export function loadDocument(doc: StackDocument, source: StackPlace, hosts: HostSchemas): Load {
  const schema = configSchema(hosts);
  const read = doc.faults.length > 0 ? undefined : readValues(doc, Object.keys(schema.entries));
  const faults = [...doc.faults, ...(read?.faults ?? [])].slice(0, MAX_FAULTS);
  if (read === undefined || faults.length > 0)
    return { findings: faults.map((fault) => yamlFinding(source, fault)) };
  const checked = v.safeParse(schema, read.values);
  const complaints = [...read.complaints, ...issuesOf(checked, schema)];
  const built: Built =
    checked.success && complaints.length === 0
      ? buildConfig(checked.output, source, hosts)
      : { complaints };
  const at = (path: Path, part: "key" | "value"): Place => placed(source, doc.locate(path, part));
  if ("config" in built) return { config: built.config, locate: locatorIn(doc, source) };
  const findings = built.complaints.map(({ rule, path, part, words }) =>
    withPlace(configFinding(rule, source.name, words), at(inFile(path), part)),
  );
  return { findings: findings.sort(byPlace) };
}

export function locatorIn(doc: StackDocument, source: StackPlace): LoadedStack["locate"] {
  return (key) => placed(source, doc.locate(pathOf(key), "key"));
}

function byPlace({ at: a }: Finding, { at: b }: Finding): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** A finding about a stack file. Its domain is the stack's name, which may be none. */
export function configFinding(
  rule: keyof typeof configRules,
  stack: string,
  words: Words,
): Finding {
  return findingOf(rule, configRules[rule], { domain: stack as Subject["domain"] }, words);
}

export function withPlace(finding: Finding, at: Place): Finding {
  return { ...finding, at };
}

function yamlFinding(source: StackPlace, fault: Fault): Finding {
  const finding = configFinding("config/yaml", source.name, { reason: fault.reason });
  return withPlace(finding, placed(source, fault));
}

function placed({ file }: StackPlace, { line, column }: Position): Place {
  return { file, line, column };
}

/** Complaints give paths below `config:`, or with an empty first step below the file itself. */
function inFile(path: Path): Path {
  return path[0] === "" ? path.slice(1) : ["config", ...path];
}

function pathOf(key: string): Path {
  const [first = "", ...rest] = key.split(".");
  return ["config", `${NAMESPACE}${first}`, ...rest];
}

/** Our values out of the document, and complaints about keys that were probably meant to be ours. */
function readValues(doc: StackDocument, known: readonly string[]) {
  const keys = doc.keysAt(["config"]);
  const ours = keys.filter((key) => key.startsWith(NAMESPACE));
  const read = ours.map((key) => ({ key, data: doc.valueAt(["config", key]) }));
  const strays = keys.filter((key) => !ours.includes(key) && isMeantForUs(key, known));
  const top = doc.keysAt([]).filter((key) => key !== "config" && isMeantForUs(key, known));
  return {
    values: Object.fromEntries(read.map(({ key, data }) => [key, meant(data.value)])),
    faults: read.flatMap(({ data }) => data.faults),
    complaints: [
      ...strays.map((key) => unknownKey([key], known)),
      ...top.map((key) => misplacedKey(key, known)),
    ],
  };
}

/** The value of a top key as its author wrote it: Pulumi puts true and false in quotes on saving. */
export function meant(value: unknown): unknown {
  if (value === "true") return true;
  return value === "false" ? false : value;
}

function misplacedKey(key: string, known: readonly string[]): Complaint {
  const words = {
    key: `${key} outside of config:`,
    keys: known,
    suggestion: "to put it below config:",
  };
  return { rule: "config/unknown-key", path: ["", key], part: "key", words };
}

/** Pulumi's keys and other programs' pass; a bare, misplaced or misspelt one of ours does not. */
function isMeantForUs(key: string, known: readonly string[]): boolean {
  if (key.startsWith(NAMESPACE)) return true;
  if (!key.includes(":")) return known.includes(`${NAMESPACE}${key}`);
  const [namespace = "", ...rest] = key.split(":");
  const isNear = suggest(namespace, [NAMESPACE.slice(0, -1)]) !== undefined;
  return isNear && suggest(`${NAMESPACE}${rest.join(":")}`, known) !== undefined;
}

function issuesOf(
  result: v.SafeParseResult<ReturnType<typeof configSchema>>,
  schema: GenericSchema,
): readonly Complaint[] {
  return (result.issues ?? []).map((issue) => complaintOf(issue, schema));
}
