import { MailDnsError } from "../../src/core/errors.ts";

/** Of what was tried on a machine without a login, what people can do something about. */
const WAYS: readonly (readonly [RegExp, string])[] = [
  [/^AzureCli|\bAzure CLI\b/, "the Azure CLI"],
  [/^ManagedIdentity|\bIMDS\b/, "a managed identity"],
  [/PowerShell/, "Azure PowerShell"],
  [/Azure Developer CLI/, "the Azure Developer CLI"],
];

const NETWORK =
  /\b(?:network|endpoints_resolution)_error\b|\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/;

/** Entra's numbers for what people get wrong (learn.microsoft.com, verified 2026-12-01). */
const HELP: Readonly<Record<string, string>> = {
  AADSTS7000215: "Set AZURE_CLIENT_SECRET to the secret's value, not to its id.",
  AADSTS7000222: "The secret has expired: make a new one and set AZURE_CLIENT_SECRET to it.",
  AADSTS700016: "Correct AZURE_CLIENT_ID, or AZURE_TENANT_ID: the tenant has no such application.",
  AADSTS90002: "Correct AZURE_TENANT_ID: there is no such tenant in this cloud.",
  AADSTS700027: "Add the certificate to the application, or set the path to the one that is there.",
};

/** What Azure's login library throws, in the words of whoever has to do something about it. */
export function loginError(error: unknown, words: string): MailDnsError {
  const text = textOf(error);
  const said = firstSentence(error instanceof Error ? error.message : text);
  const tried = (error as { readonly errors?: unknown }).errors;
  if (Array.isArray(tried)) return nothingWorked(tried, error);
  if (NETWORK.test(text)) {
    return new MailDnsError("transient", "Azure's login could not be reached.", {
      help: "Look at the network of this machine, and at AZURE_AUTHORITY_HOST where it is set.",
      cause: error,
    });
  }
  const code = /AADSTS\d+/.exec(text)?.[0];
  const help = code === undefined ? undefined : HELP[code];
  return failed(words, said, {
    cause: error,
    ...(help !== undefined && { help }),
    native: { ...(code !== undefined && { code }), message: said },
  });
}

function failed(words: string, why: string, details: MailDnsError["details"]): MailDnsError {
  const message = `Azure does not let ${words} in: ${why}.`;
  return new MailDnsError("auth", message, { host: "Azure DNS", ...details });
}

function nothingWorked(errors: readonly unknown[], cause: unknown): MailDnsError {
  const texts = errors.map((error) => (error instanceof Error ? error.message : String(error)));
  const tried = WAYS.flatMap(([pattern, words]) => {
    const text = texts.find((one) => pattern.test(one));
    return text === undefined ? [] : [`${words} (${reasonIn(text)})`];
  });
  return new MailDnsError("auth", "Nothing on this machine logs in to Azure.", {
    host: "Azure DNS",
    help: `Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or run \`az login\`. Tried were ${tried.join(", ")}.`,
    cause,
  });
}

function reasonIn(text: string): string {
  const isMissing = /not be found|couldn't be found|unable to execute|not installed/i.test(text);
  const isOut = /az login|azd auth login|Connect-AzAccount/.test(text) && !isMissing;
  if (isMissing) return "not installed";
  return isOut ? "nobody is logged in" : "not available here";
}

/** With everything that led to it. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : ` ${textOf(error.cause)}`;
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  return `${error.message}${code}${cause}`;
}

/** Without the ids and times behind it, which help nobody here. */
function firstSentence(text: string): string {
  const line = text
    .replaceAll(/\s+/g, " ")
    .replace(/ Trace ID: .*/, "")
    .trim();
  return line.slice(0, 300).replace(/\.$/, "");
}
