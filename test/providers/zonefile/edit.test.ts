import { describe, expect, test } from "vitest";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import { isMailDnsError } from "../../../src/core/errors.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import { editZone } from "../../../providers/zonefile/edit.ts";
import type { Include } from "../../../providers/zonefile/records.ts";
import { readZone } from "../../../providers/zonefile/zone.ts";

const origin = parseName("mycompany.example") as DomainName;
const now = Date.UTC(2026, 11, 1, 12);
const SOA = "@ 3600 IN SOA ns1 hostmaster 7 7200 3600 1209600 300\n";
const SOA_AFTER = SOA.replace(" 7 ", " 8 ");

function edit(text: string, ops: readonly Op[], include?: Include): string {
  const options = { origin, now, ...(include && { include }) };
  return editZone(readZone({ file: "my.zone", text }, options), ops, options).soa.source.text;
}

/** What becomes of the lines below the SOA. */
function below(text: string, ...ops: Op[]): string {
  const edited = edit(`${SOA}${text}`, ops);
  expect(edited.startsWith(SOA_AFTER)).toBe(true);
  return edited.slice(SOA_AFTER.length);
}

function replace(before: string, after: string, name = "mycompany.example"): Op {
  return { kind: "replace-value", name, type: "TXT", before, after, ttl: 3600 };
}

function remove(before: string, name = "mycompany.example", type: Op["type"] = "TXT"): Op {
  return { kind: "remove-value", name, type, before, after: null, ttl: 3600 };
}

function create(after: string, name: string, type: Op["type"], ttl: Op["ttl"] = 300): Op {
  return { kind: "create-rrset", name, type, before: null, after, ttl };
}

