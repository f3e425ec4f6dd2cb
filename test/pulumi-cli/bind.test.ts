import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type OneDomain, startOneDomain } from "../servers/one-domain.ts";
import { MERGED, spfIn, startProject, succeeded, withoutSerial } from "./project.ts";

let folder = "";
let world: OneDomain | undefined;
afterEach(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a zone served by BIND, with the real engine", () => {
  it("is taken over, written, verified at both name servers, kept in view and given back", async () => {
    folder = mkdtempSync(join(tmpdir(), "odoo-mail-dns-"));
    world = await startOneDomain(folder);
    const { env, resolver } = world;
    const project = await startProject({
      env: { ...env, ODOO_MAIL_DNS_RESOLVER: resolver },
      folder,
    });
    const before = project.zone;

    const shown = await project.preview("--diff");
    succeeded(shown);
    expect(shown.text).toContain(`"v=spf1 include:_spf.google.com ~all" => "${MERGED}"`);
    expect(project.zone).toBe(before);

    const written = await project.up();
    succeeded(written);
    expect(written.text).not.toMatch(/not every name server|Not verified/);
    expect(spfIn(project.zone)).toEqual([MERGED]);
    succeeded(await project.expectNoChanges());

    project.edit((text) => text.replace("include:_spf.odoo.com ", ""));
    expect((await project.expectNoChanges()).code).toBe(7);
    succeeded(await project.up());
    expect(spfIn(project.zone)).toEqual([MERGED]);

    succeeded(await project.destroy());
    expect(withoutSerial(project.zone)).toBe(withoutSerial(before));
  });
});
