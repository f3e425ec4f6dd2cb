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
  return async (input, init) => {
    const asked = new Request(input, init);
    const { status, headers, body } = await http.send(await read(asked), sender, asked.signal);
    return new Response(BODILESS.has(status) ? null : body, { status, headers });
  };
}

async function read(asked: Request): Promise<HttpRequest> {
  if (!METHODS.has(asked.method))
    throw new MailDnsError("internal", `A library sends ${asked.method}, which nobody expects.`);
  const body = await asked.text();
  return {
    method: asked.method as HttpRequest["method"],
    url: asked.url,
    headers: Object.fromEntries(asked.headers),
    ...(body !== "" && { body }),
  };
}
