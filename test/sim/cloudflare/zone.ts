import { createHash } from "node:crypto";
import type { SimRecord, SimZone } from "./model.ts";

type Seed = Pick<SimRecord, "name" | "type" | "content"> & Partial<SimRecord>;

const MADE = "2025-03-01T09:00:00.000000Z";

/** A zone with these records, as they may have come there by any way: nothing is checked. */
export function simZone(
  name: string,
  seeds: readonly Seed[],
  more: Partial<SimZone> = {},
): SimZone {
  const id = idOf(`zone ${name} ${more.account?.id ?? ""}`);
  const records = seeds.map((seed, index) => simRecord(seed, idOf(`${id} ${index}`)));
  return {
    id,
    name,
    account: { id: idOf("account"), name: "Mycompany" },
    status: "active",
    type: "full",
    plan: "free",
    nameServers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
    flattenAll: false,
    records,
    history: [records],
    ...more,
  };
}

export function simRecord(seed: Seed, id: string): SimRecord {
  return {
    ttl: 1,
    proxied: false,
    comment: null,
    tags: [],
    settings: {},
    meta: {},
    created_on: MADE,
    modified_on: MADE,
    ...seed,
    id: seed.id ?? id,
  };
}

/** 32 hexadecimal digits, always the same for the same text. */
export function idOf(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
