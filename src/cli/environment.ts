/** Every variable that the program itself reads, and what it does. */
export const environment = {
  ODOO_MAIL_DNS_NAMESERVERS:
    "NAME=ADDR:PORT,... gives the addresses of authoritative name servers, for split horizon, hidden primaries and tests; .=ADDR:PORT replaces the root servers. The output says when it was used.",
  ODOO_MAIL_DNS_ZONES:
    "A folder outside of the project that may hold zone files, for the host zonefile.",
  ODOO_MAIL_DNS_ACCOUNT_NAME_DOMAINS:
    "The domains that may use the credentials of the account NAME (`odoo-mail-dns:account`), and what lies below them; every domain where it is not set.",
  NO_COLOR: "No colour, whatever the terminal can show.",
  NODE_EXTRA_CA_CERTS: "A file with further certificate authorities (read by Node.js).",
  NODE_USE_ENV_PROXY:
    "1 sends requests to DNS hosts' APIs through the proxy of HTTPS_PROXY, but for what NO_PROXY names (read by Node.js).",
} as const;
