import { MailDnsError } from "../core/errors.ts";
import { isWithin, parseName } from "../core/dns/name.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import type { HostContext } from "../ports/dns-provider.ts";

type Env = HostContext["env"];
export type Credentials = Pick<HostContext, "credential" | "optionalCredential">;

/**
 * The credentials of one domain's account: `CLOUDFLARE_API_TOKEN`, and for `account: acme`
 * `CLOUDFLARE_API_TOKEN_ACME` and no other. `ODOO_MAIL_DNS_ACCOUNT_ACME_DOMAINS` limits which
 * domains may use it, because a stack file is data from a pull request. Throws `auth`.
 */
export function credentialsOf(
  env: Env,
  { domain, account }: Pick<DomainConfig, "domain" | "account">,
): Credentials {
  const suffix = account === undefined ? "" : `_${account.toUpperCase().replaceAll("-", "_")}`;
  if (!isAllowed(env, domain, suffix)) {
    throw new MailDnsError("auth", `The account ${account} may not be used for ${domain}.`, {
      help: `Add the domain to ODOO_MAIL_DNS_ACCOUNT${suffix}_DOMAINS, or take account: out of its stack file.`,
    });
  }
  const optionalCredential = (name: string): string | undefined =>
    env[name + suffix]?.trim() || undefined;
  return {
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

/** Without a list, an account is for every domain. A listed name is for what lies below it too. */
function isAllowed(env: Env, domain: DomainConfig["domain"], suffix: string): boolean {
  const listed = suffix === "" ? undefined : env[`ODOO_MAIL_DNS_ACCOUNT${suffix}_DOMAINS`];
  if (listed === undefined) return true;
  return listed.split(/[\s,]+/).some((text) => {
    const name = parseName(text);
    return name !== undefined && isWithin(domain, name);
  });
}
