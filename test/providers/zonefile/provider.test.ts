import * as fc from "fast-check";
import * as fs from "node:fs";
import * as disk from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { findRRset } from "../../../src/core/dns/rrset.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import { APEX, zoneText } from "./arbitrary.ts";
import { addDkim, addInclude, DOMAIN, NOON, reversed, SIGNAL, ZONE } from "./fixtures.ts";
import { complaint, project } from "./project.ts";

// Much work, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const AFTER = ZONE.replace("2026112401", "2026120100").replace(
  "v=spf1 ",
  "v=spf1 include:_spf.odoo.com ",
);
const DKIM_LINES = `; odoo-mail-dns, 2026-12-01
odoo._domainkey.mycompany.example. 3600 IN CNAME odoo._domainkey.odoo.com.
`;

describe("reading", () => {
  test("the whole zone is read from the file", async () => {
    const { snapshot } = project();
    expect(await snapshot()).toMatchObject({
      zone: { apex: DOMAIN, nameservers: ["ns1.mycompany.example"], nativeId: "my.zone" },
      takenAt: new Date(NOON).toISOString(),
      source: "host",
      coverage: "zone",
      rrsets: [
        { type: "SOA" },
        { type: "NS" },
        {
          name: DOMAIN,
          type: "TXT",
          ttl: 3600,
          values: ["v=spf1 include:_spf.google.com ~all", "google-site-verification=abc"],
        },
        { name: "ns1.mycompany.example", type: "A", values: ["192.0.2.53"] },
      ],
    });
  });

  test("the version changes with every byte, also with those of an included file", async () => {
    const { write, snapshot } = project({ text: `${ZONE}$INCLUDE more.inc\n` });
    write("www A 192.0.2.1\n", "more.inc");
    const first = await snapshot();
    expect((await snapshot()).version).toBe(first.version);
    write("www A 192.0.2.2\n", "more.inc");
    expect((await snapshot()).version).not.toBe(first.version);
  });
});

describe("writing", () => {
  test("only our records and the serial change, all at once", async () => {
    const { apply, text } = project();
    expect(await apply([addInclude, addDkim])).toBe("done");
    expect(text()).toBe(AFTER + DKIM_LINES);
  });

  test("the host says what it stored, and where the old file is", async () => {
    const { snapshot, provider, folder } = project();
    const planned = await snapshot();
    const [result] = await provider.apply(provider.compile([addInclude], planned), planned, SIGNAL);
    expect(result?.stored).toEqual([
      expect.objectContaining({ type: "SOA" }),
      expect.objectContaining({ type: "NS" }),
      expect.objectContaining({
        type: "TXT",
        values: [addInclude.after, "google-site-verification=abc"],
      }),
    ]);
    const backup = /: (\S+)$/.exec(result?.detail ?? "")?.[1] ?? "";
    expect(backup).toMatch(
      /^\.odoo-mail-dns\/backups\/mycompany\.example\.20261201T120000Z\.[0-9a-f]{16}\.zone$/,
    );
    expect(fs.readFileSync(join(folder, backup), "latin1")).toBe(ZONE);
  });

  test("what is so already is not written again", async () => {
    const { snapshot, provider, apply, text } = project();
    const planned = await snapshot();
    await apply([addInclude]);
    const once = text();
    const again = await provider.apply(provider.compile([addInclude], planned), planned, SIGNAL);
    expect(again).toEqual([{ outcome: "already" }]);
    expect(text()).toBe(once);
  });

  test("mode and owner stay, and nothing else is left in the folder", async () => {
    const { apply, file, names } = project();
    fs.chmodSync(file, 0o640);
    if (process.getuid?.() === 0) fs.chownSync(file, 65_534, 65_534);
    const { uid, gid } = fs.statSync(file);
    await apply([addInclude]);
    expect(fs.statSync(file)).toMatchObject({ mode: 0o100640, uid, gid });
    expect(names()).toEqual([".odoo-mail-dns", "my.zone"]);
  });

  test("a link to the file stays a link", async () => {
    const { apply, file, folder } = project();
    fs.renameSync(file, join(folder, "real.zone"));
    fs.symlinkSync("real.zone", file);
    await apply([addInclude]);
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(join(folder, "real.zone"), "latin1")).toBe(AFTER);
  });

  test("undo gives back the very same bytes, but for the serial", async () => {
    const { apply, text } = project();
    const ops = [addInclude, addDkim];
    await apply(ops);
    await apply(reversed(ops));
    expect(text()).toBe(ZONE.replace("2026112401", "2026120101"));
    await apply(ops);
    expect(text()).toBe((AFTER + DKIM_LINES).replace("2026120100", "2026120102"));
    await apply(reversed(ops));
    expect(text()).toBe(ZONE.replace("2026112401", "2026120103"));
  });

  test("undo takes out only ours when others changed the file meanwhile", async () => {
    const { apply, text, write } = project();
    await apply([addInclude, addDkim]);
    write(`${text()}www IN A 192.0.2.1\n`);
    await apply(reversed([addInclude, addDkim]));
    expect(text()).toBe(`${ZONE.replace("2026112401", "2026120101")}www IN A 192.0.2.1\n`);
  });

  test("undo gives back the bytes of any zone file, whatever was changed in it", async () => {
    await fc.assert(
      fc.asyncProperty(zoneText, fc.constantFrom("change", "remove", "add"), async (zone, kind) => {
        const { value } = zone.spf;
        const ttl = Number(zone.chunks[zone.spf.chunk]?.records[0]?.split(" ")[1]);
        const base = { name: APEX, type: "TXT", ttl } as const;
        const ops: readonly Op[] = {
          change: [
            {
              ...base,
              kind: "replace-value" as const,
              before: value,
              after: `v=spf1 a ${value.slice(7)}`,
            },
          ],
          remove: [{ ...base, kind: "remove-value" as const, before: value, after: null }],
          add: [
            addDkim,
            { ...base, kind: "add-value" as const, before: null, after: "v=spf1 new" },
          ],
        }[kind];
        const { apply, text } = project({ text: zone.text, options: { file: `${APEX}.zone` } });
        const withoutSerial = (whole: string): string =>
          whole.slice(0, zone.serial.at) + whole.slice(zone.serial.at).replace(/^\d+/, "");
        expect(await apply(ops)).toBe("done");
        expect(await apply(reversed(ops))).toBe("done");
        expect(withoutSerial(text())).toBe(withoutSerial(zone.text));
      }),
      { numRuns: 200 },
    );
  });
});

