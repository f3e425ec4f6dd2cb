import { isWithin, parseName, type DomainName } from "../../src/core/dns/name.ts";
import { findRRset, rrsetsAt, type Snapshot } from "../../src/core/dns/rrset.ts";
import { isOctets, splitTxt } from "../../src/core/dns/txt.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Call } from "../../src/ports/dns-provider.ts";

const MAX_DATA_OCTETS = 65_535;
const MAX_TTL = 0x7fff_ffff;

/**
 * All ops in one call, because a file is replaced as a whole. Throws `invalid-input` for data that
 * no zone can hold, `conflict` where a CNAME would stand beside other records: the name server would
 * then refuse the zone, and every name in it would be gone.
 */
export function compileEdit(ops: readonly Op[], snapshot: Snapshot): readonly Call[] {
  if (ops.length === 0) return [];
  ops.forEach((op) => checkOp(op, snapshot));
  checkAliases(ops, snapshot);
  const target = snapshot.zone.nativeId;
  return [
    {
      ops: ops.map((_, index) => index),
      summary: `edit ${target}: ${ops.map(wordsOf).join(", ")}, raise the serial`,
      method: "edit file",
      target,
      body: { ops },
    },
  ];
}

function wordsOf({ kind, name, type }: Op): string {
  const verbs = {
    "create-rrset": "add",
    "add-value": "add",
    "replace-value": "change",
    "remove-value": "remove",
  };
  return `${verbs[kind]} ${name} ${type}`;
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

/** The ops of a call that `compileEdit` made. */
export function opsOf(calls: readonly Call[]): readonly Op[] {
  return calls.flatMap((call) => (call.body as { readonly ops: readonly Op[] }).ops);
}

/** What the ops want: is it so already (`done`), still as planned (`same`), or something else? */
export function compare(
  ops: readonly Op[],
  planned: Snapshot,
  current: Snapshot,
): "done" | "same" | "changed" {
  const isDone = ops.every(({ name, type, before, after }) => {
    const values = findRRset(current, name as DomainName, type)?.values ?? [];
    return (
      (before === null || !values.includes(before)) && (after === null || values.includes(after))
    );
  });
  if (isDone) return "done";
  const isSame = ops.every(({ name }) => linesAt(planned, name) === linesAt(current, name));
  return isSame ? "same" : "changed";
}

function linesAt(snapshot: Snapshot, name: string): string {
  const rrsets = rrsetsAt(snapshot, name as DomainName).filter(({ type }) => type !== "SOA");
  return JSON.stringify(
    rrsets.map(({ type, ttl, values }) => [type, ttl, [...values].sort()]).sort(),
  );
}
