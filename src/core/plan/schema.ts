import * as v from "valibot";
import { Finding } from "../findings/finding.ts";

const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ttl = v.union([count, v.literal("default")]);
const list = v.array(v.string());

/** How a term that already stood in the record was moved; what undo needs to put it back. */
export const MovedTerm = v.strictObject({
  /** The term as written, and the spaces before it. */
  text,
  gap: text,
  /** How many terms stood before it. */
  index: count,
});

/** What we changed inside one SPF record: the argument of `removeTerms`, its exact inverse. */
export const TermEdit = v.strictObject({
  added: v.array(text),
  moved: v.array(MovedTerm),
  /** The record did not exist; when only ours is left in it, it goes again. */
  created: v.boolean(),
});

const opBase = { name: text, type: v.picklist(["TXT", "CNAME"]) };

/**
 * One change of one value. `before` and `after` are record data (design, section 3). Besides them
 * an op carries the TTL it is written with, and for SPF what happened inside the record.
 */
export const Op = v.variant("kind", [
  v.strictObject({
    kind: v.literal("create-rrset"),
    ...opBase,
    before: v.null(),
    after: text,
    ttl,
    edit: v.optional(TermEdit),
  }),
  v.strictObject({
    kind: v.literal("add-value"),
    ...opBase,
    before: v.null(),
    after: text,
    ttl,
    edit: v.optional(TermEdit),
  }),
  v.strictObject({
    kind: v.literal("replace-value"),
    ...opBase,
    before: v.string(),
    after: text,
    ttl,
    edit: v.optional(TermEdit),
  }),
  v.strictObject({
    kind: v.literal("remove-value"),
    ...opBase,
    before: v.string(),
    after: v.null(),
    ttl,
    edit: v.optional(TermEdit),
  }),
]);

export const verdicts = [
  "none",
  "neutral",
  "pass",
  "fail",
  "softfail",
  "temperror",
  "permerror",
] as const;

/** Some senders' verdict, before and after. `networks` are examples in CIDR form, `total` all of them. */
export const VerdictChange = v.strictObject({
  before: v.picklist(verdicts),
  after: v.picklist(verdicts),
  networks: list,
  total: count,
});

/**
 * Whose verdict changes (design, section 3). `no-change-outside` is the claim for the edit of one
 * valid record, and `holds` says whether it is true; `effects` is the table for creating, joining
 * and removing, which claims nothing. `asked` counts the pieces that the networks in the trees cut
 * the address space of each family into; all of them were judged.
 */
export const Proof = v.strictObject({
  claim: v.picklist(["no-change-outside", "effects"]),
  /** The terms whose networks the claim leaves out; absent where nothing is claimed. */
  ours: v.optional(list),
  holds: v.boolean(),
  asked: v.strictObject({ ip4: count, ip6: count }),
  changes: v.array(VerdictChange),
  /** Terms whose result depends on more than the sender's address (macros, exists, ptr). */
  notProvable: list,
  /** The tree was too large to go through in full, so `no-change-outside` does not hold. */
  bounded: v.optional(v.literal(true)),
});

/** Numbers of an SPF record before and after; `before` is null where there was no valid record. */
export const SpfEffect = v.strictObject({
  lookups: v.strictObject({ before: v.nullable(count), after: v.nullable(count) }),
  voids: v.strictObject({ before: v.nullable(count), after: v.nullable(count) }),
  octets: v.strictObject({ before: count, after: count }),
  proof: v.optional(Proof),
});

const partBase = {
  /** The record's name. */
  name: text,
  findings: v.array(Finding),
  /** The values that the part is about, as they are now: SPF records, the CNAME's target, the policy. */
  live: list,
  /** Other values at the same name and type, which are not touched. */
  others: count,
  spf: v.optional(SpfEffect),
};

/**
 * What becomes of one record; `because` says what stopped it, and is not repeated in `findings`.
 * Only a write can be refused: a part with nothing to write is `unchanged` whatever else is wrong.
 * `guard` says who refuses a stale write: the host (`server`), or only we by reading again just
 * before (`reread`).
 */
export const Part = v.variant("status", [
  v.strictObject({ status: v.literal("unchanged"), ...partBase }),
  v.strictObject({
    status: v.literal("changes"),
    ...partBase,
    ops: v.pipe(v.array(Op), v.minLength(1)),
    guard: v.picklist(["server", "reread"]),
    exposure: list,
  }),
  v.strictObject({
    status: v.literal("refused"),
    ...partBase,
    because: v.pipe(v.array(Finding), v.minLength(1)),
  }),
  v.strictObject({
    status: v.literal("unknown"),
    ...partBase,
    because: v.pipe(v.array(Finding), v.minLength(1)),
  }),
]);

export const partNames = ["spf", "dkim", "dmarc"] as const;

export const Plan = v.strictObject({
  formatVersion: v.literal(1),
  domain: text,
  zone: text,
  host: text,
  source: v.picklist(["host", "dns"]),
  /** When the zone was read; ISO 8601, UTC. */
  takenAt: text,
  /** SHA-256 over the sorted digests of all ops, 64 hexadecimal digits. */
  digest: text,
  parts: v.strictObject({ spf: Part, dkim: Part, dmarc: Part }),
  /** About the domain as a whole. */
  findings: v.array(Finding),
});

export const outcomes = ["pending", "done", "already", "failed", "unknown"] as const;

export const ReceiptRecord = v.strictObject({ name: text, type: text, ttl, values: list });

/** What one name server said when the result was verified. */
export const ServerReport = v.strictObject({
  name: text,
  address: text,
  state: v.picklist(["answers", "waiting", "silent"]),
  detail: v.optional(text),
});

/** What was done, and what was there before: all that `undo` needs. Written before the first write. */
export const Receipt = v.strictObject({
  formatVersion: v.literal(1),
  /** `20261124T184012Z`; also the file's name. */
  id: text,
  domain: text,
  zone: text,
  host: text,
  /** Digest of the plan that was applied. */
  plan: text,
  /** Id of the receipt whose changes were taken back. */
  undoes: v.optional(text),
  startedAt: text,
  finishedAt: v.optional(text),
  /** The RRsets at the names we changed, as they were. */
  before: v.array(ReceiptRecord),
  steps: v.array(
    v.strictObject({ op: Op, outcome: v.picklist(outcomes), detail: v.optional(text) }),
  ),
  verified: v.picklist(["yes", "pending", "no", "not-asked"]),
  servers: v.array(ServerReport),
  /** When resolvers that honour TTLs have it; ISO 8601, UTC. */
  visibleBy: v.optional(text),
});

export type Op = Readonly<v.InferOutput<typeof Op>>;
export type TermEdit = Readonly<v.InferOutput<typeof TermEdit>>;
export type Proof = Readonly<v.InferOutput<typeof Proof>>;
export type VerdictChange = Readonly<v.InferOutput<typeof VerdictChange>>;
export type Verdict = (typeof verdicts)[number];
export type SpfEffect = Readonly<v.InferOutput<typeof SpfEffect>>;
export type Part = Readonly<v.InferOutput<typeof Part>>;
export type PartName = (typeof partNames)[number];
export type Plan = Readonly<v.InferOutput<typeof Plan>>;
export type Receipt = Readonly<v.InferOutput<typeof Receipt>>;
export type ServerReport = Readonly<v.InferOutput<typeof ServerReport>>;
