import type { StackDocument } from "../config/document.ts";
import { loadDocument } from "../config/load.ts";
import { NAMESPACE } from "../config/schema.ts";
import type { HostSchemas } from "../config/schema.ts";
import { MailDnsError } from "../core/errors.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import type { PartName } from "../core/plan/schema.ts";

/** The keys of a stack file without their prefix: `{ host: "zonefile", zonefile: { file: ... } }`. */
export type StackKeys = Readonly<Record<string, unknown>>;

/**
 * The config of one domain from keys that came through Pulumi's engine, checked as a stack file is.
 * Throws `config` with every fault.
 */
export function configOf(domain: string, keys: StackKeys, hosts: HostSchemas): DomainConfig {
  const source = { name: domain, file: `MailDomain ${domain}` };
  const loaded = loadDocument(documentOf({ ...keys, domain }), source, hosts);
  if ("config" in loaded) return loaded.config;
  const faults = loaded.findings.map(({ message, help }) =>
    [message, help].filter(Boolean).join(". "),
  );
  throw new MailDnsError("config", faults.join("\n"), { domain });
}

/**
 * Whether the host's own resource writes this record. Our resource stays beside it: it refuses what
 * our rules refuse, remembers what was there before us, and takes out only ours in the end.
 */
export function isNative(part: PartName, { records, dkim, retire }: DomainConfig): boolean {
  return part === "dkim" && records === "native" && dkim && !retire;
}

/** A stack file that was never text, so that nobody has to load a YAML reader for it. */
function documentOf(keys: StackKeys): StackDocument {
  const config = new Map(Object.entries(keys).map(([key, value]) => [NAMESPACE + key, value]));
  return {
    faults: [],
    keysAt: ([first]) => (first === "config" ? [...config.keys()] : ["config"]),
    valueAt: ([, key = ""]) => ({ value: config.get(String(key)), faults: [] }),
    locate: () => ({ line: 1, column: 1 }),
  };
}

/** The same domain with one record only: each Pulumi resource plans and writes its own. */
export function only(part: PartName, config: DomainConfig): DomainConfig {
  return {
    ...config,
    ...(part !== "spf" && { spf: { off: true } }),
    ...(part !== "dkim" && { dkim: false }),
    ...(part !== "dmarc" && { dmarc: "off" }),
  };
}
