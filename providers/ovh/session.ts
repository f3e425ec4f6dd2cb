import { createHash } from "node:crypto";
import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";

/** How calls are signed, by what is set in the environment. */
export type Identity =
  | {
      readonly kind: "application";
      readonly key: string;
      readonly secret: string;
      readonly consumer: string;
    }
  | { readonly kind: "service-account"; readonly id: string; readonly secret: string };

/** One credential at one endpoint, shared by all domains of a run that use it. */
export interface Session {
  readonly endpoint: Endpoint;
  readonly identity: Identity;
  /** Tells this credential from another, without being it. */
  readonly key: string;
  /** Seconds that OVH's clock is ahead of ours. */
  delta?: Promise<number>;
  token?: Promise<{ readonly text: string; readonly until: number }>;
}

/** Throws `auth` naming what is to be set, `config` for an endpoint that is none. */
export async function sessionOf(context: HostContext): Promise<Session> {
  const endpoint = endpointOf(context.optionalCredential("OVH_ENDPOINT"));
  const identity = identityOf(context);
  const text = JSON.stringify([endpoint.api, identity]);
  const key = `ovh ${createHash("sha256").update(text).digest("hex")}`;
  return context.run.once(key, async () => ({ endpoint, identity, key }));
}

function identityOf(context: HostContext): Identity {
  const id = context.optionalCredential("OVH_CLIENT_ID");
  const key = context.optionalCredential("OVH_APPLICATION_KEY");
  if (id !== undefined && key !== undefined) {
    throw new MailDnsError("auth", "OVH_CLIENT_ID and OVH_APPLICATION_KEY are both set.", {
      help: "Unset the one that is not meant, so that nobody has to guess who signs the calls.",
    });
  }
  if (id !== undefined) {
    return { kind: "service-account", id, secret: context.credential("OVH_CLIENT_SECRET") };
  }
  return {
    kind: "application",
    key: context.credential("OVH_APPLICATION_KEY"),
    secret: context.credential("OVH_APPLICATION_SECRET"),
    consumer: context.credential("OVH_CONSUMER_KEY"),
  };
}

/**
 * OVH's signature: `$1$` and the SHA-1 of secret, consumer key, method, URL, body and time, joined
 * by `+`. URL and body must be what is sent, octet for octet.
 */
export function signatureOf(
  identity: Extract<Identity, { kind: "application" }>,
  request: { readonly method: string; readonly url: string; readonly body: string },
  time: number,
): string {
  const { secret, consumer } = identity;
  const parts = [secret, consumer, request.method, request.url, request.body, time];
  return `$1$${createHash("sha1").update(parts.join("+")).digest("hex")}`;
}
