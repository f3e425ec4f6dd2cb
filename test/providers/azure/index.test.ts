import { expect, test } from "vitest";
import { host } from "../../../providers/azure/index.ts";
import { loadStack } from "../../../src/config/load-stack.ts";

function load(...lines: readonly string[]) {
  const text = ["config:", "  odoo-mail-dns:host: azure", ...lines, ""].join("\n");
  const name = "mycompany.example";
  return loadStack({ name, file: `stacks/Pulumi.${name}.yaml`, text }, { azure: host });
}

test("a stack file needs no more than the host's name", () => {
  expect(load()).toMatchObject({ config: { host: "azure", hostOptions: {} } });
});

test.each([
  ["resourceGroup", "Mycompany-DNS_(old).2"],
  ["subscription", "22222222-2222-4222-8222-222222222222"],
])("it may say the zone's %s", (key, value) => {
  const loaded = load("  odoo-mail-dns:azure:", `    ${key}: ${value}`);
  expect(loaded).toMatchObject({ config: { hostOptions: { [key]: value } } });
});

test.each([
  ["resourceGroup", ".."],
  ["resourceGroup", "dns/providers/other"],
  ["resourceGroup", "dns."],
  ["resourceGroup", "a".repeat(91)],
  ["subscription", "../other"],
  ["subscription", "Production"],
  ["clientSecret", "secret"],
])("%s: %s is refused with its place", (key, value) => {
  const loaded = load("  odoo-mail-dns:azure:", `    ${key}: "${value}"`);
  expect(JSON.stringify(loaded)).toContain('"line":4');
  expect(loaded).not.toHaveProperty("config");
});
