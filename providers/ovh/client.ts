import * as v from "valibot";
import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import type { HttpAnswer, HttpRequest, Sender } from "../../src/ports/http.ts";
import { type Asked, errorOf, faultOf, isStale } from "./faults.ts";
import { Seconds, Token } from "./schema.ts";
import { type Identity, type Session, sessionOf, signatureOf } from "./session.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/**
 * All that is ever sent. What replaces or ends a zone (`reset`, `import`, `terminate`, `restore`)
 * is not among it, so that no mistake of ours can get there.
 */
const ALLOWED: readonly { readonly method: Method; readonly path: RegExp }[] = [
  { method: "GET", path: /^\/auth\/(?:time|currentCredential)$/ },
  { method: "GET", path: /^\/domain\/zone$/ },
  { method: "GET", path: /^\/domain\/zone\/[a-z0-9._-]+(?:\/(?:export|status))?$/ },
  { method: "GET", path: /^\/domain\/zone\/[a-z0-9._-]+\/record\/\d+$/ },
  { method: "GET", path: /^\/domain\/zone\/[a-z0-9._-]+\/record\?[^/]*$/ },
  { method: "POST", path: /^\/domain\/zone\/[a-z0-9._-]+\/(?:record|refresh)$/ },
  { method: "PUT", path: /^\/domain\/zone\/[a-z0-9._-]+\/record\/\d+$/ },
  { method: "DELETE", path: /^\/domain\/zone\/[a-z0-9._-]+\/record\/\d+$/ },
];

/** external-dns keeps to the same pace; OVH publishes none. */
const PACE = { requests: 20, seconds: 1 };
const TOKEN_MARGIN_MS = 60_000;
/** OVH does not say how old a signature may be; this much is never the reason why it is refused. */
const SIGNATURE_MS = 10_000;

export interface OvhClient {
  readonly identity: Identity["kind"];
  /** What the domains of a run share by. */
  readonly key: string;
  get<S extends v.GenericSchema>(
    path: string,
    schema: S,
    signal: AbortSignal,
  ): Promise<v.InferOutput<S>>;
  /** Throws `unknown-outcome` or `transient` where it may have been done. */
  write<S extends v.GenericSchema>(
    call: { readonly method: "POST" | "PUT" | "DELETE"; readonly path: string; body?: unknown },
    schema: S,
    signal: AbortSignal,
  ): Promise<v.InferOutput<S>>;
}

export async function createClient(context: HostContext): Promise<OvhClient> {
  const session = await sessionOf(context);
  const wire: Wire = { context, session };
  return {
    identity: session.identity.kind,
    key: session.key,
    get: async (path, schema, signal) => {
      const asked = { method: "GET", path } as const;
      return parse(await send(wire, asked, signal), schema, asked);
    },
    write: async (call, schema, signal) => parse(await send(wire, call, signal), schema, call),
  };
}

interface Wire {
  readonly context: HostContext;
  readonly session: Session;
}

interface Sent extends Asked {
  readonly method: Method;
  readonly body?: unknown;
}

/** Throws `internal` for a call that is not one of ours. */
export function checkAllowed({ method, path }: Asked): void {
  if (ALLOWED.some((one) => one.method === method && one.path.test(path))) return;
  throw new MailDnsError("internal", `${method} ${path} is no call that is ever sent to OVH.`);
}

async function send(wire: Wire, call: Sent, signal: AbortSignal): Promise<HttpAnswer> {
  checkAllowed(call);
  const { context, session } = wire;
  let sent = await attempt(wire, call, signal);
  if (isStale(sent.answer, faultOf(sent.answer), session.identity.kind)) {
    // Refused before anything was done, so that even a write may be signed anew and sent again.
    delete session.delta;
    delete session.token;
    sent = await attempt(wire, call, signal);
  }
  const { answer, sender, at } = sent;
  if (answer.status >= 200 && answer.status < 300) return answer;
  const asked = { method: call.method, path: call.path.replace(/\?.*/, "") };
  const isOld = context.clock.now() - at > SIGNATURE_MS;
  if (isOld && isStale(answer, faultOf(answer), session.identity.kind)) throw tooSlow(asked);
  throw errorOf(answer, asked, sender.secrets);
}

function tooSlow({ method, path }: Asked): MailDnsError {
  const message = `${method} ${path} took so long that its signature ran out.`;
  return new MailDnsError("transient", message, { host: "OVH", help: "Try again later." });
}

interface Attempt {
  readonly answer: HttpAnswer;
  readonly sender: Sender;
  /** When it was signed. */
  readonly at: number;
}

