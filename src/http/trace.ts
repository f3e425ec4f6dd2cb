import type { HttpRequest, Sender } from "../ports/http.ts";
import type { Reply } from "./exchange.ts";
import { createRedact } from "./redact.ts";

/** One line of a trace: one request as it went, fit to be shown to anybody. */
export interface TraceEntry {
  /** ISO 8601, UTC: when it was sent. */
  readonly at: string;
  readonly host: string;
  readonly method: string;
  readonly url: string;
  /** 1 for the first time. */
  readonly attempt: number;
  /** How long it was held back for the sake of the pace. */
  readonly waitedMs: number;
  readonly tookMs: number;
  readonly status?: number;
  readonly requestId?: string;
  /** Characters of the answer. Bodies hold zones and tokens, so they are left out, ... */
  readonly length?: number;
  /** ... but for what the vendor says about an error. */
  readonly error?: string;
  /** What follows from it, where it is sent again. */
  readonly again?: string;
}

export type Trace = (entry: TraceEntry) => void;

export interface Traced {
  readonly request: HttpRequest;
  readonly sender: Sender;
  readonly reply: Reply;
  readonly attempt: number;
  readonly askedAt: number;
  readonly sentAt: number;
  readonly now: number;
  readonly again?: string | undefined;
}

const MAX_ERROR = 2000;

export function traceEntry(traced: Traced): TraceEntry {
  const { request, sender, reply, attempt, askedAt, sentAt, now, again } = traced;
  const redact = createRedact(sender.secrets);
  return {
    at: new Date(sentAt).toISOString(),
    host: sender.title,
    method: request.method,
    url: showUrl(request.url, sender),
    attempt,
    waitedMs: sentAt - askedAt,
    tookMs: now - sentAt,
    ...showReply(reply, sender, redact),
    ...(again !== undefined && { again: redact(again) }),
  };
}

function showReply(
  reply: Reply,
  sender: Sender,
  redact: (text: string) => string,
): Partial<TraceEntry> {
  if (reply.kind !== "answer") return { error: redact(reply.reason) };
  const { status, body } = reply.answer;
  const requestId = requestIdOf(reply, sender);
  return {
    status,
    length: body.length,
    ...(requestId !== undefined && { requestId }),
    ...(status >= 400 && { error: redact(body).slice(0, MAX_ERROR) }),
  };
}

export function requestIdOf(
  reply: Reply,
  { requestIdHeader, secrets }: Sender,
): string | undefined {
  if (reply.kind !== "answer" || requestIdHeader === undefined) return undefined;
  const id = reply.answer.headers[requestIdHeader.toLowerCase()];
  return id === undefined ? undefined : createRedact(secrets)(id);
}

// Parameters that are secrets whatever their value is.
const SECRET_NAME =
  /token|secret|password|passwd|signature|credential|api_?key|^(?:key|sig|code)$/i;

/** The address without what must not be seen. */
function showUrl(text: string, { secrets }: Sender): string {
  const url = new URL(text);
  for (const name of new Set(url.searchParams.keys()))
    if (SECRET_NAME.test(name)) url.searchParams.set(name, "redacted");
  return createRedact(secrets)(url.href);
}
