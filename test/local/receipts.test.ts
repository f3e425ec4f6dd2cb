import { mkdtemp, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReceipts } from "../../src/local/receipts.ts";
import type { Receipt } from "../../src/core/plan/schema.ts";

const DOMAIN = "mycompany.example";
const ID = "20261124T184012Z";
let project = "";

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "receipts-"));
});
afterEach(() => rm(project, { recursive: true, force: true }));

function receipt(more: Partial<Receipt> = {}): Receipt {
  return {
    formatVersion: 1,
    id: ID,
    domain: DOMAIN,
    zone: DOMAIN,
    host: "zonefile",
    plan: "5f2c9e41",
    startedAt: "2026-11-24T18:40:12.000Z",
    before: [{ name: DOMAIN, type: "TXT", ttl: 300, values: ['\u0000\u00ff\u001b[31m"\\', "x"] }],
    steps: [
      {
        op: { kind: "remove-value", name: DOMAIN, type: "TXT", before: "x", after: null, ttl: 300 },
        outcome: "pending",
      },
    ],
    verified: "not-asked",
    servers: [],
    ...more,
  };
}

function fileOf(id: string): string {
  return join(project, ".odoo-mail-dns", DOMAIN, `${id}.json`);
}

describe("receipts on disk", () => {
  it("come back as they were saved, octet by octet", async () => {
    const receipts = createReceipts(project);
    await receipts.create(receipt());
    expect(await receipts.load(DOMAIN, ID)).toEqual(receipt());
    await receipts.save(receipt({ verified: "yes" }));
    expect(await receipts.load(DOMAIN, ID)).toEqual(receipt({ verified: "yes" }));
  });

  it("lie below the project, one folder a domain, readable for their owner only", async () => {
    const receipts = createReceipts(project);
    await receipts.create(receipt());
    expect(receipts.describe(receipt())).toBe(`.odoo-mail-dns/${DOMAIN}/${ID}.json`);
    expect((await stat(fileOf(ID))).mode & 0o777).toBe(0o600);
    expect((await stat(join(project, ".odoo-mail-dns"))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(project, ".odoo-mail-dns", DOMAIN))).toEqual([`${ID}.json`]);
  });

  it("are listed newest first, and the newest is what `load` gives", async () => {
    const receipts = createReceipts(project);
    for (const id of ["20261124T184012Z", "20261231T000000Z", "20250101T000000Z"]) {
      await receipts.create(receipt({ id }));
    }
    expect(await receipts.ids(DOMAIN)).toEqual([
      "20261231T000000Z",
      "20261124T184012Z",
      "20250101T000000Z",
    ]);
    expect((await receipts.load(DOMAIN))?.id).toBe("20261231T000000Z");
  });

  it("are not there where nothing was ever written", async () => {
    const receipts = createReceipts(project);
    expect(await receipts.ids(DOMAIN)).toEqual([]);
    expect(await receipts.load(DOMAIN)).toBeUndefined();
    expect(await receipts.load(DOMAIN, ID)).toBeUndefined();
    expect(await readdir(project)).toEqual([]);
  });

  it("are never written over by a new one", async () => {
    const receipts = createReceipts(project);
    await receipts.create(receipt());
    const again = receipts.create(receipt({ plan: "other" }));
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    expect((await receipts.load(DOMAIN, ID))?.plan).toBe("5f2c9e41");
    expect(await readdir(join(project, ".odoo-mail-dns", DOMAIN))).toEqual([`${ID}.json`]);
  });

  it("that a killed run left half-written are not looked at", async () => {
    const receipts = createReceipts(project);
    await receipts.create(receipt());
    await writeFile(`${fileOf("20261231T000000Z")}.0a1b2c3d4e5f.tmp`, '{"formatVersion":1,');
    expect(await receipts.ids(DOMAIN)).toEqual([ID]);
    expect((await receipts.load(DOMAIN))?.id).toBe(ID);
  });
});

describe("damaged receipts", () => {
  it.each([
    ["is cut off", '{"formatVersion":1,', "it is no JSON"],
    ["is empty", "", "it is no JSON"],
    ["lacks what undo needs", '{"formatVersion":1}', "id"],
    ["is of a later version", JSON.stringify({ ...receipt(), formatVersion: 2 }), "formatVersion"],
    [
      "is another domain's",
      JSON.stringify(receipt({ domain: "x.example" })),
      "it is about x.example",
    ],
    ["was renamed", JSON.stringify(receipt({ id: "20250101T000000Z" })), "20250101T000000Z"],
  ])("one that %s is refused and says what to do", async (_, text, reason) => {
    const receipts = createReceipts(project);
    await receipts.create(receipt());
    await writeFile(fileOf(ID), text);
    const load = receipts.load(DOMAIN, ID);
    await expect(load).rejects.toMatchObject({ code: "invalid-input" });
    await expect(load).rejects.toThrow(reason);
    expect(await readFile(fileOf(ID), "utf8")).toBe(text);
  });

  it("one that is larger than any receipt, or no file at all, is refused without being read", async () => {
    const receipts = createReceipts(project);
    await receipts.create(receipt());
    await rm(fileOf(ID));
    await symlink("/dev/zero", fileOf(ID));
    await expect(receipts.load(DOMAIN, ID)).rejects.toMatchObject({ code: "invalid-input" });
    await rm(fileOf(ID));
    await writeFile(fileOf(ID), "[".repeat(9 * 1024 * 1024));
    await expect(receipts.load(DOMAIN, ID)).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("receipts and hostile names", () => {
  it.each(["../../etc", "a/b.example", ".", "", "..", "a\\b.example", "x..y", "A.example", "a\0b"])(
    "never leave their folder for the domain %j",
    async (domain) => {
      const receipts = createReceipts(project);
      await expect(receipts.create(receipt({ domain }))).rejects.toThrow();
      await expect(receipts.load(domain)).rejects.toMatchObject({ code: "invalid-input" });
      expect(await readdir(project)).toEqual([]);
    },
  );

  it.each(["../../../etc/passwd", "latest", "", "20261124T184012Z.json", "20261124T184012Z/.."])(
    "there is none called %j",
    async (id) => {
      const receipts = createReceipts(project);
      await receipts.create(receipt());
      expect(await receipts.load(DOMAIN, id)).toBeUndefined();
    },
  );

  it("are not written through a link that came with the checkout", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
    const receipts = createReceipts(project);
    await symlink(elsewhere, join(project, ".odoo-mail-dns"));
    await expect(receipts.create(receipt())).rejects.toMatchObject({ code: "protected" });
    await rm(join(project, ".odoo-mail-dns"));
    await mkdir(join(project, ".odoo-mail-dns"));
    await symlink(elsewhere, join(project, ".odoo-mail-dns", DOMAIN));
    await expect(receipts.create(receipt())).rejects.toMatchObject({ code: "protected" });
    expect(await readdir(elsewhere)).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  it("say what to do when their folder can't be used", async () => {
    await writeFile(join(project, ".odoo-mail-dns"), "a file");
    const create = createReceipts(project).create(receipt());
    await expect(create).rejects.toMatchObject({ code: "protected" });
    await expect(createReceipts(join(project, "gone")).create(receipt())).rejects.toMatchObject({
      code: "transient",
    });
  });
});
