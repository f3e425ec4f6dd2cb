import * as v from "valibot";

// What is needed of Azure's answers, and more let pass. Lists and maps may be null.

const list = <Item extends v.GenericSchema>(item: Item) =>
  v.optional(v.nullable(v.array(item), []), []);

const Target = v.optional(v.nullable(v.object({ id: v.optional(v.nullable(v.string())) })));

export const ApiZone = v.object({
  id: v.string(),
  name: v.string(),
  properties: v.object({
    nameServers: list(v.string()),
    zoneType: v.optional(v.nullable(v.string())),
  }),
});
export type ApiZone = v.InferOutput<typeof ApiZone>;

export const Properties = v.object({
  TTL: v.pipe(v.number(), v.integer(), v.minValue(0)),
  metadata: v.optional(v.nullable(v.record(v.string(), v.string()))),
  targetResource: Target,
  ARecords: list(v.object({ ipv4Address: v.string() })),
  AAAARecords: list(v.object({ ipv6Address: v.string() })),
  CNAMERecord: v.optional(v.nullable(v.object({ cname: v.string() }))),
  MXRecords: list(v.object({ preference: v.number(), exchange: v.string() })),
  NSRecords: list(v.object({ nsdname: v.string() })),
  PTRRecords: list(v.object({ ptrdname: v.string() })),
  SOARecord: v.optional(
    v.nullable(
      v.object({
        host: v.string(),
        email: v.string(),
        serialNumber: v.optional(v.number(), 1),
        refreshTime: v.number(),
        retryTime: v.number(),
        expireTime: v.number(),
        minimumTTL: v.number(),
      }),
    ),
  ),
  SRVRecords: list(
    v.object({ priority: v.number(), weight: v.number(), port: v.number(), target: v.string() }),
  ),
  caaRecords: list(v.object({ flags: v.number(), tag: v.string(), value: v.string() })),
  TXTRecords: list(v.object({ value: list(v.string()) })),
});
export type Properties = v.InferOutput<typeof Properties>;

export const ApiSet = v.object({
  name: v.string(),
  /** `Microsoft.Network/dnszones/TXT`. */
  type: v.string(),
  etag: v.pipe(v.string(), v.nonEmpty()),
  properties: Properties,
});
export type ApiSet = v.InferOutput<typeof ApiSet>;

export const ApiLock = v.object({
  id: v.string(),
  name: v.string(),
  properties: v.object({ level: v.string() }),
});
export type ApiLock = v.InferOutput<typeof ApiLock>;

export const ApiPermission = v.object({ actions: list(v.string()), notActions: list(v.string()) });
export type ApiPermission = v.InferOutput<typeof ApiPermission>;

export function pageOf<Item extends v.GenericSchema>(item: Item) {
  return v.object({ value: v.array(item), nextLink: v.optional(v.nullable(v.string())) });
}

const Fault = v.object({ code: v.string(), message: v.optional(v.nullable(v.string())) });
/** The Resource Manager puts it into `error`; the DNS service answers flat. */
export const ApiFault = v.union([
  v.pipe(
    v.object({ error: Fault }),
    v.transform(({ error }) => error),
  ),
  Fault,
]);
