/** An answer of OVH's that is no success. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/** Thrown by the simulator's own code, answered as it is. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(JSON.stringify(refusal.body));
    this.refusal = refusal;
  }
}

/** The older form, with `errorCode`: what the gateway says of credentials. */
export function gateway(status: number, errorCode: string, message: string): Refused {
  const phrase = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden" }[status] ?? "";
  return new Refused({ status, body: { errorCode, httpCode: `${status} ${phrase}`, message } });
}

/** The newer form, with `class`. */
export function client(
  status: number,
  kind: string,
  message: string,
  details: Readonly<Record<string, string>> = {},
): Refused {
  return new Refused({ status, body: { class: `Client::${kind}`, message, details } });
}

export function badRequest(message: string): Refused {
  return client(400, "BadRequest", message);
}

export function noService(): Refused {
  return client(404, "NotFound", "This service does not exist");
}
