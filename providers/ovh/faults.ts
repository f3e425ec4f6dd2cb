import * as v from "valibot";
import { type ErrorCode, MailDnsError, isMailDnsError } from "../../src/core/errors.ts";
import { createRedact } from "../../src/http/redact.ts";
import type { HttpAnswer } from "../../src/ports/http.ts";
import type { Identity } from "./session.ts";
import { Fault } from "./schema.ts";

export interface Asked {
  readonly method: string;
  /** Below the endpoint, as its access rules name it: `/domain/zone/example.com/refresh`. */
  readonly path: string;
}

const MAX_MESSAGE = 300;

export type FaultText = v.InferOutput<typeof Fault>;

/** What OVH says is wrong; an answer that says nothing gives nothing. */
export function faultOf({ body }: Pick<HttpAnswer, "body">): FaultText {
  try {
    const { output, success } = v.safeParse(Fault, JSON.parse(body));
    return success ? output : {};
  } catch {
    return {};
  }
}

/** Signed with a wrong time, or with a token that has run out: both can be made anew, once. */
export function isStale({ status }: HttpAnswer, { errorCode }: FaultText, kind: Identity["kind"]) {
  if (kind === "service-account") return status === 401;
  return status === 400 && ["INVALID_SIGNATURE", "QUERY_TIME_OUT"].includes(errorCode ?? "");
}

/** The error for an answer that is no success, in our words; what OVH said stands behind it. */
export function errorOf(
  answer: HttpAnswer,
  asked: Asked,
  secrets: readonly string[],
): MailDnsError {
  // What OVH says may repeat what it was sent.
  const fault = faultOf({ body: createRedact(secrets)(answer.body) });
  const { code, help } = judge(answer, fault, asked);
  const verb = answer.status >= 500 ? "failed" : "was refused";
  const requestId = answer.headers["x-ovh-queryid"];
  return new MailDnsError(code, `${asked.method} ${asked.path} ${verb}.`, {
    host: "OVH",
    ...(help !== undefined && { help }),
    native: {
      status: answer.status,
      ...(fault.errorCode !== undefined && { code: fault.errorCode }),
      ...(fault.message !== undefined && { message: fault.message.slice(0, MAX_MESSAGE) }),
      ...(requestId !== undefined && { requestId }),
    },
  });
}

/** An error in one sentence with what OVH said, for where there is no room for more. */
export function wordsOf(error: unknown): string {
  if (!isMailDnsError(error)) return String(error);
  const { status, message } = error.details.native ?? {};
  const said = [status, message].filter((part) => part !== undefined).join(" ");
  return said === "" ? error.message : `${error.message.replace(/\.$/, "")} (OVH said: ${said}).`;
}

interface Judgement {
  readonly code: ErrorCode;
  readonly help?: string;
}

const SIGNATURE: Judgement = {
  code: "auth",
  help: "Is OVH_APPLICATION_SECRET the one of OVH_APPLICATION_KEY, and was the consumer key validated in the browser?",
};
const CREDENTIAL: Judgement = {
  code: "auth",
  help: "The key is wrong, has run out, or belongs to another endpoint (OVH_ENDPOINT: ovh-eu, ovh-ca, ovh-us).",
};
const EXPIRED: Judgement = { code: "config", help: "Renew the zone at OVH." };
const BUSY: Judgement = { code: "busy", help: "OVH is still at work on the zone; try again soon." };

function judge({ status }: HttpAnswer, fault: FaultText, asked: Asked): Judgement {
  if (status === 400) return fault.errorCode === undefined ? { code: "invalid-input" } : SIGNATURE;
  if (status === 401 || status === 403) return judgeAccess(fault, asked);
  if (status === 404) return { code: "zone-not-found" };
  if (status === 409) return BUSY;
  if (status === 460) return EXPIRED;
  if (status === 429) return { code: "rate-limited" };
  return { code: status >= 500 ? "transient" : "invalid-input" };
}

/** The call is not allowed, with whatever key it is signed; anything else is about the key. */
const PERMISSION = new Set(["NOT_GRANTED_CALL", "FORBIDDEN", "Client::Forbidden"]);

function judgeAccess(fault: FaultText, { method, path }: Asked): Judgement {
  const action = fault.details?.unauthorizedActionsByIAM;
  if (action !== undefined && action !== "") {
    return {
      code: "permission",
      help: `Allow the action ${action} in the IAM policy of the zone.`,
    };
  }
  const { errorCode = fault.class } = fault;
  if (PERMISSION.has(errorCode ?? "")) {
    const rule = `${method} ${path.replace(/\/\d+$/, "/*")}`;
    return { code: "permission", help: `Make a consumer key with the access rule ${rule}.` };
  }
  return CREDENTIAL;
}
