import { describe, expect, test } from "vitest";
import { senderAt, vendorOf } from "../../../src/core/spf/vendors.ts";

describe("who is behind a name in an SPF record", () => {
  test.each([
    ["_spf.odoo.com", "Odoo"],
    ["_spf.google.com", "Google Workspace"],
    ["_SPF.Google.com.", "Google Workspace"],
    ["servers.mcsv.net", "Mailchimp"],
    ["spf-uk.emailsignatures365.com", "CodeTwo"],
    ["143297853.spf09.hubspotemail.net", "HubSpot"],
    ["%{ir}.%{v}.%{d}.spf.has.pphosted.com", "Proofpoint"],
    ["eu._netblocks.mimecast.com", "Mimecast"],
  ])("%s: %s", (domain, title) => {
    expect(vendorOf(domain)?.title).toBe(title);
  });

  test.each([
    "sendgrid.net.example",
    "mysendgrid.net",
    "u1.sendgrid.net",
    "google.com",
    "x_spf.google.com",
    "pphosted.com",
    "notpphosted.com",
    "",
    ".",
    "a".repeat(1000),
  ])("names are compared whole: nobody is known behind %j", (domain) => {
    expect(vendorOf(domain)).toBeUndefined();
  });

  test("the cheapest cut is a term that is never needed, with the reason", () => {
    expect(vendorOf("servers.mcsv.net")).toMatchObject({
      needed: "never",
      advice: expect.stringContaining("can be taken out"),
    });
    expect(vendorOf("_spf.google.com")).toMatchObject({ needed: "yes" });
  });
});

describe("who most likely sends for a domain, by its mail servers", () => {
  test.each([
    ["aspmx.l.google.com", "Google Workspace", "include:_spf.google.com"],
    ["SMTP.Google.com.", "Google Workspace", "include:_spf.google.com"],
    ["aspmx2.googlemail.com", "Google Workspace", "include:_spf.google.com"],
    [
      "mycompany-example.mail.protection.outlook.com",
      "Microsoft 365",
      "include:spf.protection.outlook.com",
    ],
    ["in1-smtp.messagingengine.com", "Fastmail", "include:spf.messagingengine.com"],
    ["mx1.mail.ovh.net", "OVH", "include:mx.ovh.com"],
    ["mail.protonmail.ch", "Proton Mail", "include:_spf.protonmail.ch"],
  ])("%s: %s", (server, title, term) => {
    expect(senderAt(server)).toMatchObject({ vendor: { title }, term });
  });

  test.each([
    "mail.example.com",
    "google.com",
    "notgoogle.com",
    "mail.protection.outlook.com.x.y",
    "mx.zoho.eu",
  ])("%s tells nothing", (server) => {
    expect(senderAt(server)).toBeUndefined();
  });
});
