import { loadStack } from "../config/load.ts";
import { NAMESPACE } from "../config/schema.ts";
import type { HostSchemas } from "../config/schema.ts";
import { type Finding } from "../core/findings/finding.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import type { PartName } from "../core/plan/schema.ts";

/** JSON data, as inputs and state hold it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The keys of a stack file without their prefix: `{ host: "zonefile", zonefile: { file: ... } }`. */
export type StackKeys = Readonly<Record<string, Json>>;

/** A config, or by key what is wrong with it. */
export type ReadKeys =
  | { readonly config: DomainConfig }
  | { readonly faults: readonly { readonly key: string; readonly finding: Finding }[] };

/** Keys that say nothing about one part, so that a change of them is no change of its resource. */
const ELSEWHERE: Readonly<Record<PartName, readonly string[]>> = {
  spf: ["dkim", "dmarc"],
  dkim: ["spf", "dmarc", "odoo"],
  dmarc: ["spf", "odoo"],
};

/** The config of one domain from keys that came through Pulumi, checked as a stack file is. */
export function readKeys(keys: StackKeys, hosts: HostSchemas): ReadKeys {
  const names = Object.keys(keys);
  // JSON is YAML, so what reads stack files reads this too; a line a key tells which one is meant.
  const lines = names.map(
    (key) => `${JSON.stringify(NAMESPACE + key)}: ${JSON.stringify(keys[key])}`,
  );
  const text = `{"config": {\n${lines.join(",\n")}\n}}`;
  const domain = typeof keys["domain"] === "string" ? keys["domain"] : "";
  const loaded = loadStack({ name: domain, file: `MailDomain ${domain}`, text }, hosts);
  if ("config" in loaded) return loaded;
  return {
    faults: loaded.findings.map((finding) => {
      return { key: names[(finding.at?.line ?? 0) - 2] ?? "domain", finding };
    }),
  };
}

/** The keys that one part's resource is given. */
export function keysFor(part: PartName, keys: StackKeys): StackKeys {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => !ELSEWHERE[part].includes(key)));
}

/** The same domain with one record only. DMARC's verdict depends on DKIM, so that stays with it. */
export function only(part: PartName, config: DomainConfig): DomainConfig {
  return {
    ...config,
    ...(part !== "spf" && { spf: { off: true } }),
    ...(part === "spf" && { dkim: false }),
    ...(part !== "dmarc" && { dmarc: "off" }),
  };
}

/** Whether a config leaves a part alone. */
export function isOff(part: PartName, { spf, dkim, dmarc }: DomainConfig): boolean {
  return { spf: spf.off, dkim: !dkim, dmarc: dmarc === "off" }[part];
}

/** Provider configuration is text: what is no text itself is written as JSON, as Pulumi does it. */
export function printKeys(keys: StackKeys): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Back from text: lists, groups and booleans are JSON, all else is text. */
export function parseKeys(texts: Readonly<Record<string, string>>): StackKeys {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, parseValue(text)]));
}

function parseValue(text: string): Json {
  if (!/^(?:[[{]|true$|false$)/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
