import * as v from "valibot";
import { type ErrorCode, isMailDnsError, MailDnsError } from "../../src/core/errors.ts";

/** A call as people may know it, and the right of a token that it takes. */
export interface Asked {
  readonly call: string;
  readonly right: string;
  readonly isWrite?: boolean;
}

/** Brings what our HTTP client threw through the SDK, which looks into messages and causes. */
export class Carried extends Error {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super("not answered");
    this.thrown = thrown;
  }
}

interface Vendor {
  readonly status: number;
  readonly code?: number;
  readonly message?: string;
  readonly requestId?: string;
}

/** Codes that say more than the status does (verified 2026-12-01). */
const CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [81044, "stale-write"],
  [81053, "conflict"],
  [81054, "conflict"],
  [81056, "conflict"],
  [81057, "conflict"],
  [81058, "conflict"],
  [81045, "limit-exceeded"],
  [83011, "limit-exceeded"],
  [9015, "limit-exceeded"],
  [6003, "auth"],
  [6103, "auth"],
  [6111, "auth"],
  [9103, "auth"],
  [9106, "auth"],
  [7003, "zone-not-found"],
  [1036, "protected"],
  [1046, "protected"],
]);

/** What the SDK threw, as an error for people. */
export function errorOf(error: unknown, asked: Asked): MailDnsError {
  const carried = error instanceof Error ? error.cause : undefined;
  if (carried instanceof Carried) {
    return isMailDnsError(carried.thrown) ? carried.thrown : broken(asked, carried.thrown);
  }
  const refusal = v.safeParse(Refusal, error);
  if (!refusal.success) return broken(asked, error);
  const vendor = readVendor(refusal.output);
  const code = codeOf(vendor, asked);
  return new MailDnsError(code, sentence(code, asked), {
    native: {
      status: vendor.status,
      ...(vendor.code !== undefined && { code: String(vendor.code) }),
      ...(vendor.message !== undefined && { message: vendor.message }),
      ...(vendor.requestId !== undefined && { requestId: vendor.requestId }),
    },
    ...helpFor(code, asked),
  });
}

/** An answer that is none of Cloudflare's. After a write, nobody knows what became of it. */
export function notUnderstood(
  { call, isWrite = false }: Asked,
  why: string,
  requestId?: string,
): MailDnsError {
  const code = isWrite ? "unknown-outcome" : "transient";
  return new MailDnsError(code, `Cloudflare's answer to ${call} can't be understood: ${why}.`, {
    ...(requestId !== undefined && { native: { requestId } }),
  });
}

function broken({ call, isWrite = false }: Asked, cause: unknown): MailDnsError {
  const code = isWrite ? "unknown-outcome" : "transient";
  return new MailDnsError(code, `Cloudflare did not answer ${call}.`, { cause });
}

const text = v.pipe(
  v.string(),
  v.transform((text) => text.replaceAll(/\s+/g, " ").slice(0, 300)),
);
const Fault = v.object({ code: v.number(), message: text });
/** The SDK's APIError: an answer with a status that is none of success. */
const Refusal = v.object({
  status: v.number(),
  error: v.unknown(),
  headers: v.optional(v.instance(Headers)),
});
const Body = v.object({
  errors: v.pipe(
    v.array(v.object({ ...Fault.entries, error_chain: v.optional(v.nullable(v.array(Fault))) })),
    v.minLength(1),
  ),
});

/** The innermost reason, `9021 Invalid TTL`, not `1004 DNS Validation Error` around it. */
function readVendor({ status, error, headers }: v.InferOutput<typeof Refusal>): Vendor {
  const requestId = headers?.get("cf-ray") ?? undefined;
  const parsed = v.safeParse(Body, error);
  const outer = parsed.success ? parsed.output.errors[0] : undefined;
  const inner = outer?.error_chain?.at(-1) ?? outer;
  return { status, ...inner, ...(requestId !== undefined && { requestId }) };
}

function codeOf({ status, code = 0, message = "" }: Vendor, { call, isWrite }: Asked): ErrorCode {
  if (status === 429) return "rate-limited";
  if (status >= 500 || status === 408) return isWrite === true ? "unknown-outcome" : "transient";
  if (status === 401 || /invalid (?:access|api) token/i.test(message)) return "auth";
  const known = CODES.get(code);
  if (known !== undefined) return known;
  if (status === 403) return call === "GET /zones" ? "auth" : "permission";
  if (status === 404) return "zone-not-found";
  return status === 409 ? "conflict" : "invalid-input";
}

/** Cloudflare's own words are in `native`, and shown behind this. */
function sentence(code: ErrorCode, { call }: Asked): string {
  if (code === "auth") return "Cloudflare does not accept the token.";
  const isBroken = code === "unknown-outcome" || code === "transient";
  return `Cloudflare ${isBroken ? "could not carry out" : "refuses"} ${call}.`;
}

/** All that Cloudflare said, where only one line is kept: `Cloudflare refuses ...: 9021 Invalid TTL`. */
export function inOneLine({ message, details: { native } }: MailDnsError): string {
  const said = [native?.code, native?.message].filter((part) => part !== undefined).join(" ");
  const request = native?.requestId === undefined ? "" : ` (request ${native.requestId})`;
  return said === "" ? message : `${message.replace(/\.$/, "")}: ${said}${request}`;
}

function helpFor(code: ErrorCode, { right }: Asked): { readonly help?: string } {
  if (code === "auth") {
    return { help: "Set CLOUDFLARE_API_TOKEN to a token that is active and not expired." };
  }
  return code === "permission" ? { help: `Give the token the right ${right} for this zone.` } : {};
}
