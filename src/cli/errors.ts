import { isMailDnsError } from "../core/errors.ts";
import { visible } from "../render/escape.ts";
import { wrap } from "../render/layout.ts";
import { exit, exitForError } from "./exit-codes.ts";

/** An error for people: what happened, where, and what to do now. Only a bug shows a stack. */
export function describeError(error: unknown, about?: string): string {
  if (!isMailDnsError(error) || error.code === "internal") return describeBug(error);
  const { domain = about, host, help, native } = error.details;
  const where = [domain, host].filter((part) => part !== undefined).join(", ");
  const said = [native?.status, native?.code, native?.message].filter((part) => part !== undefined);
  const request = native?.requestId === undefined ? "" : ` (request ${native.requestId})`;
  return [
    ...wrap(visible(`${where === "" ? "" : `${where}: `}${error.message}`), "error: "),
    ...(said.length > 0 ? wrap(visible(`It said: ${said.join(" ")}${request}`), "       ") : []),
    ...(help === undefined ? [] : wrap(visible(help), "       ")),
  ].join("\n");
}

/** The same for programs: one line of JSON for a domain about which there is nothing else to say. */
export function errorJson(error: unknown, domain: string): object {
  if (!isMailDnsError(error))
    return { domain, error: { code: "internal", message: String(error) } };
  const { code, message, details } = error;
  const { help, native } = details;
  return {
    domain,
    error: { code, message, ...(help !== undefined && { help }), ...(native && { native }) },
  };
}

export function exitFor(error: unknown): number {
  return isMailDnsError(error) ? exitForError(error.code) : exit.failed;
}

function describeBug(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = stack.split("\n").map((line) => `  ${visible(line)}`);
  return ["error: this is a bug in odoo-mail-dns. Nothing more was done.", ...lines].join("\n");
}
