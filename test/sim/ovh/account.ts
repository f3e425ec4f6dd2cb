import { createHash } from "node:crypto";
import { Refused, client, gateway } from "./refusal.ts";

export interface Call {
  readonly method: string;
  /** As it stood in the request line, with its query. */
  readonly target: string;
  /** Below `/1.0`, without the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `https://host`, as the client may have called it: with its port and without. */
  readonly origins: readonly string[];
}

export interface Rule {
  readonly method: string;
  /** `*` stands for anything, slashes included. */
  readonly path: string;
}

/** What may be used to sign in, and what it may do. */
export interface OvhAccount {
  readonly applicationKey: string;
  readonly applicationSecret: string;
  readonly consumerKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
  rules: readonly Rule[];
  status: "validated" | "pendingValidation" | "expired";
  /** IAM actions of the service account. */
  actions: readonly string[];
}

const ALLOWED_SKEW = 30;
const TOKEN_SECONDS = 3599;

/** Who calls, and may they? Throws what OVH answers. */
export class Gate {
  readonly #account: OvhAccount;
  readonly #now: () => number;
  readonly #tokens = new Map<string, number>();
  #made = 0;

  constructor(account: OvhAccount, now: () => number) {
    this.#account = account;
    this.#now = now;
  }

  get seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  /** Client credentials, RFC 6749 4.4: in the body or as basic authentication. */
  grant({ headers, body }: Call): unknown {
    const form = new URLSearchParams(body);
    const basic = /^Basic (.+)$/.exec(headers["authorization"] ?? "")?.[1];
    const [id, secret] =
      basic === undefined
        ? [form.get("client_id"), form.get("client_secret")]
        : Buffer.from(basic, "base64").toString().split(":").map(decodeURIComponent);
    const { clientId, clientSecret } = this.#account;
    if (form.get("grant_type") !== "client_credentials") throw oauth("unsupported_grant_type");
    if (id !== clientId || secret !== clientSecret) throw oauth("invalid_client");
    this.#made += 1;
    const token = `eyJ.simulated.${this.#made}`;
    this.#tokens.set(token, this.seconds + TOKEN_SECONDS);
    return { access_token: token, token_type: "Bearer", expires_in: TOKEN_SECONDS, scope: "all" };
  }

  /** Every token that was given is worth nothing any more. */
  revoke(): void {
    this.#tokens.clear();
  }

  admit(call: Call, action: string): void {
    const bearer = /^Bearer (.+)$/.exec(call.headers["authorization"] ?? "")?.[1];
    if (bearer === undefined) return this.#checkSignature(call);
    if ((this.#tokens.get(bearer) ?? 0) <= this.seconds) {
      throw gateway(401, "NOT_CREDENTIAL", "You must login first");
    }
    if (!this.#account.actions.includes(action)) {
      throw client(403, "Forbidden", "User not granted for this request", {
        unauthorizedActionsByAuthentication: "",
        unauthorizedActionsByIAM: action,
      });
    }
  }

  #checkSignature({ method, target, path, headers, body, origins }: Call): void {
    const account = this.#account;
    const { "x-ovh-application": key, "x-ovh-consumer": consumer } = headers;
    if (key === undefined) throw gateway(401, "NOT_CREDENTIAL", "You must login first");
    if (key !== account.applicationKey) {
      throw gateway(403, "INVALID_KEY", "This application key is invalid");
    }
    if (consumer === undefined) throw gateway(403, "NOT_CREDENTIAL", "This credential is missing");
    if (consumer !== account.consumerKey || account.status === "expired") {
      throw gateway(403, "INVALID_CREDENTIAL", "This credential is not valid");
    }
    const stamp = headers["x-ovh-timestamp"] ?? "";
    const isSigned = origins.some((origin) => {
      const { applicationSecret, consumerKey } = account;
      const parts = [applicationSecret, consumerKey, method, `${origin}${target}`, body, stamp];
      const digest = createHash("sha1").update(parts.join("+")).digest("hex");
      return headers["x-ovh-signature"] === `$1$${digest}`;
    });
    const isOnTime = Math.abs(Number(stamp) - this.seconds) <= ALLOWED_SKEW;
    if (!isSigned || !isOnTime || account.status === "pendingValidation") {
      throw gateway(400, "INVALID_SIGNATURE", "Invalid signature");
    }
    if (path !== "/auth/currentCredential" && !isGranted(account.rules, method, path)) {
      throw gateway(403, "NOT_GRANTED_CALL", "This call has not been granted");
    }
  }

  get currentCredential(): unknown {
    const { rules, status } = this.#account;
    return { credentialId: 12_345, applicationId: 678, ovhSupport: false, rules, status };
  }
}

function isGranted(rules: readonly Rule[], method: string, path: string): boolean {
  return rules.some((rule) => {
    const source = rule.path.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return rule.method === method && new RegExp(`^${source}$`).test(path);
  });
}

function oauth(error: string): Refused {
  return new Refused({ status: 401, body: { error, error_description: "Client authentication" } });
}
