import * as v from "valibot";
import { type ErrorCode, MailDnsError } from "../../src/core/errors.ts";
import type { HttpAnswer } from "../../src/ports/http.ts";
import { ApiFault } from "./schema.ts";

/** A call, for errors about it. */
export interface Asked {
  /** `GET dnszones/mycompany.example/recordsets`. */
  readonly call: string;
  readonly isWrite?: boolean;
}

interface Vendor {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly requestId?: string;
}

export const REQUEST_ID = "x-ms-request-id";

/** What Azure's own codes mean (verified 2026-12-01 against its API description and reports). */
const CODES: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ["AuthorizationFailed", "permission"],
  ["LinkedAuthorizationFailed", "permission"],
  ["RequestDisallowedByPolicy", "permission"],
  ["ScopeLocked", "protected"],
  ["SubscriptionNotFound", "config"],
  ["InvalidSubscriptionId", "config"],
  ["ResourceGroupNotFound", "config"],
  ["ReadOnlyDisabledSubscription", "permission"],
]);

const BY_STATUS: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [401, "auth"],
  [403, "permission"],
  [404, "zone-not-found"],
  [409, "conflict"],
  [412, "stale-write"],
  [423, "protected"],
  [429, "rate-limited"],
]);

/** What an answer that is no success means. */
export function errorOf(answer: HttpAnswer, asked: Asked): MailDnsError {
  const vendor = readVendor(answer);
  const code = codeOf(vendor, asked);
  const help = helpFor(code, vendor);
  return new MailDnsError(code, sentence(code, vendor, asked), {
    host: "Azure DNS",
    native: vendor,
    ...(help !== undefined && { help }),
  });
}

/** An answer that is none of Azure's. After a write, nobody knows what became of it. */
export function notUnderstood(
  { call, isWrite = false }: Asked,
  why: string,
  answer?: HttpAnswer,
): MailDnsError {
  const code = isWrite ? "unknown-outcome" : "transient";
  const requestId = answer?.headers[REQUEST_ID];
  return new MailDnsError(code, `Azure's answer to ${call} can't be understood: ${why}.`, {
    host: "Azure DNS",
    ...(requestId !== undefined && { native: { requestId } }),
  });
}

function readVendor({ status, headers, body }: HttpAnswer): Vendor {
  const fault = v.safeParse(ApiFault, readJson(body));
  const requestId = headers[REQUEST_ID];
  const message = fault.success ? fault.output.message?.replaceAll(/\s+/g, " ").slice(0, 600) : "";
  return {
    status,
    ...(fault.success && { code: fault.output.code.slice(0, 100) }),
    ...(message && { message }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** Undefined: it is none. */
export function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function codeOf({ status, code = "" }: Vendor, { isWrite }: Asked): ErrorCode {
  if (status >= 500) return isWrite === true ? "unknown-outcome" : "transient";
  return CODES.get(code) ?? BY_STATUS.get(status) ?? "invalid-input";
}

function sentence(code: ErrorCode, { status, message, ...vendor }: Vendor, asked: Asked): string {
  const right = missingRight(message);
  if (code === "permission" && right !== undefined) {
    return `Azure refuses ${asked.call}: the login lacks ${right.action} on ${right.scope}.`;
  }
  const said = message === undefined ? `status ${status}` : message.replace(/\.$/, "");
  const name = vendor.code === undefined ? "" : ` (${vendor.code})`;
  const verb = status >= 500 ? "could not carry out" : "refuses";
  return `Azure ${verb} ${asked.call}: ${said}${name}.`;
}

interface Right {
  readonly action: string;
  readonly scope: string;
}

/** Out of `... does not have authorization to perform action 'X' over scope 'Y' ...`. */
function missingRight(message = ""): Right | undefined {
  const [, action, scope] = /perform action '([^']+)' over scope '([^']+)'/.exec(message) ?? [];
  return action === undefined || scope === undefined ? undefined : { action, scope };
}

function helpFor(code: ErrorCode, { code: native, message }: Vendor): string | undefined {
  switch (code) {
    case "auth":
      return "Log in again. If it was right a moment ago, look at this machine's clock.";
    case "permission":
      return missingRight(message) === undefined
        ? undefined
        : "Give it the role DNS Zone Contributor on the zone, or this action in a role of your own; a new role takes some minutes.";
    case "protected":
      return "Whoever set the lock can remove it: `az lock list` shows it.";
    case "config":
      return native === "ResourceGroupNotFound"
        ? "Correct `resourceGroup` below `odoo-mail-dns:azure`, or leave it out."
        : "Correct AZURE_SUBSCRIPTION_ID, or `subscription` below `odoo-mail-dns:azure`.";
    case "zone-not-found":
      return "Somebody may have deleted or moved the zone. Run the command again.";
    default:
      return undefined;
  }
}
