import type { Snapshot } from "../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import { checkOps } from "../../src/core/plan/check-ops.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Call } from "../../src/ports/dns-provider.ts";
import type { Changes, NewRecord } from "./api.ts";
import type { ZoneRecord } from "./records.ts";
import { readText, writeText } from "./text.ts";

type Change = Pick<Op, "name" | "type" | "before" | "after" | "ttl">;

/** Characters of one TXT record as it is sent, and of all at one name (verified 2026-12-01). */
const MAX_CONTENT = 2048;
const AUTOMATIC_TTL = 1;
/** Seconds; the least is for Enterprise zones, 60 otherwise. */
const TTL = { min: 30, max: 86_400 };

/** The records that a snapshot of ours carries for `compile`. */
export function nativeOf(snapshot: Snapshot): readonly ZoneRecord[] {
  return (snapshot.native ?? []) as readonly ZoneRecord[];
}

export function changesOf(call: Call): Changes {
  return call.body as Changes;
}

/**
 * One call a name; they are sent together, in one batch. An edit is a PATCH of the content alone:
 * id, TTL, comment, tags and settings of the record stay.
 */
export function compileBatches(ops: readonly Op[], snapshot: Snapshot): readonly Call[] {
  checkOps(ops, snapshot);
  const indexed = ops.map((op, index) => ({ op, index }));
  const byName = Map.groupBy(indexed, ({ op }) => op.name);
  return [...byName].map(([name, at]) => {
    const own = at.map(({ op }) => op);
    return {
      ops: at.map(({ index }) => index),
      summary: `${own.map(wordsOf).join(", ")} at ${name}, in one batch`,
      method: "POST",
      target: `/zones/${snapshot.zone.nativeId}/dns_records/batch`,
      body: changesFor(own, nativeOf(snapshot)),
    };
  });
}

function wordsOf({ type, before, after }: Op): string {
  const verb = before === null ? "add" : after === null ? "delete" : "edit";
  return `${verb} a ${type} record`;
}

/** Deletes come first, so that a CNAME may follow upon what stood in its place. */
export function changesFor(ops: readonly Change[], records: readonly ZoneRecord[]): Changes {
  const deletes: { readonly id: string }[] = [];
  const patches: { readonly id: string; readonly content: string }[] = [];
  const posts: NewRecord[] = [];
  const taken = new Set<string>();
  for (const op of ops) {
    if (op.before === null) posts.push(newRecord(op));
    else {
      const { id } = recordFor(op, records, taken);
      taken.add(id);
      if (op.after === null) deletes.push({ id });
      else patches.push({ id, content: contentFor(op) });
    }
  }
  return {
    ...(deletes.length > 0 && { deletes }),
    ...(patches.length > 0 && { patches }),
    ...(posts.length > 0 && { posts }),
  };
}

/** The record with the value that the op is about; of two with one value, each is used once. */
function recordFor(
  { name, type, before }: Change,
  records: readonly ZoneRecord[],
  taken: ReadonlySet<string>,
): ZoneRecord {
  const found = records.find(
    (record) =>
      record.name === name &&
      record.type === type &&
      record.value === before &&
      !taken.has(record.id),
  );
  if (found !== undefined) return found;
  throw new MailDnsError("stale-write", `The ${type} record at ${name} is not there any more.`, {
    help: "Run the command again: it plans anew from the zone as it is.",
  });
}

function newRecord(op: Change): NewRecord {
  if (op.ttl !== "default" && (op.ttl < TTL.min || op.ttl > TTL.max)) {
    const range = `${TTL.min} to ${TTL.max} seconds`;
    throw new MailDnsError("invalid-input", `The TTL for ${op.name} is not from ${range}.`);
  }
  return {
    name: op.name,
    type: op.type,
    content: contentFor(op),
    ttl: op.ttl === "default" ? AUTOMATIC_TTL : op.ttl,
    ...(op.type === "CNAME" && { proxied: false }),
  };
}

function contentFor({ name, type, after }: Change): string {
  if (type === "CNAME") return after ?? "";
  const content = writeText(after ?? "");
  if (content.length <= MAX_CONTENT) return content;
  throw new MailDnsError(
    "limit-exceeded",
    `The TXT value for ${name} is ${content.length} characters long as Cloudflare counts, and it takes ${MAX_CONTENT}.`,
  );
}

/** What a call that `compileBatches` made changes, read off what it sends. */
export function readChanges(call: Call, planned: Snapshot): readonly Change[] {
  const { deletes = [], patches = [], posts = [] } = changesOf(call);
  const records = new Map(nativeOf(planned).map((record) => [record.id, record]));
  const edited = ({ id }: { readonly id: string }, content: string | null): readonly Change[] => {
    const record = records.get(id);
    if (record === undefined || (record.type !== "TXT" && record.type !== "CNAME")) return [];
    const { name, type, value: before, ttl } = record;
    const after = content === null ? null : readValue(type, content);
    return [{ name, type, before, after, ttl }];
  };
  return [
    ...deletes.flatMap((one) => edited(one, null)),
    ...patches.flatMap((one) => edited(one, one.content)),
    ...posts.map(({ name, type, content, ttl }) => ({
      name,
      type,
      before: null,
      after: readValue(type, content),
      ttl: ttl === AUTOMATIC_TTL ? ("default" as const) : ttl,
    })),
  ];
}

function readValue(type: Change["type"], content: string): string {
  return type === "TXT" ? readText(content) : content;
}
