import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import type { Cloud } from "./cloud.ts";

const PUBLIC = "https://login.microsoftonline.com";

/**
 * Azure's login library does not tell why it could not begin. The document that it begins with does:
 * throws `auth` where there is no such tenant or the address is not trusted, `transient` where
 * nobody answers. Returns where all is well by now.
 */
export async function checkTenant(
  { http, optionalCredential }: HostContext,
  { authority = PUBLIC }: Cloud,
  signal: AbortSignal,
): Promise<void> {
  const tenant = optionalCredential("AZURE_TENANT_ID");
  if (tenant === undefined) return;
  const url = `${authority}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`;
  const sender = { title: "Azure's login", key: `azure login at ${authority}`, secrets: [] };
  const { status } = await http.send({ method: "GET", url }, sender, signal);
  if (status !== 400 && status !== 404) return;
  throw new MailDnsError("auth", "Azure knows no tenant of the id in AZURE_TENANT_ID.", {
    host: "Azure DNS",
    native: { status },
    help: "Correct AZURE_TENANT_ID; a tenant of a national cloud needs AZURE_AUTHORITY_HOST too.",
  });
}