describe("a stale plan is refused, and nothing is written", () => {
  test("somebody changed a record that we want to change", async () => {
    const { snapshot, provider, write, text } = project();
    const planned = await snapshot();
    const changed = ZONE.replace("~all", "-all");
    write(changed);
    const apply = () => provider.apply(provider.compile([addInclude], planned), planned, SIGNAL);
    expect(await complaint(apply)).toContain("stale-write The records in my.zone are no longer");
    expect(text()).toBe(changed);
  });

  test("somebody added another record at the name", async () => {
    const { snapshot, provider, write } = project();
    const planned = await snapshot();
    write(`${ZONE}odoo._domainkey TXT "x"\n`);
    const apply = () => provider.apply(provider.compile([addDkim], planned), planned, SIGNAL);
    expect(await complaint(apply)).toContain("stale-write");
  });

  test("other records may change meanwhile, and stay", async () => {
    const { snapshot, provider, write, text } = project();
    const planned = await snapshot();
    write(`${ZONE}www A 192.0.2.1\n`);
    await provider.apply(provider.compile([addInclude], planned), planned, SIGNAL);
    expect(text()).toBe(`${AFTER}www A 192.0.2.1\n`);
  });

  test("somebody saves the file while we write", async () => {
    const inBetween = `${ZONE}; saved from an editor\n`;
    const { apply, text, write, names } = project({
      program: () => {
        write(inBetween);
        return { status: 0, output: "OK" };
      },
    });
    expect(await complaint(() => apply([addInclude]))).toContain(
      "stale-write my.zone was changed by somebody else just now",
    );
    expect(text()).toBe(inBetween);
    expect(names()).toEqual([".odoo-mail-dns", "my.zone"]);
  });
});

describe("named-checkzone has the last word where it is installed", () => {
  test("it sees the new file before it is put in place", async () => {
    const { apply, commands, folder, text } = project({
      program: ({ args }) => {
        expect(fs.readFileSync(args[3] ?? "", "latin1")).toBe(AFTER);
        expect(text()).toBe(ZONE);
        return { status: 0, output: "OK" };
      },
    });
    await apply([addInclude]);
    expect(commands).toMatchObject([
      { program: "named-checkzone", args: ["-i", "none", DOMAIN, expect.any(String)], folder },
    ]);
  });

  test("what it refuses is not written", async () => {
    const { apply, text, names } = project({
      program: ({ args }) => ({ status: 1, output: `${args[3]}:7: near eol: bad` }),
    });
    expect(await complaint(() => apply([addInclude]))).toBe(
      "invalid-input named-checkzone does not accept the new my.zone; nothing was written. It says: my.zone:7: near eol: bad",
    );
    expect(text()).toBe(ZONE);
    expect(names()).toEqual(["my.zone"]);
  });
});

