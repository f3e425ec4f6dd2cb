import { describe, expect, it } from "vitest";
import { dkimName, judgeTarget } from "../../../src/core/dkim/cname.ts";
import { type DomainName, parseName } from "../../../src/core/dns/name.ts";

const name = (text: string): DomainName => parseName(text) as DomainName;
const judge = (target: string) =>
  judgeTarget(name(target), name("shop.example.com"), name("example.com")).kind;

describe("the target of the DKIM CNAME", () => {
  it("stands at the selector odoo", () => {
    expect(dkimName(name("example.com"))).toBe("odoo._domainkey.example.com");
    expect(dkimName(name(`${"a".repeat(60)}.`.repeat(4)))).toBeUndefined();
  });

  it.each(["odoo._domainkey.odoo.com", "Odoo._DomainKey.ODOO.com."])("%s is right", (target) => {
    expect(judge(target)).toBe("right");
  });

  it.each([
    "odoo._domainkey.odoo.com.shop.example.com",
    "odoo._domainkey.odoo.com.example.com",
    "odoo._domainkey.odoo.com.odoo.com",
    "odoo._domainkey.shop.example.com",
    "odoo._domainkey.shop.example.com.example.com",
    "odoo.com",
    "odoo.domainkey.odoo.com",
  ])("%s is ours, misspelt", (target) => {
    expect(judge(target)).toBe("misspelt");
  });

  it.each([
    "odoo._domainkey.other.example",
    "s1.domainkey.u1.wl.sendgrid.net",
    "odoo._domainkey.odoo.com.evil.example",
  ])("%s is somebody's decision", (target) => {
    expect(judge(target)).toBe("other");
  });
});
