import { describe, expect, it } from "vitest";
import { credentialsOf } from "../../src/local/credentials.ts";
import { name } from "../engine/fake-world.ts";

const domain = name("mycompany.example");
const TOKEN = "CLOUDFLARE_API_TOKEN";

describe("the credentials of a stack", () => {
  it("are the vendor's usual variables where it names no account", () => {
    expect(credentialsOf({ [TOKEN]: " abc\n" }, { domain }).credential(TOKEN)).toBe("abc");
  });

  it("are those of its account and never the usual ones", () => {
    const env = { [TOKEN]: "usual", [`${TOKEN}_ACME_EU`]: "acme" };
    expect(credentialsOf(env, { domain, account: "acme-eu" }).credential(TOKEN)).toBe("acme");
    const other = credentialsOf(env, { domain, account: "other" });
    expect(other.optionalCredential(TOKEN)).toBeUndefined();
    expect(() => other.credential(TOKEN)).toThrow("CLOUDFLARE_API_TOKEN_OTHER is not set.");
  });

  it("that are empty are not set", () => {
    expect(() => credentialsOf({ [TOKEN]: " " }, { domain }).credential(TOKEN)).toThrow(/not set/);
  });

  it.each([
    ["mycompany.example", true],
    ["other.example, EXAMPLE.", true],
    ["company.example", false],
    ["", false],
  ])("may be limited to domains: %j", (listed, isAllowed) => {
    const env = { ODOO_MAIL_DNS_ACCOUNT_ACME_DOMAINS: listed };
    const use = () => credentialsOf(env, { domain, account: "acme" });
    if (isAllowed) expect(use).not.toThrow();
    else expect(use).toThrow("The account acme may not be used for mycompany.example.");
  });
});