describe("which zone a file holds", () => {
  const RELATIVE = ZONE.replace("$ORIGIN mycompany.example.\n", "");
  const find = ({ provider }: ReturnType<typeof project>, domain = DOMAIN) =>
    complaint(async () => (await provider.findZone(domain, SIGNAL)).apex);
  const shop = `shop.${DOMAIN}` as typeof DOMAIN;

  test("its $ORIGIN or its SOA record says it", async () => {
    expect(await find(project())).toBe('no error: "mycompany.example"');
    expect(await find(project(), shop)).toBe('no error: "mycompany.example"');
  });

  test.each([
    ["mycompany.example.zone", DOMAIN],
    ["db.mycompany.example", shop],
    ["MyCompany.Example", DOMAIN],
    ["live/mycompany.example.zone", shop],
    ["named.mycompany.example.db", DOMAIN],
    ["mycompany.example-external", DOMAIN],
  ])("else the file's name, %s", async (name, domain) => {
    const found = project({ options: { file: name } });
    found.write(RELATIVE);
    expect(await find(found, domain)).toBe('no error: "mycompany.example"');
  });

  const delegation = {
    zone: DOMAIN,
    parent: [],
    child: [],
    servers: [],
    lame: [],
    overridden: false,
  };
  const authority = { find: async () => delegation };

  test("else the delegation in DNS", async () => {
    const options = { file: "main.zone" };
    expect(await find(project({ text: RELATIVE, options, authority }), shop)).toBe(
      'no error: "mycompany.example"',
    );
    expect(await find(project({ text: RELATIVE, options }))).toBe(
      'config main.zone does not say which zone it is: its SOA record stands at "@".',
    );
  });

  test.each([
    "notmycompany.example",
    "shop.mycompany.example.zone",
    "mycompany.example.com.zone",
    "other.example",
  ])("it is never guessed: %s", async (file) => {
    expect(await find(project({ text: RELATIVE, options: { file }, authority }))).toBe(
      `config ${file} does not say which zone it is: its SOA record stands at "@".`,
    );
  });

  test("a file with another zone, and a domain that is delegated away", async () => {
    const other = project({ text: ZONE.replace("mycompany", "other") });
    expect(await find(other)).toBe(
      "zone-not-found my.zone holds the zone other.example, which does not contain mycompany.example.",
    );
    const delegated = project({ text: `${ZONE}shop NS ns.elsewhere.example.\n` });
    expect(await find(delegated, shop)).toBe(
      "zone-not-found my.zone delegates shop.mycompany.example to other name servers; shop.mycompany.example is not kept in it.",
    );
  });
});

describe("what can't be written is said before anything is", () => {
  test.each<[string, Op]>([
    [
      "conflict At www.mycompany.example a CNAME would stand beside another record.",
      { ...addDkim, name: `www.${DOMAIN}` },
    ],
    [
      "conflict A CNAME can't stand at the zone's own name, mycompany.example.",
      { ...addDkim, name: DOMAIN },
    ],
    [
      "invalid-input The TTL for mycompany.example is not a number of seconds from 0 to 2147483647.",
      { ...addInclude, ttl: 2 ** 31 },
    ],
    [
      "invalid-input odoo.other.example does not lie in the zone mycompany.example.",
      { ...addDkim, name: "odoo.other.example" },
    ],
    [
      "invalid-input The CNAME target for odoo._domainkey.mycompany.example is no domain name.",
      { ...addDkim, after: "a b\nwww A 192.0.2.66" } as Op,
    ],
    [
      "invalid-input The TXT value for mycompany.example is too long, or holds more than octets.",
      { ...addInclude, after: "x".repeat(65_400) } as Op,
    ],
    [
      "invalid-input The TXT value for mycompany.example is too long, or holds more than octets.",
      { ...addInclude, after: "\u20ac" } as Op,
    ],
  ])("%s", async (message, op) => {
    const { snapshot, provider } = project({ text: `${ZONE}www TXT x\n` });
    const planned = await snapshot();
    expect(await complaint(async () => provider.compile([op], planned))).toBe(message);
  });

  test("a value with quotes, escapes and line ends stays one value", async () => {
    const { apply, snapshot } = project();
    const after = 'a" \\ ;\r\nwww A 192.0.2.66 \u0000\u001b[31m';
    await apply([{ ...addInclude, after } as Op]);
    expect(findRRset(await snapshot(), DOMAIN, "TXT")?.values).toContain(after);
    expect((await snapshot()).rrsets).toHaveLength(4);
  });

  test("a value of 64 KiB", async () => {
    const { apply, snapshot } = project();
    const after = "x y ".repeat(16_000);
    await apply([{ ...addInclude, after } as Op]);
    expect(findRRset(await snapshot(), DOMAIN, "TXT")?.values[0]).toBe(after);
  });
});

describe("disks fail", () => {
  const failing = (name: keyof typeof disk, code: string) => ({
    disk: {
      ...disk,
      [name]: async () => Promise.reject(Object.assign(new Error(code), { code })),
    },
  });

  test.each([
    ["open", "ENOSPC", "limit-exceeded my.zone can't be changed (ENOSPC)."],
    ["open", "EACCES", "permission my.zone can't be changed (EACCES)."],
    ["rename", "EIO", "transient my.zone can't be changed (EIO)."],
    ["symlink", "EROFS", "permission No lock can be made beside the zone file (EROFS)."],
    ["mkdir", "EACCES", "permission my.zone can't be changed (EACCES)."],
  ] as const)("%s: %s", async (name, code, message) => {
    const { apply, text, names } = project({ machine: failing(name, code) });
    expect(await complaint(() => apply([addInclude]))).toBe(message);
    expect(text()).toBe(ZONE);
    expect(names().filter((name) => name !== ".odoo-mail-dns")).toEqual(["my.zone"]);
  });
});
