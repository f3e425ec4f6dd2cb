import { MailDnsError } from "../core/errors.ts";
import type { Http, HttpRequest, Sender } from "../ports/http.ts";

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
/** Answers that have no body, by their definition (fetch 2.2.3). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * `fetch` for a vendor's own library, so that it is paced, bounded and traced like all else. The
 * library must not repeat anything on its own, nor count the time: a request may wait minutes for
 * its turn. Rejects with what `send` throws.
 */
export function fetchThrough(http: Http, sender: Sender): Fetch {
  return async (input, init = {}) => {
    const asked = requestOf(input, init);
    const signal = init.signal ?? new AbortController().signal;
    const { status, headers, body } = await http.send(asked, sender, signal);
    return new Response(BODILESS.has(status) ? null : body, { status, headers });
  };
}

/** Only what libraries of ours send: a `Request` costs more than all the rest here. */
function requestOf(
  input: string | URL | Request,
  { method = "GET", headers, body }: RequestInit,
): HttpRequest {
  const isText = body === undefined || body === null || typeof body === "string";
  if (!METHODS.has(method) || !isText || input instanceof Request)
    throw new MailDnsError("internal", `A library sends ${method} in a way that nobody expects.`);
  return {
    method: method as HttpRequest["method"],
    url: String(input),
    headers: Object.fromEntries(new Headers(headers)),
    ...(typeof body === "string" && { body }),
  };
}
