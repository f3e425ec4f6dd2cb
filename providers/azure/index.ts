import * as v from "valibot";
import type { Host } from "../../src/ports/dns-provider.ts";

const uuid = v.regex(
  /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/,
  "must be an id such as 01234567-89ab-cdef-0123-456789abcdef",
);
// Letters, digits, - _ . ( ), no dot at the end: what Azure allows, and nothing that leads elsewhere.
const group = v.regex(/^[\w().-]{0,89}[\w()-]$/, "must be the name of a resource group");

export const options = v.strictObject({
  resourceGroup: v.optional(
    v.pipe(
      v.string(),
      group,
      v.description("The zone's resource group; found among all of the subscription unless set."),
    ),
  ),
  subscription: v.optional(
    v.pipe(
      v.string(),
      uuid,
      v.description("The subscription's id; AZURE_SUBSCRIPTION_ID unless set."),
    ),
  ),
});

export const host: Host = {
  about: {
    title: "Azure DNS",
    summary: "its Resource Manager, with the role DNS Zone Contributor on the zone",
    docs: "docs/hosts/azure.md",
    nameservers: ["*.azure-dns.com", "*.azure-dns.net", "*.azure-dns.org", "*.azure-dns.info"],
    variables: [
      { name: "AZURE_SUBSCRIPTION_ID", purpose: "id of the subscription that holds the zones" },
      { name: "AZURE_TENANT_ID", purpose: "id of the tenant, for a service principal" },
      { name: "AZURE_CLIENT_ID", purpose: "id of the service principal or managed identity" },
      { name: "AZURE_CLIENT_SECRET", purpose: "its secret" },
      {
        name: "AZURE_CLIENT_CERTIFICATE_PATH",
        purpose: "or its certificate and key, as a PEM file",
      },
      { name: "AZURE_CLIENT_CERTIFICATE_PASSWORD", purpose: "the password of that file" },
      { name: "AZURE_FEDERATED_TOKEN_FILE", purpose: "or a token of a workload identity" },
      {
        name: "AZURE_AUTHORITY_HOST",
        purpose: "another address to log in at, such as a national cloud's",
      },
      { name: "ODOO_MAIL_DNS_AZURE_ENDPOINT", purpose: "another address of the Resource Manager" },
    ],
  },
  options,
  load: async () => (await import("./adapter.ts")).default,
};
