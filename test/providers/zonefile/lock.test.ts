import * as fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/plan/schema.ts";
import { addInclude, DOMAIN, NOON, SIGNAL, ZONE } from "./fixtures.ts";
import { complaint, project } from "./project.ts";

const LOCK = ".my.zone.odoo-mail-dns.lock";
const DEAD = `4194305.1.dead@${hostname()}`;
const OLD = new Date(NOON - 11 * 60_000);
const patient = { now: () => NOON, wait: async () => setImmediate() };

function add(index: number): Op {
  return {
    kind: "create-rrset",
    name: `n${index}.${DOMAIN}`,
    type: "TXT",
    before: null,
    after: "x",
    ttl: 60,
  };
}

describe("one run at a time works on a file", () => {
  test("a living owner is waited for, then named", async () => {
    const { folder, apply, text } = project();
    const start = fs.readFileSync("/proc/self/stat", "latin1").split(") ")[1]?.split(" ")[19];
    const owner = `${process.pid}.${start}.alive@${hostname()}`;
    fs.symlinkSync(owner, join(folder, LOCK));
    expect(await complaint(() => apply([addInclude]))).toBe(
      `busy Another run is working on this zone file (${owner}).`,
    );
    expect(text()).toBe(ZONE);
    expect(fs.readlinkSync(join(folder, LOCK))).toBe(owner);
  });

  test.each([
    ["a dead owner", DEAD, undefined],
    [
      "an owner whose process number went to another",
      `${process.pid}.1.dead@${hostname()}`,
      undefined,
    ],
    ["another machine's owner of ten minutes ago", "1.1.dead@elsewhere", OLD],
    ["a lock that nobody can read, of ten minutes ago", "what", OLD],
  ])("%s is no obstacle", async (_, owner, since) => {
    const { folder, apply, names } = project();
    fs.symlinkSync(owner, join(folder, LOCK));
    if (since) fs.lutimesSync(join(folder, LOCK), since, since);
    expect(await apply([addInclude])).toBe("done");
    expect(names()).toEqual([".odoo-mail-dns", "my.zone"]);
  });

  test("another machine's owner of just now is left alone", async () => {
    const { folder, apply } = project();
    const lock = join(folder, LOCK);
    fs.symlinkSync("1.1.alive@elsewhere", lock);
    fs.lutimesSync(lock, new Date(NOON), new Date(NOON));
    expect(await complaint(() => apply([addInclude]))).toContain("busy ");
  });

  test("those who died while they took over a dead lock are no obstacle either", async () => {
    const { folder, apply, names } = project();
    for (const level of ["", ".1", ".2"]) fs.symlinkSync(DEAD, join(folder, `${LOCK}${level}`));
    expect(await apply([addInclude])).toBe("done");
    expect(names()).toEqual([".odoo-mail-dns", "my.zone"]);
  });

  test("a plain file in the lock's place is told, not removed", async () => {
    const { folder, apply } = project();
    fs.writeFileSync(join(folder, LOCK), "mine");
    expect(await complaint(() => apply([addInclude]))).toContain("busy ");
    expect(fs.readFileSync(join(folder, LOCK), "utf8")).toBe("mine");
  });

  test("of many that start at once over a dead lock, every one gets its turn", async () => {
    const { folder, provider, snapshot, names } = project({ clock: patient });
    fs.symlinkSync(DEAD, join(folder, LOCK));
    const planned = await snapshot();
    const all = Array.from({ length: 12 }, (_, index) => [add(index)]);
    const results = await Promise.all(
      all.map((ops) => provider.apply(provider.compile(ops, planned), planned, SIGNAL)),
    );
    expect(results.flat().map(({ outcome }) => outcome)).toEqual(all.map(() => "done"));
    const found = (await snapshot()).rrsets.filter(({ name }) => /^n\d/.test(name));
    expect(found).toHaveLength(12);
    expect(names()).toEqual([".odoo-mail-dns", "my.zone"]);
  });
});