async function attempt(wire: Wire, call: Sent, signal: AbortSignal): Promise<Attempt> {
  const { context, session } = wire;
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const request = { method: call.method, url: `${session.endpoint.api}${call.path}`, body };
  const { headers, secrets } = await sign(wire, request, signal);
  const sent: HttpRequest = {
    method: request.method,
    url: request.url,
    headers: { ...headers, ...(body !== "" && { "content-type": "application/json" }) },
    ...(body !== "" && { body }),
  };
  const sender = senderOf(session, secrets);
  const at = context.clock.now();
  return { answer: await context.http.send(sent, sender, signal), sender, at };
}

function senderOf({ key, identity }: Session, secrets: readonly string[] = []): Sender {
  const own =
    identity.kind === "application" ? [identity.secret, identity.consumer] : [identity.secret];
  return {
    title: "OVH",
    key,
    secrets: [...own, ...secrets],
    pace: PACE,
    requestIdHeader: "x-ovh-queryid",
  };
}

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

async function sign(
  wire: Wire,
  request: { readonly method: string; readonly url: string; readonly body: string },
  signal: AbortSignal,
): Promise<Signed> {
  const { context, session } = wire;
  const { identity } = session;
  if (identity.kind === "service-account") {
    const token = await tokenOf(wire, signal);
    return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
  }
  session.delta ??= keep(askDelta(wire, signal), () => delete session.delta);
  const time = Math.floor(context.clock.now() / 1000) + (await session.delta);
  const signature = signatureOf(identity, request, time);
  const headers = {
    "x-ovh-application": identity.key,
    "x-ovh-consumer": identity.consumer,
    "x-ovh-timestamp": String(time),
    "x-ovh-signature": signature,
  };
  return { headers, secrets: [signature] };
}

/** What failed is asked for again by the next who needs it. */
function keep<T>(made: Promise<T>, forget: () => void): Promise<T> {
  made.catch(forget);
  return made;
}

async function askDelta({ context, session }: Wire, signal: AbortSignal): Promise<number> {
  const asked = { method: "GET", path: "/auth/time" } as const;
  const url = `${session.endpoint.api}${asked.path}`;
  const sender = senderOf(session);
  const answer = await context.http.send({ method: "GET", url }, sender, signal);
  if (answer.status !== 200) throw errorOf(answer, asked, sender.secrets);
  return parse(answer, Seconds, asked) - Math.floor(context.clock.now() / 1000);
}

async function tokenOf(wire: Wire, signal: AbortSignal): Promise<string> {
  const { context, session } = wire;
  const known = await session.token;
  if (known !== undefined && known.until > context.clock.now()) return known.text;
  const mine = session.token;
  session.token = keep(askToken(wire, signal), () => {
    if (session.token === mine) delete session.token;
  });
  return (await session.token).text;
}

async function askToken(
  { context, session }: Wire,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly until: number }> {
  const { identity, endpoint } = session;
  if (identity.kind !== "service-account") throw new MailDnsError("internal", "No service account");
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: identity.id,
    client_secret: identity.secret,
    scope: "all",
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const request = { method: "POST", url: endpoint.token, headers, body: form.toString() } as const;
  const answer = await context.http.send(request, senderOf(session), signal);
  if (answer.status !== 200) {
    throw new MailDnsError(
      "auth",
      `OVH answered ${answer.status} to OVH_CLIENT_ID and its secret.`,
      {
        help: "Is the service account of this endpoint (OVH_ENDPOINT), and its secret the current one?",
      },
    );
  }
  const asked = { method: "POST", path: "/auth/oauth2/token" };
  const { access_token: text, expires_in: seconds } = parse(answer, Token, asked);
  return { text, until: context.clock.now() + seconds * 1000 - TOKEN_MARGIN_MS };
}

function parse<S extends v.GenericSchema>(
  { body }: HttpAnswer,
  schema: S,
  { method, path }: Asked,
): v.InferOutput<S> {
  let reason = "it is not JSON";
  try {
    const result = v.safeParse(schema, body === "" ? null : JSON.parse(body));
    if (result.success) return result.output;
    const [issue] = result.issues;
    const field = v.getDotPath(issue) ?? "the answer";
    reason = `${field}: ${issue.message}`;
  } catch {
    // Told below.
  }
  throw new MailDnsError(
    "transient",
    `OVH's answer to ${method} ${path} is not understood: ${reason}.`,
    {
      help: "Try again. If it stays, OVH has changed its API: please report this message.",
    },
  );
}
