import { type DomainName, isWithin, parseName } from "../dns/name.ts";
import { rrsetsAt, type Snapshot } from "../dns/rrset.ts";
import { isOctets, splitTxt } from "../dns/txt.ts";
import { MailDnsError } from "../errors.ts";
import type { Op } from "./schema.ts";

const MAX_DATA_OCTETS = 65_535;
const MAX_TTL = 0x7fff_ffff;

/**
 * What no DNS host may be asked for, whatever it would answer. Throws `invalid-input` for data that
 * no zone can hold, `conflict` where a CNAME would stand beside other records: some hosts store that
 * without a word, and some name servers then refuse the whole zone.
 */
export function checkOps(ops: readonly Op[], snapshot: Snapshot): void {
  for (const op of ops) checkOp(op, snapshot);
  checkAliases(ops, snapshot);
}

function checkOp(op: Op, { zone }: Snapshot): void {
  const name = parseName(op.name);
  if (name !== op.name || !isWithin(name, zone.apex)) {
    throw invalid(`${op.name} does not lie in the zone ${zone.apex}.`);
  }
  if (op.ttl !== "default" && !(Number.isInteger(op.ttl) && op.ttl >= 0 && op.ttl <= MAX_TTL)) {
    throw invalid(`The TTL for ${op.name} is not a number of seconds from 0 to ${MAX_TTL}.`);
  }
  if (op.type === "CNAME" && name === zone.apex) {
    throw new MailDnsError("conflict", `A CNAME can't stand at the zone's own name, ${op.name}.`);
  }
  if (op.after === null) return;
  if (op.type === "CNAME" && parseName(op.after) !== op.after) {
    throw invalid(`The CNAME target for ${op.name} is no domain name.`);
  }
  const isText = op.type === "TXT" && isOctets(op.after);
  if (op.type === "TXT" && (!isText || octetsOf(op.after) > MAX_DATA_OCTETS)) {
    throw invalid(`The TXT value for ${op.name} is too long, or holds more than octets.`);
  }
}

function octetsOf(text: string): number {
  return splitTxt(text).reduce((sum, string) => sum + string.length + 1, 0);
}

function checkAliases(ops: readonly Op[], snapshot: Snapshot): void {
  for (const name of new Set(ops.map((op) => op.name))) {
    const at = ops.filter((op) => op.name === name);
    const types = new Map(
      rrsetsAt(snapshot, name as DomainName).map(({ type, values }) => [type, new Set(values)]),
    );
    for (const { type, before, after } of at) {
      const values = types.get(type) ?? new Set();
      if (before !== null) values.delete(before);
      if (after !== null) values.add(after);
      types.set(type, values);
    }
    const left = [...types].filter(([, values]) => values.size > 0);
    const aliases = types.get("CNAME")?.size ?? 0;
    if (aliases > 1 || (aliases === 1 && left.length > 1)) {
      throw new MailDnsError("conflict", `At ${name} a CNAME would stand beside another record.`, {
        help: "A name with a CNAME can hold nothing else; remove one of the two first.",
      });
    }
  }
}

function invalid(message: string): MailDnsError {
  return new MailDnsError("invalid-input", message);
}
