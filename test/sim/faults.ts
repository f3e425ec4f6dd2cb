/** A request as a simulator sees it. */
export interface SimRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a simulator answers: a string as it is, anything else as JSON. */
export interface SimAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What may go wrong between a client and its vendor. */
export type Fault =
  /** Answered so before the vendor did anything. */
  | ({ readonly kind: "status" } & SimAnswer)
  /** The vendor does what it is asked to, and answers with this status instead of its own. */
  | { readonly kind: "after"; readonly status: number }
  /** The connection dies before the vendor did anything. */
  | { readonly kind: "drop" }
  /** The vendor does what it is asked to, and the connection dies. */
  | { readonly kind: "lost" }
  /** The vendor does what it is asked to, and so much time passes before its answer. */
  | { readonly kind: "slow"; readonly ms: number }
  /** The vendor does what it is asked to, and the connection dies in the middle of the answer. */
  | { readonly kind: "truncated" }
  /** The vendor does what it is asked to, and half of the answer's text arrives, as if it were all. */
  | { readonly kind: "garbled" }
  /** Somebody else changes something, just before the vendor looks at the request. */
  | { readonly kind: "edit"; readonly edit: () => void };

export type Match = (request: SimRequest) => boolean;

/** Faults that lie in wait, each for one request. */
export interface Faults {
  /** The next request that matches meets this fault; faults for the same request, one after another. */
  next(match: Match, fault: Fault): void;
  /** Every request that matches meets it, until what is returned is called. */
  always(match: Match, fault: Fault): () => void;
  /** The fault for this request; one for the next request is then used up. */
  take(request: SimRequest): Fault | undefined;
  /** How many still wait: a test whose fault never struck proves nothing. */
  readonly waiting: number;
}

export function createFaults(): Faults {
  const waiting: { readonly match: Match; readonly fault: Fault }[] = [];
  const lasting = new Set<{ readonly match: Match; readonly fault: Fault }>();
  return {
    next: (match, fault) => void waiting.push({ match, fault }),
    always(match, fault) {
      const one = { match, fault };
      lasting.add(one);
      return () => void lasting.delete(one);
    },
    take(request) {
      const index = waiting.findIndex(({ match }) => match(request));
      if (index >= 0) return waiting.splice(index, 1)[0]?.fault;
      return [...lasting].find(({ match }) => match(request))?.fault;
    },
    get waiting() {
      return waiting.length;
    },
  };
}

/** Matches a method, and a path of which this is a part or which this expression fits. */
export function request(method: string, path: string | RegExp = ""): Match {
  return (one) =>
    one.method === method &&
    (typeof path === "string" ? one.path.includes(path) : path.test(one.path));
}
