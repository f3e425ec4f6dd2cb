import * as v from "valibot";

// What is used of Cloudflare's answers; more may be there.

/** Ids come into paths. */
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const text = v.pipe(v.string(), v.maxLength(65_536));
const flag = v.optional(v.nullable(v.boolean()));

export const ApiRecord = v.object({
  id,
  name: text,
  type: v.pipe(v.string(), v.regex(/^[A-Z0-9-]{1,32}$/)),
  content: v.optional(v.nullable(text)),
  ttl: v.pipe(v.number(), v.integer(), v.minValue(0)),
  proxied: flag,
  priority: v.optional(v.nullable(v.number())),
  settings: v.optional(v.nullable(v.object({ flatten_cname: flag }))),
  meta: v.optional(v.nullable(v.object({ read_only: flag, email_routing: flag }))),
  modified_on: v.optional(v.nullable(text)),
});
export type ApiRecord = Readonly<v.InferOutput<typeof ApiRecord>>;

export const ApiZone = v.object({
  id,
  name: text,
  status: v.optional(v.nullable(text)),
  type: v.optional(v.nullable(text)),
  name_servers: v.optional(v.nullable(v.array(text))),
  account: v.optional(v.nullable(v.object({ id: v.optional(text), name: v.optional(text) }))),
  plan: v.optional(v.nullable(v.object({ legacy_id: v.optional(v.nullable(text)) }))),
  permissions: v.optional(v.nullable(v.array(text))),
});
export type ApiZone = Readonly<v.InferOutput<typeof ApiZone>>;

const list = v.optional(v.nullable(v.array(ApiRecord)));

/** The records as a batch left them. */
export const ApiBatch = v.object({ deletes: list, patches: list, puts: list, posts: list });
export type ApiBatch = Readonly<v.InferOutput<typeof ApiBatch>>;

export const ApiSettings = v.object({ flatten_all_cnames: flag });

const count = v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))));

export const ResultInfo = v.optional(
  v.nullable(v.object({ page: count, per_page: count, total_count: count, total_pages: count })),
);
export type ResultInfo = v.InferOutput<typeof ResultInfo>;
