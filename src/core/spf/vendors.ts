/**
 * Who is behind a name in an SPF record: names and advice only. What a term costs, and whether its
 * name still exists, is never taken from here but asked of DNS, because vendors change it: Google's
 * went from 4 lookups to 1 within two months of 2025.
 */
export interface Vendor {
  readonly title: string;
  /** Whole names; `*.` in front stands for one or more labels. */
  readonly names: readonly string[];
  /**
   * Whether a domain that sends through this vendor needs the term. `seldom`: the vendor's mail
   * usually has a bounce address of its own, which is what SPF looks at. `never`: always.
   */
  readonly needed: "yes" | "seldom" | "never";
  /** A sentence for the domain's owner. */
  readonly advice?: string;
}

const MAX_NAME = 255;

/** The sender catalogue, as of October 2026. */
const VENDORS: readonly Vendor[] = [
  { title: "Odoo", names: ["_spf.odoo.com"], needed: "yes" },
  { title: "Google Workspace", names: ["_spf.google.com"], needed: "yes" },
  {
    title: "Google (old names)",
    names: [
      "aspmx.googlemail.com",
      "_netblocks.google.com",
      "_netblocks2.google.com",
      "_netblocks3.google.com",
    ],
    needed: "seldom",
    advice: "Google now asks for `include:_spf.google.com` instead of its old names.",
  },
  { title: "Microsoft 365", names: ["spf.protection.outlook.com"], needed: "yes" },
  {
    title: "Outlook.com (consumer mail)",
    names: ["outlook.com"],
    needed: "seldom",
    advice: "For a domain of your own Microsoft asks for `include:spf.protection.outlook.com`.",
  },
  {
    title: "Microsoft (names from before Microsoft 365)",
    names: [
      "spf.messaging.microsoft.com",
      "spfa.bigfish.com",
      "spfb.bigfish.com",
      "spfc.bigfish.com",
      "spf-a.outlook.com",
      "spf-b.outlook.com",
      "spf-a.hotmail.com",
      "spf-b.hotmail.com",
      "spf-c.hotmail.com",
    ],
    needed: "seldom",
    advice: "Microsoft 365 needs only `include:spf.protection.outlook.com`.",
  },
  {
    title: "SendGrid",
    names: ["sendgrid.net"],
    needed: "seldom",
    advice: "SendGrid usually bounces to a subdomain with a CNAME and needs no term here.",
  },
  {
    title: "Mailgun",
    names: ["mailgun.org"],
    needed: "seldom",
    advice: "Mailgun's term belongs on the subdomain that it sends from, such as `mg`.",
  },
  {
    title: "Amazon SES",
    names: ["amazonses.com"],
    needed: "seldom",
    advice: "Amazon's term belongs on the MAIL FROM subdomain that is set up at Amazon.",
  },
  {
    title: "Mailchimp",
    names: ["servers.mcsv.net"],
    needed: "never",
    advice: "Mailchimp bounces to a domain of its own, so its term can be taken out.",
  },
  {
    title: "Mailchimp Transactional (Mandrill)",
    names: ["spf.mandrillapp.com"],
    needed: "seldom",
    advice: "It is needed only where a return-path domain of your own is set up there.",
  },
  {
    title: "Postmark",
    names: ["spf.mtasv.net"],
    needed: "seldom",
    advice: "It is not needed where `pm-bounces` is a CNAME to Postmark.",
  },
  { title: "Brevo", names: ["spf.brevo.com"], needed: "yes" },
  {
    title: "Brevo (as Sendinblue)",
    names: ["spf.sendinblue.com"],
    needed: "yes",
    advice: "Brevo's name is now `include:spf.brevo.com`.",
  },
  { title: "Mailjet", names: ["spf.mailjet.com"], needed: "yes" },
  { title: "SparkPost", names: ["sparkpostmail.com"], needed: "yes" },
  { title: "Salesforce", names: ["_spf.salesforce.com"], needed: "yes" },
  { title: "Zendesk", names: ["mail.zendesk.com"], needed: "yes" },
  { title: "Help Scout", names: ["helpscoutemail.com"], needed: "yes" },
  { title: "Freshworks", names: ["fdspfus.freshemail.io", "email.freshdesk.com"], needed: "yes" },
  { title: "CodeTwo", names: ["*.emailsignatures365.com"], needed: "yes" },
  {
    title: "GoDaddy",
    names: ["secureserver.net"],
    needed: "yes",
    advice: "It holds Microsoft 365 too, which is then counted twice beside Microsoft's own term.",
  },
  {
    title: "Bluehost",
    names: ["bluehost.com"],
    needed: "yes",
    advice: "Ask the host for its smaller include: this one has been over the limit by itself.",
  },
  { title: "HostGator, Newfold", names: ["spf.websitewelcome.com"], needed: "yes" },
  { title: "Fastmail", names: ["spf.messagingengine.com"], needed: "yes" },
  {
    title: "Zoho",
    names: ["zoho.eu", "zoho.com", "zohomail.com"],
    needed: "yes",
    advice: "The ending must be that of the region in which the Zoho account is.",
  },
  { title: "OpenSRS, Tucows", names: ["_spf.hostedemail.com", "registrarmail.net"], needed: "yes" },
  { title: "OVH", names: ["mx.ovh.com"], needed: "yes" },
  { title: "Infomaniak", names: ["spf.infomaniak.ch"], needed: "yes" },
  { title: "Gandi", names: ["_mailcust.gandi.net"], needed: "yes" },
  {
    title: "IONOS",
    names: ["_spf-eu.ionos.com", "_spf.perfora.net", "_spf.kundenserver.de"],
    needed: "yes",
  },
  { title: "Cloudflare Email Routing", names: ["_spf.mx.cloudflare.net"], needed: "yes" },
  {
    title: "Namecheap",
    names: ["spf.efwd.registrar-servers.com", "spf.privateemail.com"],
    needed: "yes",
  },
  { title: "Hostinger", names: ["_spf.mail.hostinger.com"], needed: "yes" },
  { title: "MailChannels", names: ["relay.mailchannels.net"], needed: "yes" },
  { title: "Yandex", names: ["_spf.yandex.net"], needed: "yes" },
  { title: "Mail.ru", names: ["_spf.mail.ru"], needed: "yes" },
  { title: "Proton Mail", names: ["_spf.protonmail.ch"], needed: "yes" },
  { title: "Proofpoint", names: ["*.pphosted.com"], needed: "yes" },
  { title: "Mimecast", names: ["*._netblocks.mimecast.com"], needed: "yes" },
  { title: "Barracuda", names: ["spf.ess.barracudanetworks.com"], needed: "yes" },
  { title: "Broadcom (MessageLabs)", names: ["spf.messagelabs.com"], needed: "yes" },
  { title: "Marketo", names: ["mktomail.com"], needed: "yes" },
  { title: "Pardot", names: ["aspmx.pardot.com", "et._spf.pardot.com"], needed: "yes" },
  { title: "HubSpot", names: ["*.hubspotemail.net"], needed: "yes" },
  { title: "Customer.io", names: ["customeriomail.com"], needed: "yes" },
  { title: "Docebo", names: ["docebosaas.com"], needed: "yes" },
  { title: "Qualtrics", names: ["_spf.qualtrics.com"], needed: "yes" },
  { title: "Constant Contact", names: ["spf.constantcontact.com"], needed: "yes" },
  { title: "Shopify", names: ["shops.shopify.com"], needed: "yes" },
  { title: "MailerSend", names: ["_spf.mailersend.net"], needed: "yes" },
  { title: "Elastic Email", names: ["_spf.elasticemail.com"], needed: "yes" },
  { title: "SMTP2GO", names: ["spf.smtp2go.com"], needed: "yes" },
  { title: "GetResponse", names: ["spf.getresponse.com"], needed: "yes" },
  { title: "Campaign Monitor", names: ["cmail1.com"], needed: "yes" },
];

