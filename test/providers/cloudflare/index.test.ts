import { expect, test } from "vitest";
import { host } from "../../../providers/cloudflare/index.ts";
import { loadStack } from "../../../src/config/load-stack.ts";

function load(...lines: readonly string[]) {
  const text = ["config:", "  odoo-mail-dns:host: cloudflare", ...lines, ""].join("\n");
  const name = "mycompany.example";
  return loadStack({ name, file: `stacks/Pulumi.${name}.yaml`, text }, { cloudflare: host });
}

test("a stack file needs no more than the host's name", () => {
  expect(load()).toMatchObject({ config: { host: "cloudflare", hostOptions: {} } });
});

test.each(["zoneId", "accountId"])("it may choose a zone by %s", (key) => {
  const id = "023e105f4ecef8ad9ca31a8372d0c353";
  const loaded = load("  odoo-mail-dns:cloudflare:", `    ${key}: ${id}`);
  expect(loaded).toMatchObject({ config: { hostOptions: { [key]: id } } });
});

test.each([
  ["zoneId", "../accounts"],
  ["zoneId", "MYCOMPANY"],
  ["accountId", '""'],
  ["apiToken", "secret"],
])("%s: %s is refused with its place", (key, value) => {
  const loaded = load("  odoo-mail-dns:cloudflare:", `    ${key}: ${value}`);
  expect(JSON.stringify(loaded)).toContain('"line":4');
  expect(loaded).not.toHaveProperty("config");
});
