import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";

/** Where to log in, and where the Resource Manager is. */
export interface Cloud {
  /** Undefined: the public cloud's, which the login library knows. */
  readonly authority?: string;
  readonly endpoint: string;
  /** What a token has to be for. */
  readonly scope: string;
}

const PUBLIC = "https://management.azure.com";
/** National clouds, by where one logs in (learn.microsoft.com, verified 2026-12-01). */
const NATIONAL: Readonly<Record<string, string>> = {
  "login.microsoftonline.com": PUBLIC,
  "login.chinacloudapi.cn": "https://management.chinacloudapi.cn",
  "login.partner.microsoftonline.cn": "https://management.chinacloudapi.cn",
  "login.microsoftonline.us": "https://management.usgovcloudapi.net",
};

/** Throws `config` for an address that no token may be sent to. */
export function cloudOf(context: HostContext): Cloud {
  const authority = addressIn(context, "AZURE_AUTHORITY_HOST");
  const national = authority === undefined ? undefined : NATIONAL[new URL(authority).host];
  const endpoint = addressIn(context, "ODOO_MAIL_DNS_AZURE_ENDPOINT") ?? national ?? PUBLIC;
  return {
    ...(authority !== undefined && { authority }),
    endpoint,
    scope: `${endpoint}/.default`,
  };
}

/** An account may be in a cloud of its own. */
function addressIn(context: HostContext, name: string): string | undefined {
  const text = context.optionalCredential(name) ?? context.env[name]?.trim();
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" && url.username === "") return url.href.replace(/\/+$/, "");
  throw new MailDnsError("config", `${name} is no address that begins with https://.`, {
    help: "Correct it in the environment, or leave it out for Azure's public cloud.",
  });
}
