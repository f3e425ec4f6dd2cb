import { describe, expect, it } from "vitest";
import { belowApex, namesOf } from "../../../src/core/plan/names.ts";
import { configFor, name } from "./planner.ts";

describe("the names that a plan needs", () => {
  it("are the records' own, those above them, wildcards, and what a form may have made of them", () => {
    expect(namesOf(configFor({ zone: "" }))).toEqual([
      "mycompany.example",
      "mycompany.example.mycompany.example",
      "odoo._domainkey.mycompany.example",
      "_domainkey.mycompany.example",
      "*._domainkey.mycompany.example",
      "*.mycompany.example",
      "odoo._domainkey.mycompany.example.mycompany.example",
      "_dmarc.mycompany.example",
    ]);
  });

  it("leave out what the stack file leaves out", () => {
    const config = configFor({ zone: "", config: { dkim: false, dmarc: "off" } });
    expect(namesOf({ ...config, spf: { off: true } })).toEqual(["mycompany.example"]);
  });

  it("include a bounce domain and the wildcard above it", () => {
    const config = configFor({ zone: "", spf: { domain: name("bounce.mycompany.example") } });
    expect(namesOf(config)).toContain("bounce.mycompany.example");
    expect(namesOf(config)).toContain("*.mycompany.example");
  });

  it("below an apex go up to it and never reach it", () => {
    expect(belowApex(name("a.b.example.com"), name("example.com"))).toEqual([
      "a.b.example.com",
      "b.example.com",
    ]);
    expect(belowApex(name("example.com"), name("example.com"))).toEqual([]);
    expect(belowApex(name("example.net"), name("example.com"))).toEqual([]);
  });
});
