import { following } from "./follow.ts";
import type { HttpAnswer, HttpRequest } from "../ports/http.ts";

/** Does something once time has passed, unless it is called off with what it returns. */
export type Timer = (ms: number, act: () => void) => () => void;

/** What came of one request. */
export type Reply =
  | { readonly kind: "answer"; readonly answer: HttpAnswer }
  /** No connection was made, so nothing was done. */
  | { readonly kind: "unsent"; readonly reason: string }
  /** There is nobody there whom this machine trusts. Nothing was sent. */
  | { readonly kind: "untrusted"; readonly reason: string; readonly code: string }
  /** It may have been done. */
  | { readonly kind: "unanswered"; readonly reason: string };

export interface ExchangeOptions {
  readonly timer: Timer;
  /** For connection, request and answer together. Node itself gives up on a connection after 10 s. */
  readonly limitMs: number;
  /** Of the answer's body, unpacked. */
  readonly maxOctets: number;
  /** Cuts the exchange off. */
  readonly signal?: AbortSignal | undefined;
}

/** One request, one reply. Rejects only with the signal's reason. */
export function exchange(request: HttpRequest, options: ExchangeOptions): Promise<Reply> {
  const { timer, limitMs, maxOctets, signal } = options;
  return following(signal, async (over) => {
    const callOff = timer(limitMs, () => over.abort());
    try {
      const { url, ...init } = request;
      // A redirect would be followed with credentials, and a write would become something else.
      const answer = await fetch(url, { ...init, redirect: "manual", signal: over.signal });
      return await readAnswer(answer, maxOctets);
    } catch (error) {
      signal?.throwIfAborted();
      if (!over.signal.aborted) return classify(error);
      return { kind: "unanswered", reason: `gave no answer within ${limitMs / 1000} s` };
    } finally {
      callOff();
    }
  });
}

// The body is given unpacked and whole: what is said about its packing no longer holds.
const PACKING = new Set(["content-encoding", "content-length", "transfer-encoding"]);

async function readAnswer(answer: Response, maxOctets: number): Promise<Reply> {
  const chunks: Uint8Array[] = [];
  let octets = 0;
  for await (const chunk of answer.body ?? []) {
    octets += chunk.length;
    if (octets > maxOctets)
      return { kind: "unanswered", reason: `answered with more than ${maxOctets} octets` };
    chunks.push(chunk);
  }
  const headers = [...answer.headers].filter(([name]) => !PACKING.has(name));
  return {
    kind: "answer",
    answer: {
      status: answer.status,
      headers: Object.fromEntries(headers),
      body: new TextDecoder().decode(Buffer.concat(chunks)),
    },
  };
}

const UNKNOWN_AUTHORITY = "its certificate comes from an authority that this machine does not know";
const NO_TLS = "it speaks no TLS that this machine understands";

/** Why a connection is not trusted, by OpenSSL's and Node's names; all before anything is sent. */
const DISTRUST: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_REVOKED: "its certificate was revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody but itself",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_TLS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_TLS,
};

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections",
  ECONNRESET: "broke off the connection",
  EAI_AGAIN: "could not be looked up in DNS",
  ENOTFOUND: "has no address in DNS",
  ENETUNREACH: "can't be reached from this network",
  EHOSTUNREACH: "can't be reached from this network",
  UND_ERR_CONNECT_TIMEOUT: "did not take the connection in time",
  UND_ERR_SOCKET: "broke off the connection",
};

function classify(error: unknown): Reply {
  const causes = causesOf(error);
  const [{ code = "" } = {}] = causes;
  const distrust = DISTRUST[code];
  if (distrust !== undefined) return { kind: "untrusted", reason: distrust, code };
  const reason = WORDS[code] ?? `could not be asked (${code || "no reason is known"})`;
  return { kind: causes.every(isBeforeSending) ? "unsent" : "unanswered", reason };
}

/** fetch wraps what happened; of several addresses, each has its own error. */
function causesOf(error: unknown): readonly NodeJS.ErrnoException[] {
  const { cause } = error as Error;
  if (cause instanceof AggregateError) return cause.errors as NodeJS.ErrnoException[];
  return [(cause ?? error) as NodeJS.ErrnoException];
}

function isBeforeSending({ code, syscall }: NodeJS.ErrnoException): boolean {
  return syscall === "connect" || syscall === "getaddrinfo" || code === "UND_ERR_CONNECT_TIMEOUT";
}
