import { MailDnsError } from "../core/errors.ts";
import type { HttpRequest, Sender } from "../ports/http.ts";
import type { Reply } from "./exchange.ts";
import { createRedact } from "./redact.ts";
import { requestIdOf } from "./trace.ts";

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const MAX_MESSAGE = 500;

/** Refuses what must not be sent at all. */
export function checkRequest({ url, headers }: HttpRequest, { title, secrets }: Sender): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isSafe =
    parsed?.protocol === "https:" ||
    (parsed?.protocol === "http:" && LOOPBACK.test(parsed.hostname));
  if (!isSafe || parsed.username !== "" || parsed.password !== "")
    throw unsafe(parsed?.origin ?? url, title, secrets);
  if (!areSendable(headers))
    throw new MailDnsError("auth", `A credential of ${title} holds what no credential holds.`, {
      host: title,
      help: "Set it again, without line breaks and quotes.",
    });
}

function unsafe(address: string, title: string, secrets: readonly string[]): MailDnsError {
  const shown = createRedact(secrets)(address);
  return new MailDnsError("config", `No credential of ${title} is sent to ${shown}.`, {
    host: title,
    help: "Give an address that begins with https:, without a user name; http: is for this machine alone.",
  });
}

/** What `Headers` itself throws shows the value. */
function areSendable(headers: HttpRequest["headers"]): boolean {
  try {
    return new Headers(headers) instanceof Headers;
  } catch {
    return false;
  }
}

export interface Failed {
  readonly request: HttpRequest;
  readonly sender: Sender;
  readonly reply: Reply;
  readonly attempt: number;
}

/** Says why nothing can be given. */
export function failure(failed: Failed): MailDnsError {
  const { request, sender, reply } = failed;
  if (reply.kind === "untrusted") return distrust(request, sender, reply);
  if (reply.kind === "answer") return refusal(failed, reply);
  const place = new URL(request.url).host;
  const reason = createRedact(sender.secrets)(reply.reason);
  const details = { host: sender.title, native: { message: reply.reason } };
  if (request.method !== "GET" && reply.kind === "unanswered")
    return new MailDnsError(
      "unknown-outcome",
      `${place} ${reason}: whether ${sender.title} did what it was asked to is not known.`,
      { ...details, help: "Type the command again: it reads first what is there." },
    );
  return new MailDnsError("transient", `${sender.title} can't be asked: ${place} ${reason}.`, {
    ...details,
    help: "Look at this machine's network (behind a proxy, set NODE_USE_ENV_PROXY=1), then type the command again.",
  });
}

function refusal(
  { sender, attempt }: Failed,
  reply: Extract<Reply, { kind: "answer" }>,
): MailDnsError {
  const { status } = reply.answer;
  const details = { host: sender.title, native: nativeOf(reply, sender) };
  return status === 429
    ? new MailDnsError("rate-limited", `${sender.title} asked ${attempt} times to slow down.`, {
        ...details,
        help: "Something else uses the same credential. Wait a few minutes, then type the command again.",
      })
    : new MailDnsError("transient", `${sender.title} answered ${attempt} times with ${status}.`, {
        ...details,
        help: `Look at the status page of ${sender.title}, then type the command again.`,
      });
}

/** For who is asked to wait longer than anybody sits before a terminal. */
export function tooLong(sender: Sender, reply: Reply, until: number): MailDnsError {
  const at = new Date(until).toISOString().slice(0, 16).replace("T", " ");
  return new MailDnsError(
    "rate-limited",
    `${sender.title} takes no more requests until ${at} UTC.`,
    {
      host: sender.title,
      help: "Type the command again after that.",
      ...(reply.kind === "answer" && { native: nativeOf(reply, sender) }),
    },
  );
}

function distrust(
  { url }: HttpRequest,
  { title }: Sender,
  { reason, code }: Extract<Reply, { kind: "untrusted" }>,
): MailDnsError {
  return new MailDnsError("auth", `${new URL(url).host} is not trusted: ${reason}.`, {
    host: title,
    native: { code },
    help: "Look at the address, and at this machine's clock. An own authority is named by NODE_EXTRA_CA_CERTS.",
  });
}

function nativeOf(reply: Extract<Reply, { kind: "answer" }>, sender: Sender) {
  const { status, body } = reply.answer;
  const requestId = requestIdOf(reply, sender);
  const message = createRedact(sender.secrets)(body).slice(0, MAX_MESSAGE);
  return { status, message, ...(requestId !== undefined && { requestId }) };
}
