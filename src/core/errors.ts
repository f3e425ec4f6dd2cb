/** Every way in which input, a host or the network fails us. docs/errors.md explains each. */
export type ErrorCode =
  | "auth"
  | "permission"
  | "zone-not-found"
  | "zone-ambiguous"
  | "zone-not-live"
  | "stale-write"
  | "conflict"
  | "protected"
  | "invalid-input"
  | "limit-exceeded"
  | "busy"
  | "rate-limited"
  | "transient"
  | "unknown-outcome"
  | "not-published"
  | "usage"
  | "config"
  | "interrupted"
  | "internal";

export interface ErrorDetails {
  readonly domain?: string;
  readonly host?: string;
  /** What to do now, one sentence. */
  readonly help?: string;
  /** What the vendor or the system said, without credentials. */
  readonly native?: {
    readonly status?: number;
    readonly code?: string;
    readonly message?: string;
    readonly requestId?: string;
  };
  readonly cause?: unknown;
}

/**
 * The only error the product throws on purpose. Facts about a domain are findings and failed
 * writes are steps of a receipt; this is for I/O, for wrong input and, as `internal`, for bugs.
 */
export class MailDnsError extends Error {
  override readonly name = "MailDnsError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

export function isMailDnsError(error: unknown): error is MailDnsError {
  return error instanceof Error && error.name === "MailDnsError";
}
