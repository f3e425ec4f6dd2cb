import { randomBytes, verify, X509Certificate, constants } from "node:crypto";
import type { SimAnswer, SimRequest } from "../faults.ts";
import type { SimToken } from "./access.ts";
import type { AzureState, SimPrincipal } from "./model.ts";
import { idOf } from "./zone.ts";

const HOUR = 3600;
const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** What Entra refuses: the error of OAuth 2.0, with its own number in front of the description. */
class Denial extends Error {
  readonly status: number;
  readonly error: string;
  readonly number: number;

  constructor(status: number, error: string, number: number, message: string) {
    super(`AADSTS${number}: ${message}`);
    this.status = status;
    this.error = error;
    this.number = number;
  }
}

/** Microsoft Entra: `/{tenant}/v2.0/.well-known/openid-configuration` and `/{tenant}/oauth2/v2.0/token`. */
export function login(
  request: SimRequest,
  state: AzureState,
  tokens: Map<string, SimToken>,
  now: number,
): SimAnswer {
  const [, tenant = "", ...rest] = new URL(request.path, "https://sim.invalid").pathname.split("/");
  const path = rest.join("/");
  try {
    if (request.method === "GET" && path === "v2.0/.well-known/openid-configuration") {
      demandTenant(tenant, state);
      return { status: 200, body: discovery(`https://${request.headers["host"]}`, tenant) };
    }
    if (request.method !== "POST" || path !== "oauth2/v2.0/token") return { status: 404, body: "" };
    demandTenant(tenant, state);
    return { status: 200, body: issue(tenant, request, { state, tokens, now }) };
  } catch (error) {
    if (!(error instanceof Denial)) throw error;
    return denied(error, now);
  }
}

function demandTenant(tenant: string, { principals }: AzureState): void {
  if (principals.some((principal) => principal.tenant === tenant)) return;
  const message = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`;
  throw new Denial(400, "invalid_request", 90002, message);
}

function discovery(origin: string, tenant: string): unknown {
  const base = `${origin}/${tenant}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    tenant_region_scope: "EU",
    cloud_instance_name: "microsoftonline.com",
  };
}

interface Issuing {
  readonly state: AzureState;
  readonly tokens: Map<string, SimToken>;
  readonly now: number;
}

function issue(tenant: string, request: SimRequest, { state, tokens, now }: Issuing): unknown {
  const form = new URLSearchParams(request.body);
  if (form.get("grant_type") !== "client_credentials") {
    throw new Denial(
      400,
      "unsupported_grant_type",
      70003,
      "The app requested an unsupported grant type.",
    );
  }
  const clientId = form.get("client_id") ?? "";
  const known = state.principals.find((one) => one.tenant === tenant && one.clientId === clientId);
  if (known === undefined) {
    const message = `Application with identifier '${clientId}' was not found in the directory 'Mycompany'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`;
    throw new Denial(400, "unauthorized_client", 700016, message);
  }
  const audience = /^(\S+)\/\.default$/.exec(
    (form.get("scope") ?? "").split(" ").find((scope) => scope.endsWith("/.default")) ?? "",
  )?.[1];
  if (audience === undefined) {
    throw new Denial(
      400,
      "invalid_scope",
      1002012,
      "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
    );
  }
  demandProof(form, known);
  const value = `sim.${randomBytes(24).toString("base64url")}.token`;
  tokens.set(value, { principal: known, audience, until: now + HOUR * 1000 });
  return {
    token_type: "Bearer",
    expires_in: HOUR - 1,
    ext_expires_in: HOUR - 1,
    access_token: value,
  };
}

function demandProof(form: URLSearchParams, principal: SimPrincipal): void {
  const assertion = form.get("client_assertion");
  if (assertion !== null) {
    if (form.get("client_assertion_type") !== ASSERTION) {
      throw new Denial(
        400,
        "invalid_request",
        900144,
        "The request body must contain the following parameter: 'client_assertion_type'.",
      );
    }
    const { federatedToken, certificate } = principal;
    if (assertion === federatedToken) return;
    if (certificate !== undefined && isSignedBy(assertion, certificate)) return;
    throw new Denial(
      401,
      "invalid_client",
      700027,
      "The certificate with identifier used to sign the client assertion is not registered on application.",
    );
  }
  const secret = form.get("client_secret");
  if (secret === null) {
    throw new Denial(
      401,
      "invalid_client",
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  if (secret === principal.secret) return;
  throw new Denial(
    401,
    "invalid_client",
    7000215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${principal.clientId}'.`,
  );
}

function isSignedBy(assertion: string, certificate: string): boolean {
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const { alg } = JSON.parse(Buffer.from(head, "base64url").toString()) as { alg: string };
  const key = new X509Certificate(certificate).publicKey;
  const padding = alg === "PS256" ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const signed = Buffer.from(`${head}.${claims}`);
  return verify("sha256", signed, { key, padding }, Buffer.from(signature, "base64url"));
}

function denied({ status, error, number, message }: Denial, now: number): SimAnswer {
  const [trace, correlation] = [idOf(`trace ${now}`), idOf(`correlation ${now}`)];
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")}Z`;
  return {
    status,
    body: {
      error,
      error_description: `${message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    },
  };
}
