import type { DomainName } from "./dns/name.ts";

/** What Odoo's documentation asks every customer to publish. */
export const ODOO_SPF: DomainName = "_spf.odoo.com" as DomainName;
export const ODOO_TERM = `include:${ODOO_SPF}`;
export const DKIM_PREFIX = "odoo._domainkey";
export const DKIM_TARGET: DomainName = "odoo._domainkey.odoo.com" as DomainName;
