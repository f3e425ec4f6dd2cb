import * as v from "valibot";

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What we take of OVH's answers; more may be in them. */
export const ZoneNames = v.array(v.string());
export const RecordIds = v.array(id);
export const ExportText = v.string();
export const Seconds = v.pipe(v.number(), v.safeInteger());

/** PUT, DELETE and refresh answer null, or nothing at all. */
export const Nothing = v.nullish(v.unknown());

export const StoredRecord = v.object({
  id,
  fieldType: v.string(),
  /** Null and the empty text are the zone itself. */
  subDomain: v.nullish(v.string(), ""),
  target: v.string(),
  /** Null and 0 are the zone's own default. */
  ttl: v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
});
export type StoredRecord = Readonly<v.InferOutput<typeof StoredRecord>>;

export const Zone = v.object({ nameServers: v.nullish(v.array(v.string()), []) });

export const Status = v.object({
  isDeployed: v.boolean(),
  errors: v.nullish(v.array(v.string()), []),
});

export const Credential = v.object({
  rules: v.array(v.object({ method: v.string(), path: v.string() })),
});

export const Token = v.object({
  access_token: v.pipe(v.string(), v.minLength(1)),
  expires_in: v.pipe(v.number(), v.minValue(0)),
});

/** Both forms of an error that are seen: of the gateway, and of the API behind it. */
export const Fault = v.object({
  message: v.optional(v.string()),
  errorCode: v.optional(v.string()),
  class: v.optional(v.string()),
  details: v.optional(v.object({ unauthorizedActionsByIAM: v.optional(v.string()) })),
});
