import { suggest } from "../config/suggest.ts";
import { MailDnsError } from "../core/errors.ts";

/** A host's name as somebody typed it that is none. */
export function noHost(typed: string, names: readonly string[]): MailDnsError {
  const near = suggest(typed, names);
  return new MailDnsError("usage", `There is no DNS host ${JSON.stringify(typed)}.`, {
    help: near === undefined ? `The hosts are ${names.join(", ")}.` : `Did you mean ${near}?`,
  });
}