function complaint(text: string, op: Op, include?: Include): string {
  try {
    edit(`${SOA}${text}`, [op], include);
  } catch (error) {
    if (isMailDnsError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return "none";
}

const ODOO = "v=spf1 include:_spf.odoo.com ~all";

describe("a changed value is written over where it stands", () => {
  test.each([
    [
      "comment and spacing stay",
      '@  \tIN  TXT\t"v=spf1 ~all"  ; mail; do not lose\n',
      `@  \tIN  TXT\t"${ODOO}"  ; mail; do not lose\n`,
    ],
    [
      "parentheses and their comments stay",
      '@ TXT ( ; spf\n  "v=spf1 " ; one\n  "~all" ) ; two\n',
      '@ TXT ( ; spf\n  "v=spf1 include:_spf.odoo.com " ; one\n  "~all" ) ; two\n',
    ],
    [
      "only the string that differs is touched",
      '@ TXT "v=spf1" " ~" "all"\n',
      '@ TXT "v=spf1" " include:_spf.odoo.com ~" "all"\n',
    ],
    [
      "words without quotes get them where they change",
      "@ TXT v=spf1\\032~all\n",
      `@ TXT "${ODOO}"\n`,
    ],
    [
      "octets (RFC 3597) become text",
      "@ TXT \\# 12 ( 0b763d73706631\n 207e616c6c ) ; x\n",
      `@ TXT "${ODOO}"  ( \n  ) ; x\n`,
    ],
    [
      "a record that stands twice is changed twice",
      '@ TXT "v=spf1 ~all"\nwww A 192.0.2.1\n@ TXT "v=spf1 ~all"\n',
      `@ TXT "${ODOO}"\nwww A 192.0.2.1\n@ TXT "${ODOO}"\n`,
    ],
    ["CR LF stays", '@ TXT "v=spf1 ~all"\r\n', `@ TXT "${ODOO}"\r\n`],
    ["a last line without an end stays so", '@ TXT "v=spf1 ~all"', `@ TXT "${ODOO}"`],
  ])("%s", (_, before, after) => {
    expect(below(before, replace("v=spf1 ~all", ODOO))).toBe(after);
  });

  test("what grows over 255 octets is split behind a space", () => {
    const long = `v=spf1 ${"ip4:192.0.2.1 ".repeat(17)}~all`;
    const grown = long.replace("v=spf1 ", "v=spf1 include:_spf.odoo.com ");
    const edited = below(`@ TXT "${long}"\n`, replace(long, grown));
    expect(edited).toMatch(/^@ TXT "[^"]{1,255}" "[^"]{1,255}"\n$/);
    expect(edited.replace('" "', "")).toBe(`@ TXT "${grown}"\n`);
    expect(below(edited, replace(grown, long)).replace('" "', "")).toBe(`@ TXT "${long}"\n`);
  });

  test("quotes and bytes in a value are escaped", () => {
    expect(below('@ TXT "a"\n', replace("a", 'a"\\\u00e4\n'))).toBe('@ TXT "a\\"\\\\\\228\\010"\n');
  });

  test("a CNAME's target is written in full, with its dot", () => {
    const op: Op = {
      kind: "replace-value",
      name: "odoo._domainkey.mycompany.example",
      type: "CNAME",
      before: "odoo._domainkey.odoo.com.mycompany.example",
      after: "odoo._domainkey.odoo.com",
      ttl: 3600,
    };
    expect(below("odoo._domainkey CNAME odoo._domainkey.odoo.com ; dot\n", op)).toBe(
      "odoo._domainkey CNAME odoo._domainkey.odoo.com. ; dot\n",
    );
  });
});

describe("a new record comes last, complete in itself", () => {
  const name = "odoo._domainkey.mycompany.example";
  const line = `; odoo-mail-dns, 2026-12-01\n${name}. 300 IN CNAME odoo._domainkey.odoo.com.\n`;
  const op = create("odoo._domainkey.odoo.com", name, "CNAME");

  test.each([
    ["www A 192.0.2.1\n", `www A 192.0.2.1\n${line}`],
    ["www A 192.0.2.1", `www A 192.0.2.1\n${line}`],
    ["; the end", `; the end\n${line}`],
    ["$ORIGIN elsewhere.\n$TTL 5\n", `$ORIGIN elsewhere.\n$TTL 5\n${line}`],
    ["www A 192.0.2.1\n\n\n", `www A 192.0.2.1\n\n\n${line}`],
  ])("after %j", (before, after) => {
    expect(below(before, op)).toBe(after);
  });

  test("with the file's own line ends", () => {
    const text = `${SOA}www A 192.0.2.1\n`.replaceAll("\n", "\r\n");
    expect(edit(text, [op])).toBe(`${SOA_AFTER}www A 192.0.2.1\n${line}`.replaceAll("\n", "\r\n"));
  });

  test("with the zone's $TTL, else an hour, where the host is to choose", () => {
    const byDefault = create("odoo._domainkey.odoo.com", name, "CNAME", "default");
    expect(below("$TTL 2h\n", byDefault)).toContain(`${name}. 7200 IN CNAME`);
    expect(below("", byDefault)).toContain(`${name}. 3600 IN CNAME`);
  });
});

describe("a removed record takes its own lines and nothing else", () => {
  test.each([
    [
      "a whole line, with its comment",
      'www A 192.0.2.1\n@ TXT "x" ; why\nmail A 192.0.2.2\n',
      "www A 192.0.2.1\nmail A 192.0.2.2\n",
    ],
    [
      "all lines of parentheses",
      'www A 192.0.2.1\n@ TXT (\n "x" ; why\n )\n; next\n',
      "www A 192.0.2.1\n; next\n",
    ],
    [
      "our own mark above it",
      'www A 192.0.2.1\n; odoo-mail-dns, 2026-12-01\nmycompany.example. 300 IN TXT "x"\n',
      "www A 192.0.2.1\n",
    ],
    [
      "a blank-owner line",
      'www A 192.0.2.1\n@ TXT "y"\n  TXT "x"\n  TXT "z"\n',
      'www A 192.0.2.1\n@ TXT "y"\n  TXT "z"\n',
    ],
    [
      "the owner of lines below it, which is written there",
      '@ TXT "x"\n\n; still the apex\n  TXT "y" ; here\n  TXT "z"\n',
      '\n; still the apex\nmycompany.example.  TXT "y" ; here\n  TXT "z"\n',
    ],
    [
      "the owner, over an $ORIGIN",
      '@ TXT "x"\n$ORIGIN sub\n\tTXT "y"\n',
      '$ORIGIN sub\nmycompany.example.\tTXT "y"\n',
    ],
    [
      "the TTL that lines below it take over",
      '@ 60 TXT "x"\n  IN TXT "y"\nwww A 192.0.2.1\n',
      'mycompany.example.  60 IN TXT "y"\nwww A 192.0.2.1\n',
    ],
    [
      "the TTL, for a line with its own name",
      '@ 60 TXT "x"\nwww A 192.0.2.1\n',
      "www 60 A 192.0.2.1\n",
    ],
    [
      "no TTL where $TTL decides",
      '$TTL 5\n@ 60 TXT "x"\nwww A 192.0.2.1\n',
      "$TTL 5\nwww A 192.0.2.1\n",
    ],
    ["the last line", 'www A 192.0.2.1\n@ TXT "x"', "www A 192.0.2.1\n"],
  ])("%s", (_, before, after) => {
    expect(below(before, remove("x"))).toBe(after);
  });

  test("two in a row", () => {
    expect(below('@ TXT "x"\n  TXT "y"\n  TXT "z"\n', remove("x"), remove("y"))).toBe(
      'mycompany.example.  TXT "z"\n',
    );
  });
});

describe("several changes at once", () => {
  test("two records are joined and one is added", () => {
    const text = '@ TXT "v=spf1 a ~all"\n  TXT "v=spf1 mx ~all"\n  NS ns1\n';
    const name = "odoo._domainkey.mycompany.example";
    expect(
      below(
        text,
        remove("v=spf1 a ~all"),
        replace("v=spf1 mx ~all", "v=spf1 a mx ~all"),
        create("odoo._domainkey.odoo.com", name, "CNAME"),
      ),
    ).toBe(
      `mycompany.example.  TXT "v=spf1 a mx ~all"\n  NS ns1\n; odoo-mail-dns, 2026-12-01\n${name}. 300 IN CNAME odoo._domainkey.odoo.com.\n`,
    );
  });
});

describe("what other zones may share is left alone", () => {
  const include: Include = (path) => ({ file: path, text: '@ TXT "x"\n' });

  test("a record in an included file", () => {
    expect(complaint("$INCLUDE shared.inc\n", remove("x"), include)).toBe(
      "protected shared.inc:1:1: the TXT record of mycompany.example stands in an included file, which may define other names as well.",
    );
  });

  test("a record that $GENERATE makes", () => {
    expect(complaint("$GENERATE 1-2 a$ TXT x\n", remove("x", "a1.mycompany.example"))).toBe(
      "protected my.zone:2:1: the TXT record of a1.mycompany.example comes from a $GENERATE, which may define other names as well.",
    );
  });

  test("an SOA record in an included file", () => {
    const soa: Include = (path) => ({ file: path, text: SOA });
    const options = { origin, now, include: soa };
    const zone = readZone({ file: "my.zone", text: '$INCLUDE soa.inc\n@ TXT "x"\n' }, options);
    expect(() => editZone(zone, [remove("x")], options)).toThrow(
      "soa.inc:1:1: the SOA record stands in an included file",
    );
  });

  test("a record that hands its TTL to an included file", () => {
    const text = '@ 70 TXT "z"\n$INCLUDE a\n';
    expect(complaint(text, remove("z"), include)).toContain(
      "protected a:1:1: this record has its TTL from a record that is to be removed",
    );
  });

  test("a record that is no longer there", () => {
    expect(complaint("", remove("x"))).toBe(
      "stale-write mycompany.example no longer has this TXT record.",
    );
  });
});
