import * as v from "valibot";
import { isWithin } from "../core/dns/name.ts";
import type { DomainName } from "../core/dns/name.ts";
import type { DomainConfig, SpfConfig } from "../core/plan/desired.ts";
import { contradictions } from "./contradictions.ts";
import { readDomain } from "./domain.ts";
import { complaintOf, inWords } from "./issues.ts";
import type { Complaint } from "./issues.ts";
import { NAMESPACE } from "./schema.ts";
import type { HostSchemas, Values } from "./schema.ts";
import { termComplaints } from "./term.ts";

export type Built =
  | { readonly config: DomainConfig }
  | { readonly complaints: readonly Complaint[] };

interface Names {
  readonly domain: DomainName;
  readonly written?: string;
  readonly zone?: DomainName;
  readonly spf: DomainName;
}

/**
 * The config that valid keys and values add up to, or what the schema could not see: names, terms,
 * the host's own options, keys that contradict each other. `stack` is the file's stack name.
 */
export function buildConfig(
  values: Values,
  { name: stack, file }: { readonly name: string; readonly file: string },
  hosts: HostSchemas,
): Built {
  const names = readNames(values, stack);
  const options = readOptions(values, hosts);
  const complaints = [
    ...("complaints" in names ? names.complaints : zoneComplaints(names)),
    ...("complaints" in options ? options.complaints : []),
    ...termComplaints(values[`${NAMESPACE}spf`].terms),
    ...contradictions(values),
  ];
  if (complaints.length > 0 || "complaints" in names || "complaints" in options)
    return { complaints };
  const { domain, written, zone, spf } = names;
  const account = values[`${NAMESPACE}account`];
  const config: DomainConfig = {
    domain,
    ...(written !== undefined && { writtenDomain: written }),
    host: values[`${NAMESPACE}host`],
    hostOptions: options.value,
    ...(account !== undefined && { account }),
    ...(zone !== undefined && { zone }),
    spf: spfConfig(values, spf),
    dkim: values[`${NAMESPACE}dkim`],
    dmarc: values[`${NAMESPACE}dmarc`],
    records: values[`${NAMESPACE}records`],
    odoo: odooConfig(values),
    accept: values[`${NAMESPACE}accept`],
    retire: values[`${NAMESPACE}retire`],
    file,
  };
  return { config };
}

function readNames(
  values: Values,
  stack: string,
): Names | { readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const read = (written: string, ...path: string[]) => {
    const result = readDomain(written);
    if ("domain" in result) return result;
    const words = { ...result, value: inWords(written) };
    complaints.push({ rule: "config/domain", path, part: "value", words });
    return undefined;
  };
  const zoneKey = values[`${NAMESPACE}zone`];
  const envelope = values[`${NAMESPACE}spf`].domain;
  const domain = read(values[`${NAMESPACE}domain`] ?? stack, `${NAMESPACE}domain`);
  const zone = zoneKey === undefined ? undefined : read(zoneKey, `${NAMESPACE}zone`);
  const spf = envelope === undefined ? domain : read(envelope, `${NAMESPACE}spf`, "domain");
  if (domain === undefined || spf === undefined || complaints.length > 0) return { complaints };
  return {
    domain: domain.domain,
    ...(domain.written !== undefined && { written: domain.written }),
    ...(zone !== undefined && { zone: zone.domain }),
    spf: spf.domain,
  };
}

function zoneComplaints({ domain, zone }: Names): readonly Complaint[] {
  if (zone === undefined || isWithin(domain, zone)) return [];
  const words = {
    key: `${NAMESPACE}zone`,
    reason: `is ${zone}, which does not hold ${domain}`,
    fix: "Name a zone that the domain lies in, or leave the key out: the zone is then looked up.",
  };
  return [{ rule: "config/contradiction", path: [`${NAMESPACE}zone`], part: "value", words }];
}

/** The chosen host's options; a host that has required ones and got none names the first. */
function readOptions(
  values: Values,
  hosts: HostSchemas,
): { readonly value: unknown } | { readonly complaints: readonly Complaint[] } {
  const key = `${NAMESPACE}${values[`${NAMESPACE}host`]}`;
  const schema = hosts[values[`${NAMESPACE}host`]]?.options ?? v.unknown();
  const given = (values as Readonly<Record<string, unknown>>)[key];
  const result = v.safeParse(schema, given ?? {});
  if (result.success) return { value: result.output };
  return { complaints: result.issues.map((issue) => complaintOf(issue, schema, [key])) };
}

function spfConfig(values: Values, domain: DomainName): SpfConfig {
  const { off, terms, placement, join, all } = values[`${NAMESPACE}spf`];
  if (off) return { off };
  return { off, domain, terms, placement, ...(join && all !== undefined && { join: { all } }) };
}

function odooConfig(values: Values): DomainConfig["odoo"] {
  const { hosting, version } = values[`${NAMESPACE}odoo`];
  return { hosting: hosting ?? "unknown", ...(version !== undefined && { version }) };
}
