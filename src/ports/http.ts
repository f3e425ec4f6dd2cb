/** One request to a vendor's API. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute. `http:` only to loopback. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Whatever the vendor answered; the adapter knows what its status means. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text, bounded; an answer that is longer or cut off is never given. That of an error has no secrets in it. */
  readonly body: string;
}

/** On whose behalf a request is sent: all with one `key` share one pace through the whole run. */
export interface Sender {
  /** As people know the host: `Cloudflare`. */
  readonly title: string;
  /** What tells one credential's pace from another's. Never the credential itself, nor shown. */
  readonly key: string;
  /** Texts that must not appear in any error, log or trace. */
  readonly secrets: readonly string[];
  /** What the vendor documents; what its answers say about limits overrules it. */
  readonly pace?: { readonly requests: number; readonly seconds: number };
  /** Header that carries the vendor's id of a request: `cf-ray`. */
  readonly requestIdHeader?: string;
}

/** HTTP to vendors' APIs: paced, bounded in time and size, and traced without secrets. */
export interface Http {
  /**
   * Sends a request, and gives whatever was answered; a redirect is an answer too. A `GET` that was
   * not answered, or answered with 429 or a server error, is sent again, a few times, when the
   * answer or a growing delay says so; anything else only after 429 or where no connection was
   * made, which say that nothing was done.
   * Throws `rate-limited` and `transient` when that did not help, `unknown-outcome` for a write
   * whose answer did not come, `auth` for a certificate that is not trusted, `config` for an
   * address that no credential may go to, the signal's reason. A write that has begun is finished
   * whatever the signal says, and its answer given.
   */
  send(request: HttpRequest, sender: Sender, signal: AbortSignal): Promise<HttpAnswer>;
}
