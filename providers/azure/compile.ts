import type { DomainName } from "../../src/core/dns/name.ts";
import type { Snapshot } from "../../src/core/dns/rrset.ts";
import { splitTxt } from "../../src/core/dns/txt.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import { checkOps } from "../../src/core/plan/check-ops.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Call } from "../../src/ports/dns-provider.ts";
import { octetsOf, pathOf, type RecordSet } from "./records.ts";

/** What a call sends, and which ops its answer is held against. */
export interface Body {
  readonly ops: readonly Op[];
  readonly headers: { readonly "If-Match": string } | { readonly "If-None-Match": "*" };
  readonly json?: { readonly properties: object };
}

/** A new record set's, where the plan leaves it to the host. */
const DEFAULT_TTL = 3600;

/** One call for each record set: all its values go again, with its TTL and metadata. */
export function compileSets(ops: readonly Op[], snapshot: Snapshot): readonly Call[] {
  checkOps(ops, snapshot);
  const indexed = ops.map((op, index) => ({ op, index }));
  const groups = Map.groupBy(indexed, ({ op }) => `${op.name} ${op.type}`);
  return [...groups.values()].map((group) => callFor(group, snapshot));
}

interface Indexed {
  readonly op: Op;
  readonly index: number;
}

function callFor(group: readonly Indexed[], snapshot: Snapshot): Call {
  const ops = group.map(({ op }) => op);
  const indexes = group.map(({ index }) => index);
  const { name, type } = ops[0] as Op;
  const found = setAt(snapshot, name as DomainName, type);
  const target = pathOf(snapshot.zone, name as DomainName, type);
  if (found?.alias !== undefined) throw heldByAlias(found);
  const after = recordsAfter(ops, found);
  const headers = found === undefined ? IF_NEW : { "If-Match": found.etag };
  const what = `the record set ${type} of ${name}`;
  if (after.length === 0) {
    const body: Body = { ops, headers };
    return { ops: indexes, summary: `delete ${what}`, method: "DELETE", target, body };
  }
  const properties = {
    TTL: found?.ttl ?? ttlOf(ops[0] as Op),
    ...(found?.metadata !== undefined && { metadata: found.metadata }),
    ...(type === "TXT"
      ? { TXTRecords: after.map((value) => ({ value })) }
      : { CNAMERecord: { cname: after[0]?.[0] } }),
  };
  const body: Body = { ops, headers, json: { properties } };
  const verb = found === undefined ? "create" : "replace";
  const summary = `${verb} ${what} (${after.length} values)`;
  return { ops: indexes, summary, method: "PUT", target, body };
}

const IF_NEW = { "If-None-Match": "*" } as const;

export function setAt(snapshot: Snapshot, name: DomainName, type: string): RecordSet | undefined {
  return setsOf(snapshot).find((set) => set.name === name && set.type === type);
}

export function setsOf({ native }: Snapshot): readonly RecordSet[] {
  return native as readonly RecordSet[];
}

/** Each record's strings. What is not changed stays as it is, cut where it was cut. */
export function recordsAfter(
  ops: readonly Op[],
  found: RecordSet | undefined,
): readonly (readonly string[])[] {
  const isText = ops[0]?.type === "TXT";
  const old = isText ? found?.texts : found?.values.map((value) => [value]);
  let records = old ?? [];
  for (const { before, after } of ops) {
    const added = after === null ? [] : [isText ? stringsOf(after) : [after]];
    const isOld = (strings: readonly string[]): boolean =>
      before !== null && (isText ? octetsOf(strings) : strings[0]) === before;
    records = records.some(isOld)
      ? records.flatMap((strings) => (isOld(strings) ? added : [strings]))
      : records.concat(added);
  }
  return records;
}

/** Azure does not say how it takes other octets, so none is sent. */
const PRINTABLE = /^[\x20-\x7e]*$/;

export function isSendable(value: string): boolean {
  return PRINTABLE.test(value);
}

function stringsOf(value: string): readonly string[] {
  if (isSendable(value)) return splitTxt(value);
  throw new MailDnsError("invalid-input", "Azure DNS takes only printable ASCII in a TXT value.");
}

function ttlOf({ ttl }: Op): number {
  return ttl === "default" ? DEFAULT_TTL : Math.max(ttl, 1);
}

function heldByAlias({ name, type, alias }: RecordSet): MailDnsError {
  return new MailDnsError("protected", `The ${type} of ${name} is an alias of ${alias}.`, {
    help: "Remove the alias in Azure first, if it is not needed.",
  });
}
