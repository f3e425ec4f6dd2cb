import { splitTxt } from "../dns/txt.ts";
import type { Finding } from "../findings/finding.ts";
import { finding } from "../findings/rules.ts";
import type { PlanInput } from "./desired.ts";
import { valuesOf } from "./place.ts";
import { type SpfSite, valuesAfter } from "./spf-site.ts";
import type { Op } from "./schema.ts";

/** RFC 7208 3.4: what fits into a plain UDP answer with room to spare. */
const SAFE_OCTETS = 450;
/** RFC 1035 3.2.1: RDLENGTH has 16 bits. */
const MAX_RDATA_OCTETS = 65_535;

/** Rows 38 to 40: the one value that changes, and the whole answer that it travels in. */
export function sizeFindings(
  site: SpfSite,
  ops: readonly Op[],
  input: PlanInput,
): readonly Finding[] {
  const { name } = site.place;
  const subject = { domain: input.config.domain, name };
  const now = valuesOf(site.place, "TXT");
  const before = answerOctets(name, now);
  const after = answerOctets(name, valuesAfter(now, ops));
  const findings = ops.flatMap((op) => (op.after === null ? [] : tooLong(op.after, site, input)));
  if (after <= SAFE_OCTETS || after <= before) return findings;
  return [...findings, finding("spf/size", subject, { name, before, after })];
}

function tooLong(value: string, site: SpfSite, input: PlanInput): readonly Finding[] {
  const { name } = site.place;
  const limit = input.host.maxTxtOctets ?? MAX_RDATA_OCTETS;
  const octets = input.host.maxTxtOctets === null ? rdataOctets(value) : value.length;
  if (octets <= limit) return [];
  const host = input.hostTitle ?? "this DNS host";
  const subject = { domain: input.config.domain, name };
  return [finding("spf/length", subject, { name, octets, limit, host })];
}

/** Name and TXT values, as row 39 counts them; headers come on top for every answer alike. */
function answerOctets(name: string, values: readonly string[]): number {
  return values.reduce((sum, value) => sum + rdataOctets(value), name.length);
}

/** Each character-string has a length octet (RFC 1035 3.3). */
function rdataOctets(value: string): number {
  return value.length + splitTxt(value).length;
}
