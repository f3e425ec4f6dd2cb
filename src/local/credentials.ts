import { isWithin, parseName } from "../core/dns/name.ts";
import { MailDnsError } from "../core/errors.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import type { HostContext } from "../ports/dns-provider.ts";

type Env = HostContext["env"];
export type Credentials = Pick<HostContext, "account" | "credential" | "optionalCredential">;

/**
 * The credentials of one domain. `ODOO_MAIL_DNS_ACCOUNT_ACME_DOMAINS` limits which domains may use
 * the account `acme`, because a stack file is data from a pull request. Throws `auth`.
 */
export function credentialsOf(
  env: Env,
  { domain, account }: Pick<DomainConfig, "domain" | "account">,
): Credentials {
  if (account === undefined || isAllowed(env, domain, account)) return accountOf(env, account);
  throw new MailDnsError("auth", `The account ${account} may not be used for ${domain}.`, {
    help: `Add the domain to ${listName(account)}, or take account: out of its stack file.`,
  });
}

/** `CLOUDFLARE_API_TOKEN`; for the account `acme` `CLOUDFLARE_API_TOKEN_ACME`, and no other. */
export function accountOf(env: Env, account: string | undefined): Credentials {
  const suffix = suffixOf(account);
  const optionalCredential = (name: string): string | undefined =>
    env[name + suffix]?.trim() || undefined;
  return {
    ...(account !== undefined && { account }),
    optionalCredential,
    credential(name) {
      const value = optionalCredential(name);
      if (value !== undefined) return value;
      throw new MailDnsError("auth", `${name}${suffix} is not set.`, {
        help: "Set it in the environment; a credential never stands in a stack file.",
      });
    },
  };
}

function suffixOf(account: string | undefined): string {
  return account === undefined ? "" : `_${account.toUpperCase().replaceAll("-", "_")}`;
}

function listName(account: string): string {
  return `ODOO_MAIL_DNS_ACCOUNT${suffixOf(account)}_DOMAINS`;
}

/** Without a list, an account is for every domain. A listed name is for what lies below it too. */
function isAllowed(env: Env, domain: DomainConfig["domain"], account: string): boolean {
  const listed = env[listName(account)];
  if (listed === undefined) return true;
  return listed.split(/[\s,]+/).some((text) => {
    const name = parseName(text);
    return name !== undefined && isWithin(domain, name);
  });
}
