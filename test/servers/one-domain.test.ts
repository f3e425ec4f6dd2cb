import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, type, withoutSerial } from "../cli/terminal.ts";
import { DOMAIN, type OneDomain, startOneDomain } from "./one-domain.ts";

let folder = "";
let zoneFile = "";
let world: OneDomain;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-"));
  zoneFile = join(folder, "zones", `${DOMAIN}.zone`);
  world = await startOneDomain(41);
  await world.open(folder);
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

function odooMailDns(...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env["PATH"] ?? "", ...world.env };
  return type({ cwd: folder, env }, ...args, "--resolver", world.resolver);
}

describe("one domain, served by BIND", () => {
  it("is planned, applied, checked and undone, seen at the primary and its secondary", async () => {
    const before = readFileSync(zoneFile, "latin1");
    const notReady = await odooMailDns("check", DOMAIN);
    expect(notReady).toMatchObject({ code: 3 });
    expect(notReady.stdout).toContain("asked ns1.mycompany.example, ns2.mycompany.example");

    const { ns1, ns2 } = world.addresses;
    const applied = await odooMailDns("apply", DOMAIN, "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toMatch(/Applied: 2 changes.*, verified at 2 name servers\./);
    expect(applied.stderr).toContain(`ns1.mycompany.example (${ns1}) answers as planned`);
    expect(applied.stderr).toContain(`ns2.mycompany.example (${ns2}) answers as planned`);

    expect((await odooMailDns("plan", DOMAIN, "--expect-no-changes")).code).toBe(0);
    const ready = await odooMailDns("check", DOMAIN);
    expect(ready).toMatchObject({ code: 0 });
    expect(ready.stdout).toContain("Ready for Odoo.");

    const undone = await odooMailDns("undo", DOMAIN, "--yes");
    expect(undone).toMatchObject({ code: 0 });
    expect(undone.stdout).toMatch(/Undone: 2 changes.*, verified at 2 name servers\./);
    expect(withoutSerial(readFileSync(zoneFile, "latin1"))).toBe(withoutSerial(before));
  });
});
