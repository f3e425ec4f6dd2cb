import { Refusal, type SimRecord, type SimZone } from "./model.ts";
import { create, patch, put, remove, type Written } from "./records.ts";

type Body = Readonly<Record<string, unknown>>;
const LISTS = ["deletes", "patches", "puts", "posts"] as const;
const MOST = { free: 200, pro: 3500, business: 3500, enterprise: 3500 };

export interface Batched {
  readonly records: readonly SimRecord[];
  readonly result: Readonly<Record<(typeof LISTS)[number], readonly SimRecord[]>>;
}

/** Deletes, patches, puts, posts, in this order, all or none. */
export function batch(zone: SimZone, body: Body, now: string): Batched {
  const given = LISTS.map((list) => [list, readList(body[list], list)] as const);
  const count = given.reduce((sum, [, items]) => sum + items.length, 0);
  if (count === 0) throw new Refusal(400, 9207, "Request body is invalid: nothing to do.");
  if (count > MOST[zone.plan]) {
    throw new Refusal(400, 9208, `At most ${MOST[zone.plan]} records can be changed in one batch.`);
  }
  let { records } = zone;
  const result: Record<string, readonly SimRecord[]> = {};
  for (const [list, items] of given) {
    result[list] = items.map((item) => {
      const written = WRITES[list](zone, records, item, now);
      records = written.records;
      return written.record;
    });
  }
  return { records, result: result as Batched["result"] };
}

const WRITES = {
  deletes: (_: SimZone, records: readonly SimRecord[], { id }: Body): Written =>
    remove(records, id),
  patches: patch,
  puts: put,
  posts: create,
};

function readList(value: unknown, name: string): readonly Body[] {
  if (value === undefined || value === null) return [];
  const isObject = (item: unknown): item is Body => typeof item === "object" && item !== null;
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new Refusal(400, 9207, `Request body is invalid: ${name} is not a list.`);
}
