import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hosts } from "../../providers/index.ts";
import { configSchema } from "../../src/config/schema.ts";

const { properties } = JSON.parse(readFileSync("schema/stack.schema.json", "utf8")) as {
  properties: {
    config: {
      properties: Record<string, unknown>;
      patternProperties: Record<string, false>;
      additionalProperties: boolean;
    };
  };
};
const { config } = properties;

describe("the stack file's schema for editors", () => {
  it("knows the keys that the program knows", () => {
    expect(Object.keys(config.properties)).toEqual(Object.keys(configSchema(hosts).entries));
  });

  it("is closed for keys that start as ours do, and open for all others", () => {
    const closed = Object.keys(config.patternProperties).map((pattern) => new RegExp(pattern));
    const isRefused = (key: string) => closed.some((pattern) => pattern.test(key));
    expect(isRefused("odoo-mail-dns:dkmi")).toBe(true);
    expect(isRefused("odoo-mail-dns:dkim-more")).toBe(true);
    for (const key of Object.keys(config.properties)) expect(isRefused(key)).toBe(false);
    expect(isRefused("aws:region")).toBe(false);
    expect(config.additionalProperties).toBe(true);
  });
});
