import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { request } from "../sim/faults.ts";
import {
  type CloudflareWorld,
  ownersZone,
  SPF,
  startCloudflare,
  TOKEN,
} from "./cloudflare-world.ts";
import { DOMAIN, MERGED, type Project } from "./project.ts";
import type { Outcome } from "./run.ts";
import { succeeded } from "./run.ts";

const DKIM = `odoo._domainkey.${DOMAIN}`;
const TARGET = "odoo._domainkey.odoo.com";

const contentsAt = ({ zone }: Pick<CloudflareWorld, "zone">, name: string): readonly string[] =>
  zone.records.filter((record) => record.name === name).map(({ content }) => content);

/** What only Cloudflare has of a record, and must outlive every run of ours. */
const theirs = ({ zone }: CloudflareWorld): readonly unknown[] =>
  zone.records
    .filter(({ name }) => name !== DKIM)
    .map(({ id, name, type, ttl, comment, proxied }) => [id, name, type, ttl, comment, proxied]);

/** The token is nowhere in what was said, nor in anything that is kept. */
function keepsSecret(project: Project, ...outcomes: readonly Outcome[]): void {
  for (const { text } of outcomes) expect(text).not.toContain(TOKEN);
  const state = join(project.folder, "state");
  for (const file of readdirSync(state, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain(TOKEN);
  }
}

describe("a domain at Cloudflare, with the real engine", () => {
  it("is shown, written once, kept in view, given back; all else stays, and the token is nowhere", async () => {
    const world = await startCloudflare();
    const { project, zone } = world;
    const before = zone.records;
    const kept = theirs(world);
    const shown = await project.preview("--diff");
    succeeded(shown);
    expect(shown.text).toContain(`"${SPF}" => "${MERGED}"`);
    expect(world.writes()).toEqual([]);

    const written = await project.up();
    succeeded(written);
    expect(world.writes()).toEqual(["POST batch", "POST batch"]);
    expect(contentsAt(world, DOMAIN)).toEqual([`"${MERGED}"`, '"google-site-verification=abc"']);
    expect(contentsAt(world, DKIM)).toEqual([TARGET]);
    expect(theirs(world)).toEqual(kept);
    succeeded(await project.expectNoChanges());
    succeeded(await project.up());
    expect(world.writes()).toEqual([]);

    zone.records = zone.records.filter(({ name }) => name !== DKIM);
    expect((await project.expectNoChanges()).code).toBe(7);
    succeeded(await project.up());
    expect(contentsAt(world, DKIM)).toEqual([TARGET]);

    const gone = await project.destroy();
    succeeded(gone);
    expect(contentsAt(world, DOMAIN)).toEqual([`"${SPF}"`, '"google-site-verification=abc"']);
    expect(theirs(world)).toEqual(kept);
    expect(zone.records).toHaveLength(before.length);
    keepsSecret(project, shown, written, gone);
  });

  it.each(["before", "after"] as const)(
    "is mended after kill -9 %s the batch, and nothing is there twice",
    async (moment) => {
      const world = await startCloudflare();
      const { project } = world;
      await project.runUntil("up", moment, "SIGKILL");
      succeeded(await project.pulumi(["cancel", "--yes"]));
      succeeded(await project.up());
      expect(contentsAt(world, DKIM)).toEqual([TARGET]);
      expect(contentsAt(world, DOMAIN)).toEqual([`"${MERGED}"`, '"google-site-verification=abc"']);
      succeeded(await project.destroy());
      expect(contentsAt(world, DKIM)).toEqual([]);
      expect(contentsAt(world, DOMAIN)[0]).toBe(`"${SPF}"`);
    },
  );

  it("is written once where the answer to a batch gets lost", async () => {
    const world = await startCloudflare();
    world.faults.next(request("POST", "batch"), { kind: "lost" });
    succeeded(await world.project.up());
    expect(world.faults.waiting).toBe(0);
    expect(contentsAt(world, DKIM)).toEqual([TARGET]);
    expect(contentsAt(world, DOMAIN)).toHaveLength(2);
    succeeded(await world.project.expectNoChanges());
  });

  it("that goes to another account leaves the old one alone, whose token may be gone", async () => {
    const account = { id: "a".repeat(32), name: "Acme" };
    const other = { zone: ownersZone(account), token: "another-token-of-the-simulator-for-acme" };
    const world = await startCloudflare({ others: [other] });
    const { project, zone } = world;
    succeeded(await project.up());
    const written = zone.records;
    project.configure("account: acme");
    project.setEnv({ CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_API_TOKEN_ACME: other.token });
    const moved = await project.up();
    succeeded(moved);
    expect(moved.text).not.toMatch(/deleted|replaced/);
    expect(zone.records).toEqual(written);
    expect(contentsAt(other, DKIM)).toEqual([TARGET]);
    expect(contentsAt(other, DOMAIN)[0]).toBe(`"${MERGED}"`);
    succeeded(await project.expectNoChanges());
  });
});

describe("a credential that will not do", () => {
  it.each([
    ["is missing", { CLOUDFLARE_API_TOKEN: "" }, "CLOUDFLARE_API_TOKEN is not set."],
    [
      "is not known",
      { CLOUDFLARE_API_TOKEN: "a-token-that-cloudflare-never-gave-to-any" },
      "Set CLOUDFLARE_API_TOKEN to a token that is active",
    ],
  ])("because it %s is named in words, and nothing is written", async (_, env, words) => {
    const world = await startCloudflare();
    world.project.setEnv(env);
    const { code, text } = await world.project.up();
    expect(code).not.toBe(0);
    expect(text.replaceAll(/\s+/g, " ")).toContain(words);
    expect(text).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(world.writes()).toEqual([]);
  });

  it("because it may only read shows the plan, and names the right when it is to write", async () => {
    const world = await startCloudflare({ rights: ["Zone Read", "DNS Read"] });
    const before = world.zone.records;
    succeeded(await world.project.preview());
    const { code, text } = await world.project.up();
    expect(code).not.toBe(0);
    expect(text.replaceAll(/\s+/g, " ")).toContain("Zone → DNS → Edit");
    expect(text).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(world.zone.records).toEqual(before);
    keepsSecret(world.project, { code, text, stdout: "" });
  });
});

it("a run costs Cloudflare as many calls as the docs say", async () => {
  const world = await startCloudflare();
  world.calls();
  succeeded(await world.project.up());
  const first = world.calls();
  succeeded(await world.project.up());
  expect({ first, again: world.calls() }).toEqual({ first: 16, again: 6 });
});