/**
 * Mail servers whose owner most likely sends for the domain too, and the term for that. Vendors that
 * have a term for each region are left out: the server's name does not tell which one it is.
 */
const MAIL_HOSTS: readonly (readonly [servers: string, term: string])[] = [
  ["*.google.com", "include:_spf.google.com"],
  ["*.googlemail.com", "include:_spf.google.com"],
  ["*.mail.protection.outlook.com", "include:spf.protection.outlook.com"],
  ["*.mx.microsoft", "include:spf.protection.outlook.com"],
  ["*.messagingengine.com", "include:spf.messagingengine.com"],
  ["*.mail.ovh.net", "include:mx.ovh.com"],
  ["*.infomaniak.ch", "include:spf.infomaniak.ch"],
  ["*.mail.gandi.net", "include:_mailcust.gandi.net"],
  ["*.mx.cloudflare.net", "include:_spf.mx.cloudflare.net"],
  ["*.privateemail.com", "include:spf.privateemail.com"],
  ["*.hostinger.com", "include:_spf.mail.hostinger.com"],
  ["*.protonmail.ch", "include:_spf.protonmail.ch"],
  ["*.yandex.net", "include:_spf.yandex.net"],
  ["*.mail.ru", "include:_spf.mail.ru"],
];

const byName = new Map(VENDORS.flatMap((vendor) => vendor.names.map((name) => [name, vendor])));
const termByServer = new Map(MAIL_HOSTS);

/**
 * The vendor behind a domain of an SPF term, as written: any case, with or without the final dot,
 * macros too. Whole names are compared, never parts: `sendgrid.net.example` is not SendGrid.
 */
export function vendorOf(domain: string): Vendor | undefined {
  return find(byName, domain);
}

/** The vendor of a mail server (an MX record's target) and the term that lets it send. */
export function senderAt(mailServer: string): { vendor: Vendor; term: string } | undefined {
  const term = find(termByServer, mailServer);
  const vendor = term === undefined ? undefined : vendorOf(term.slice("include:".length));
  return term === undefined || vendor === undefined ? undefined : { vendor, term };
}

/** By the whole name, else by ever shorter endings of whole labels. */
function find<T>(table: ReadonlyMap<string, T>, domain: string): T | undefined {
  const lower = domain.toLowerCase();
  const name = lower.endsWith(".") ? lower.slice(0, -1) : lower;
  const labels = name.slice(-MAX_NAME).split(".");
  const endings = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join(".")}`);
  const key = [name, ...endings].find((candidate) => table.has(candidate));
  return key === undefined ? undefined : table.get(key);
}
