import type { DomainName } from "../../src/core/dns/name.ts";
import { MailDnsError, isMailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { encodeName, encodeText, servedType, subDomainOf } from "./codec.ts";
import { type Book, carriersOf } from "./compare.ts";
import { wordsOf } from "./faults.ts";
import { type Place, type Stored, readRecord, recordsAt, understand, zonePath } from "./records.ts";
import { Nothing, StoredRecord } from "./schema.ts";

/** What the edits of one apply share. Its signal is never aborted: a begun write is finished. */
export interface Desk extends Place {
  readonly book: Book;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Records that were not there before. */
  readonly made: Stored[];
  /** How to take back what was done, by name, last first. */
  readonly undo: { readonly name: DomainName; back(): Promise<void> }[];
}

/** A write whose answer got lost may still arrive: we look again after so many milliseconds. */
const LATE_MS = [1000, 2000, 4000];
/** OVH refuses with 409 while another change of the zone is under way. */
const BUSY_MS = [2000, 4000, 8000, 16_000];

/** Carries out one op. Throws what OVH said; `unknown-outcome` only where nobody can tell. */
export async function edit(desk: Desk, op: Op): Promise<void> {
  if (op.before === null) return create(desk, op);
  const [first, ...doubles] = carriersOf(desk.book.get(op.name as DomainName) ?? [], op);
  if (first === undefined) throw gone(op);
  if (op.after !== null) await change(desk, first, targetOf(op, first));
  for (const one of op.after === null ? [first, ...doubles] : doubles) await remove(desk, one);
}

async function create(desk: Desk, op: Op): Promise<void> {
  const { apex, signal } = desk;
  const name = op.name as DomainName;
  const body = {
    fieldType: op.type,
    subDomain: subDomainOf(name, apex),
    target: targetOf(op),
    ttl: op.ttl === "default" ? 0 : op.ttl,
  };
  const known = new Set((desk.book.get(name) ?? []).map(({ id }) => id));
  const isNew = (one: Stored): boolean =>
    servedType(one.fieldType) === op.type && one.value === op.after && !known.has(one.id);
  const look = async (): Promise<Stored | undefined> =>
    (await recordsAt(desk, name, [op.type], signal)).find(isNew);
  const made = await certain(
    desk,
    async () => {
      const call = { method: "POST", path: `${zonePath(apex)}/record`, body } as const;
      const record = understand(await desk.client.write(call, StoredRecord, signal), apex);
      // An id of 0 has been seen; the record is there all the same.
      return record.id === 0 ? look() : record;
    },
    look,
  );
  put(desk, name, (records) => [...records, made]);
  desk.made.push(made);
  desk.undo.unshift({ name, back: () => remove(desk, made) });
}

async function change(desk: Desk, old: Stored, target: string): Promise<void> {
  const { apex, signal } = desk;
  const { id, name, ttl } = old;
  const path = `${zonePath(apex)}/record/${id}`;
  const body = { subDomain: subDomainOf(name, apex), target, ttl: ttl ?? 0 };
  const wanted = understand({ ...old, target }, apex);
  const look = async (): Promise<Stored | undefined> => {
    const found = await readRecord(desk, id, signal);
    return found?.value === wanted.value ? found : undefined;
  };
  const send = async (): Promise<Stored> => {
    await desk.client
      .write({ method: "PUT", path, body }, Nothing, signal)
      .catch((error: unknown) => {
        throw isGone(error) ? gone({ name, type: servedType(old.fieldType) }) : error;
      });
    // OVH answers nothing; what became of it is read back once all is published.
    return wanted;
  };
  const made = await certain(desk, send, look);
  put(desk, name, (records) => records.map((one) => (one.id === id ? made : one)));
  desk.undo.unshift({ name, back: () => change(desk, made, old.target) });
}

export async function remove(desk: Desk, old: Stored): Promise<void> {
  const { apex, signal } = desk;
  const path = `${zonePath(apex)}/record/${old.id}`;
  const look = async (): Promise<true | undefined> =>
    (await readRecord(desk, old.id, signal)) === undefined ? true : undefined;
  const send = async (): Promise<true> => {
    await desk.client.write({ method: "DELETE", path }, Nothing, signal).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
    return true;
  };
  await certain(desk, send, look);
  put(desk, old.name, (records) => records.filter(({ id }) => id !== old.id));
  desk.undo.unshift({ name: old.name, back: () => restore(desk, old) });
}

/** Its id is another one then; its type, target and TTL are as before. */
async function restore(desk: Desk, { name, fieldType, subDomain, target, ttl }: Stored) {
  const { apex, signal } = desk;
  const body = { fieldType, subDomain, target, ttl: ttl ?? 0 };
  const look = async (): Promise<Stored | undefined> =>
    (await recordsAt(desk, name, [fieldType], signal)).find((one) => one.target === target);
  const made = await certain(
    desk,
    async () => {
      const call = { method: "POST", path: `${zonePath(apex)}/record`, body } as const;
      return understand(await desk.client.write(call, StoredRecord, signal), apex);
    },
    look,
  );
  put(desk, name, (records) => [...records, made]);
}

/**
 * Sends once, and never again unless OVH was busy and did nothing. Where the answer got lost, we
 * look until it is there, or until it can't be on its way any more.
 */
async function certain<T>(
  { clock, signal }: Desk,
  send: () => Promise<T | undefined>,
  look: () => Promise<T | undefined>,
): Promise<T> {
  let lost: unknown;
  try {
    const made = await patiently(send, clock, signal);
    if (made !== undefined) return made;
  } catch (error) {
    if (!isInDoubt(error)) throw error;
    lost = error;
  }
  for (const ms of [0, ...LATE_MS]) {
    if (ms > 0) await clock.wait(ms, signal);
    const found = await lookOnce(look, lost);
    if (found !== undefined) return found;
  }
  const why = isMailDnsError(lost) ? `: ${wordsOf(lost)}` : ", although it said so.";
  throw new MailDnsError("transient", `OVH did not do it${why}`, { cause: lost });
}

/** Sends again what OVH refused only because it is at work on the zone. */
export async function patiently<T>(
  send: () => Promise<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  for (const ms of BUSY_MS) {
    try {
      return await send();
    } catch (error) {
      if (!isMailDnsError(error) || error.code !== "busy") throw error;
      await clock.wait(ms, signal);
    }
  }
  return send();
}

async function lookOnce<T>(look: () => Promise<T | undefined>, lost: unknown) {
  try {
    return await look();
  } catch (error) {
    const why = wordsOf(error);
    throw new MailDnsError(
      "unknown-outcome",
      `OVH's answer got lost, and so did our look: ${why}`,
      {
        cause: lost ?? error,
        help: "Plan again to see what is stored.",
      },
    );
  }
}

export function isInDoubt(error: unknown): boolean {
  return isMailDnsError(error) && (error.code === "unknown-outcome" || error.code === "transient");
}

function put(
  { book }: Desk,
  name: DomainName,
  edit: (records: readonly Stored[]) => readonly Stored[],
): void {
  book.set(name, edit(book.get(name) ?? []));
}

function targetOf({ name, type, after }: Op, old?: Stored): string {
  const value = after ?? "";
  const target = type === "CNAME" ? encodeName(value) : encodeText(value, old);
  if (target !== undefined) return target;
  throw new MailDnsError(
    "invalid-input",
    `OVH's ${old?.fieldType} record at ${name} takes no quotes and no octets outside of ASCII.`,
    { help: "Make it a TXT record in OVH's control panel, then plan again." },
  );
}

function isGone(error: unknown): boolean {
  return isMailDnsError(error) && error.details.native?.status === 404;
}

function gone({ name, type }: { readonly name: string; readonly type: string }): MailDnsError {
  return new MailDnsError("stale-write", `The ${type} record at ${name} is gone from OVH.`, {
    help: "Somebody took it away or made it anew just now. Plan again.",
  });
}
