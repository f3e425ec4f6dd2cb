import type { ZoneRef } from "../../src/core/dns/rrset.ts";
import { isMailDnsError } from "../../src/core/errors.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import { readBook } from "./compare.ts";
import { type Desk, remove } from "./edit.ts";
import { publish } from "./publish.ts";
import { type Stored, listIds, storedRRsets } from "./records.ts";
import { type Eyes, unpublishedAt } from "./served.ts";

/** OVH serves most changes within seconds; looking costs it no call. */
const SERVED_MS = [1000, 2000, 4000];

interface Confirming {
  readonly desk: Desk;
  readonly zone: ZoneRef;
  readonly eyes: Eyes;
}

/**
 * Whether what we published is what stands. The name servers are the proof, and that nothing has come
 * beside a record that we made: OVH stores a second one, and then serves no change of the zone any
 * more. Otherwise the records are read once more: somebody may have edited them between our write and
 * our refresh. False: they could not be read.
 */
export async function confirm(confirming: Confirming, ops: readonly Op[]): Promise<boolean> {
  const { desk } = confirming;
  try {
    if ((await isServed(confirming)) && !(await hasNewcomers(desk))) return true;
    const book = await readBook(desk, ops, [...desk.book.values()].flat(), desk.signal);
    for (const [name, records] of book) desk.book.set(name, records);
    const doubles = desk.made.filter((made) => isDouble(made, book.get(made.name) ?? []));
    for (const double of doubles) await remove(desk, double);
    return doubles.length === 0 || (await publish(desk)) === undefined;
  } catch (error) {
    if (isMailDnsError(error)) return false;
    throw error;
  }
}

async function isServed({ desk, zone, eyes }: Confirming): Promise<boolean> {
  const names = [...desk.book.keys()];
  const stored = storedRRsets([...desk.book.values()].flat());
  for (const ms of [...SERVED_MS, undefined]) {
    const missing = await unpublishedAt(names, { zone, stored }, eyes, desk.signal);
    if (missing === undefined || ms === undefined) return missing?.size === 0;
    if (missing.size === 0) return true;
    await desk.clock.wait(ms, desk.signal);
  }
  return false;
}

/** Whether a record stands beside one that we made, which we have not seen. */
async function hasNewcomers(desk: Desk): Promise<boolean> {
  const known = new Set([...desk.book.values()].flat().map(({ id }) => id));
  const lists = desk.made.map(({ name, fieldType }) =>
    listIds(desk, name, fieldType === "CNAME" ? undefined : fieldType, desk.signal),
  );
  return (await Promise.all(lists)).flat().some((id) => !known.has(id));
}

function isDouble(made: Stored, records: readonly Stored[]): boolean {
  const isSame = (one: Stored): boolean =>
    one.fieldType === made.fieldType && one.value === made.value && one.id !== made.id;
  return records.some(({ id }) => id === made.id) && records.some(isSame);
}
