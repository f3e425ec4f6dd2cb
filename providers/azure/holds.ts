import type { DomainName } from "../../src/core/dns/name.ts";
import type { Hold, Snapshot } from "../../src/core/dns/rrset.ts";
import { isMailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Api } from "./api.ts";
import { isSendable, recordsAfter, setAt } from "./compile.ts";
import { pathOf, type RecordSet } from "./records.ts";
import { ApiLock } from "./schema.ts";

const LOCKS_VERSION = "2020-05-01";
const MOST_RECORDS = 20;
const MOST_TXT_CHARACTERS = 4096;

/** Alias record sets, at the names that were asked for: only Azure knows what is in them. */
export function aliasHolds(
  sets: readonly RecordSet[],
  names: readonly DomainName[],
): readonly Hold[] {
  return sets
    .filter(({ name, alias }) => alias !== undefined && names.includes(name))
    .map(({ name, type, alias = "" }) => ({
      name,
      type,
      against: "writing",
      reason: `it is an alias of ${alias.split("/").slice(-2).join("/")}, whose data Azure itself fills in`,
      help: "Remove the alias in Azure if it is not needed, or leave this record out of the stack file.",
    }));
}

/** What Azure would refuse of just these writes: for its limits, and for a lock. */
export async function holdsAgainst(
  ops: readonly Op[],
  snapshot: Snapshot,
  { api, signal }: { readonly api: Api; readonly signal: AbortSignal },
): Promise<readonly Hold[]> {
  const locks = await locksAt(snapshot.zone.nativeId, api, signal);
  const groups = Map.groupBy(ops, ({ name, type }) => `${name} ${type}`);
  return [...groups.values()].flatMap((group) =>
    limitHolds(group, snapshot).concat(lockHolds(group, snapshot, locks)),
  );
}

/** A login that may not see locks learns of one from the write itself. */
async function locksAt(zone: string, api: Api, signal: AbortSignal): Promise<readonly ApiLock[]> {
  const path = `${zone}/providers/Microsoft.Authorization/locks`;
  try {
    return await api.list(path, { item: ApiLock, version: LOCKS_VERSION }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isMailDnsError(error)) return [];
    throw error;
  }
}

function limitHolds(ops: readonly Op[], snapshot: Snapshot): readonly Hold[] {
  const [{ name, type }] = ops as [Op];
  if (type !== "TXT") return [];
  const at = { name: name as DomainName, type, against: "writing" } as const;
  const help = "Take out values that are no longer needed, such as old verification codes.";
  if (ops.some(({ after }) => after !== null && !isSendable(after))) {
    const reason =
      "the value holds more than printable ASCII, and how Azure takes that is not known";
    return [{ ...at, reason, help: "Take the other characters out of the record first." }];
  }
  const texts = recordsAfter(ops, setAt(snapshot, at.name, type));
  const characters = texts.flat().join("").length;
  const isMore = texts.length > (setAt(snapshot, at.name, type)?.texts.length ?? 0);
  return [
    ...(texts.length > MOST_RECORDS && isMore
      ? [
          {
            ...at,
            reason: `Azure lets no more than ${MOST_RECORDS} TXT values stand at one name`,
            help,
          },
        ]
      : []),
    ...(characters > MOST_TXT_CHARACTERS
      ? [
          {
            ...at,
            reason: `Azure lets the TXT values at one name have ${MOST_TXT_CHARACTERS} characters, and these would have ${characters}`,
            help,
          },
        ]
      : []),
  ];
}

function lockHolds(
  ops: readonly Op[],
  snapshot: Snapshot,
  locks: readonly ApiLock[],
): readonly Hold[] {
  const [{ name, type }] = ops as [Op];
  const set = setAt(snapshot, name as DomainName, type);
  const isDelete = recordsAfterSafely(ops, set) === 0;
  const path = pathOf(snapshot.zone, name as DomainName, type);
  return locks
    .filter(({ properties }) => properties.level === "ReadOnly" || isDelete)
    .filter(({ id }) => isAtOrBelow(path, scopeOf(id)))
    .map((lock) => ({
      name: name as DomainName,
      type,
      against: "writing",
      reason: `the ${lock.properties.level} lock ${lock.name} stands on ${shownScope(scopeOf(lock.id))}`,
      help: "Whoever set the lock can remove it: `az lock list` shows it.",
    }));
}

function recordsAfterSafely(ops: readonly Op[], set: RecordSet | undefined): number {
  const isFull = ops.some(({ after }) => after !== null);
  return isFull ? 1 : recordsAfter(ops, set).length;
}

/** What a lock stands on is the front part of its own id. */
function scopeOf(id: string): string {
  return id.replace(/\/providers\/Microsoft\.Authorization\/locks\/[^/]*$/i, "");
}

function shownScope(scope: string): string {
  return scope.split("/").slice(-2).join(" ");
}

/** Azure compares ids without regard to case. */
function isAtOrBelow(path: string, scope: string): boolean {
  return `${path.toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`);
}
