import { describe, expect, it } from "vitest";
import type { Op, Part } from "../../../src/core/plan/schema.ts";
import { type Planned, type Situation, planFor, rulesIn } from "./planner.ts";

const PAGE = "v=spf1 include:_spf.odoo.com ~all";

function txt(...values: readonly string[]): string {
  return values.map((value) => `mycompany.example TXT ${JSON.stringify(value)}`).join("\n");
}

function plan(zone: string, more: Omit<Situation, "zone"> = {}): Planned {
  return planFor({ zone, ...more });
}

function spf(zone: string, more: Omit<Situation, "zone"> = {}): Part {
  return plan(zone, more).parts.spf;
}

function ops(part: Part): readonly Op[] {
  return part.status === "changes" ? part.ops : [];
}

/** The SPF record after the plan; fails unless exactly one record is written. */
function after(part: Part): string | null | undefined {
  expect(part.status, JSON.stringify(part)).toBe("changes");
  expect(ops(part)).toHaveLength(1);
  return ops(part)[0]?.after;
}

function refusals(part: Part): readonly string[] {
  expect(part.status, JSON.stringify(part)).toBe("refused");
  expect(part).not.toHaveProperty("ops");
  return "because" in part ? part.because.map(({ rule }) => rule) : [];
}

/** Merging changes the record to this, and says only these rules. */
function merges(value: string, wanted: string, rules: readonly string[] = []): void {
  const part = spf(txt(value));
  expect(after(part)).toBe(wanted);
  expect(rulesIn(part)).toEqual(rules);
}

describe("the merge table, row by row (zone text in, plan out)", () => {
  it("1: no SPF record: the page's own is created", () => {
    const part = spf("mycompany.example A 192.0.2.1");
    expect(ops(part)).toMatchObject([
      { kind: "create-rrset", name: "mycompany.example", before: null, after: PAGE, ttl: 3600 },
    ]);
    expect(rulesIn(part)).toEqual([]);
    expect(part.spf?.proof).toMatchObject({ claim: "effects" });
  });

  it("1: no SPF record beside other TXT values: one value more, with their TTL", () => {
    const part = spf('mycompany.example 900 TXT "MS=ms123"');
    expect(ops(part)).toMatchObject([{ kind: "add-value", after: PAGE, ttl: 900 }]);
    expect(part.others).toBe(1);
  });

  it("1: no SPF record but mail servers: their owner's term is named, never added", () => {
    const part = spf("mycompany.example MX 1 aspmx.l.google.com");
    expect(after(part)).toBe(PAGE);
    expect(part.findings).toMatchObject([
      {
        rule: "spf/senders-not-listed",
        severity: "warning",
        help: expect.stringContaining("include:_spf.google.com"),
      },
    ]);
    expect(rulesIn(spf("mycompany.example MX 0 ."))).toEqual([]);
  });

  it("2: one valid record: our term comes first, nothing else changes", () => {
    merges(
      "v=spf1 include:_spf.google.com ~all",
      "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all",
    );
  });

  it.each([
    "v=spf1 include:_spf.odoo.com ~all",
    "v=spf1 +include:_spf.odoo.com ~all",
    "v=spf1 INCLUDE:_SPF.Odoo.com. ~all",
    "v=spf1 include:_spf.google.com include:_spf.odoo.com -all",
  ])("3: ours is there in any spelling: %s", (value) => {
    const planned = plan(txt(value));
    expect(planned.parts.spf).toMatchObject({ status: "unchanged", findings: [] });
    expect(planned.asked.filter((question) => question.includes("_spf."))).toEqual([]);
  });

  it.each(["include:_spf.odoo.com.au", "include:x_spf.odoo.com"])("4: %s is not ours", (other) => {
    const world = `${other.slice("include:".length)} TXT "v=spf1 ip4:192.0.2.9 -all"`;
    expect(after(spf(txt(`v=spf1 ${other} ~all`), { world }))).toBe(
      `v=spf1 include:_spf.odoo.com ${other} ~all`,
    );
  });

  it.each(["-", "~", "?"])("5: ours with %s in front is a denial", (qualifier) => {
    const part = spf(txt(`v=spf1 ${qualifier}include:_spf.odoo.com ~all`));
    expect(refusals(part)).toEqual(["spf/denied"]);
  });

  it("6: ours dead behind all is moved to its place", () => {
    merges("v=spf1 mx ~all include:_spf.odoo.com", "v=spf1 include:_spf.odoo.com mx ~all", [
      "spf/moved",
    ]);
  });

  it("7: V=SPF1 keeps its spelling", () => {
    merges("V=SPF1 ip4:192.0.2.1 -ALL", "V=SPF1 include:_spf.odoo.com ip4:192.0.2.1 -ALL");
  });

  it("8: double and trailing spaces stay", () => {
    merges("v=spf1  ip4:192.0.2.1   ~all ", "v=spf1 include:_spf.odoo.com  ip4:192.0.2.1   ~all ");
  });

  it.each([
    " v=spf1 mx ~all",
    "v=spf1\tmx ~all",
    "v=spf1, mx ~all",
    "v=spf1; mx ~all",
    '"v=spf1 mx ~all"',
    "v=spf1mx ~all",
    "v = spf1 mx ~all",
  ])("9: %j is almost SPF: never doubled", (value) => {
    const part = spf(`mycompany.example TXT ${JSON.stringify(value).replace("\\t", "\\009")}`);
    expect(refusals(part)).toEqual(["spf/near-miss"]);
    expect("because" in part && part.because[0]?.help).toContain("v=spf1 mx ~all");
  });

  it("10: v=spf10 is left alone with a warning, Sender ID without one", () => {
    const odd = spf(txt("v=spf10 mx ~all"));
    expect(ops(odd)).toMatchObject([{ kind: "add-value", after: PAGE }]);
    expect(rulesIn(odd)).toEqual(["spf/version"]);
    expect(rulesIn(spf(txt("spf2.0/pra mx ~all")))).toEqual([]);
  });

  it.each([
    ["-all", []],
    ["~all", []],
    ["?all", ["spf/all-neutral"]],
  ])("11: %s stays", (all, rules) => {
    merges(
      `v=spf1 ip4:192.0.2.1 ${all}`,
      `v=spf1 include:_spf.odoo.com ip4:192.0.2.1 ${all}`,
      rules,
    );
  });

  it.each(["+all", "all"])("12: %s stays, with a warning", (all) => {
    merges(`v=spf1 ip4:192.0.2.1 ${all}`, `v=spf1 include:_spf.odoo.com ip4:192.0.2.1 ${all}`, [
      "spf/all-pass",
    ]);
  });

  it("13: no all, no redirect: none is added", () => {
    merges("v=spf1 ip4:192.0.2.1", "v=spf1 include:_spf.odoo.com ip4:192.0.2.1", [
      "spf/all-missing",
    ]);
  });

  it("14: bare v=spf1", () => {
    merges("v=spf1", "v=spf1 include:_spf.odoo.com", ["spf/all-missing"]);
  });

  it("15: v=spf1 -all alone says that nobody sends: refused until it is accepted", () => {
    const part = spf(txt("v=spf1 -all"));
    expect(refusals(part)).toEqual(["spf/parked"]);
    expect("because" in part && part.because[0]?.help).toContain(
      "odoo-mail-dns:accept: [spf/parked]",
    );
    const accepted = plan(txt("v=spf1 -all"), { config: { accept: ["spf/parked"] } });
    expect(after(accepted.parts.spf)).toBe("v=spf1 include:_spf.odoo.com -all");
    expect(accepted.parts.spf.findings).toMatchObject([
      { rule: "spf/parked", severity: "warning" },
    ]);
    expect(accepted.findings).toEqual([]);
  });

  it("16: several all: before the first", () => {
    merges(
      "v=spf1 ip4:192.0.2.1 ~all -all",
      "v=spf1 include:_spf.odoo.com ip4:192.0.2.1 ~all -all",
      ["spf/all-repeated"],
    );
    const last = spf(txt("v=spf1 ip4:192.0.2.1 ~all -all"), { spf: { placement: "before-all" } });
    expect(after(last)).toBe("v=spf1 ip4:192.0.2.1 include:_spf.odoo.com ~all -all");
  });

  it("17: terms behind all stay, with a warning", () => {
    merges(
      "v=spf1 ~all include:_spf.google.com",
      "v=spf1 include:_spf.odoo.com ~all include:_spf.google.com",
      ["spf/dead-terms"],
    );
  });

  it("18: redirect= decides for everybody else, as before", () => {
    merges(
      "v=spf1 redirect=_spf.google.com",
      "v=spf1 include:_spf.odoo.com redirect=_spf.google.com",
    );
    const last = spf(txt("v=spf1 redirect=_spf.google.com"), { spf: { placement: "before-all" } });
    expect(after(last)).toBe("v=spf1 include:_spf.odoo.com redirect=_spf.google.com");
  });

  it("19: redirect= beside all is ignored and costs nothing", () => {
    const part = spf(txt("v=spf1 ip4:192.0.2.1 ~all redirect=_spf.google.com"));
    expect(after(part)).toBe(
      "v=spf1 include:_spf.odoo.com ip4:192.0.2.1 ~all redirect=_spf.google.com",
    );
    expect(rulesIn(part)).toEqual(["spf/redirect-ignored"]);
    expect(part.spf?.lookups).toEqual({ before: 0, after: 3 });
  });

  it.each([
    "v=spf1 redirect=a.example redirect=b.example",
    "v=spf1 exp=a.example exp=b.example -all",
  ])("20: %s is an error", (value) => {
    expect(refusals(spf(txt(value)))).toEqual(["spf/syntax"]);
  });

  it("21: exp= stays where it is", () => {
    merges(
      "v=spf1 ip4:192.0.2.1 -all exp=why.mycompany.example",
      "v=spf1 include:_spf.odoo.com ip4:192.0.2.1 -all exp=why.mycompany.example",
    );
  });

  it("22: unknown modifiers stay, repeated ones too", () => {
    merges(
      "v=spf1 ra=post foo=bar foo=bar -all",
      "v=spf1 include:_spf.odoo.com ra=post foo=bar foo=bar -all",
    );
  });

  it.each([
    ["v=spf1 ipv4:192.0.2.1 ~all", "ip4:192.0.2.1"],
    ["v=spf1 al", "all"],
    ["v=spf1 192.0.2.1 ~all", "ip4:192.0.2.1"],
  ])("23: %s is an error, and the likely intent is named", (value, intent) => {
    const part = spf(txt(value));
    expect(refusals(part)).toEqual(["spf/syntax"]);
    expect("because" in part && part.because[0]?.help).toContain(intent);
  });

  it("24: macros are merged beside, and cannot be counted in full", () => {
    const part = spf(txt("v=spf1 include:%{ir}.spf.example ~all"));
    expect(after(part)).toBe("v=spf1 include:_spf.odoo.com include:%{ir}.spf.example ~all");
    expect(rulesIn(part)).toEqual(["spf/not-provable", "spf/macro"]);
  });

  it("25: ptr stays, with a warning, behind ours", () => {
    const part = spf(txt("v=spf1 ptr -all"));
    expect(after(part)).toBe("v=spf1 include:_spf.odoo.com ptr -all");
    expect(rulesIn(part)).toContain("spf/ptr");
  });

  it("26: exists that fails comes behind ours, so that Odoo passes before it", () => {
    const zone = txt("v=spf1 exists:err.example -all");
    const failing = spf(zone, { world: "err.example SERVFAIL" });
    expect(after(failing)).toBe("v=spf1 include:_spf.odoo.com exists:err.example -all");
    expect(failing.spf?.proof?.holds).toBe(true);
    expect(rulesIn(failing)).toEqual(["spf/term-unreachable"]);
    const late = spf(zone, { world: "err.example SERVFAIL", spf: { placement: "before-all" } });
    expect(refusals(late)).toEqual(["spf/proof"]);
    const found = spf(zone, { world: "err.example A 127.0.0.2" });
    expect(after(found)).toBe("v=spf1 include:_spf.odoo.com exists:err.example -all");
  });

  it("27: a denied range that overlaps Odoo's networks is refused until accepted", () => {
    const zone = txt("v=spf1 -ip4:51.15.0.0/16 ip4:192.0.2.1 -all");
    expect(refusals(spf(zone))).toEqual(["spf/denied-networks"]);
    const accepted = spf(zone, { config: { accept: ["spf/denied-networks"] } });
    expect(after(accepted)).toContain("v=spf1 include:_spf.odoo.com -ip4");
  });

  it("27: a denied range elsewhere is no matter; a denied list cannot be decided", () => {
    merges(
      "v=spf1 -ip4:203.0.113.0/24 ~all",
      "v=spf1 include:_spf.odoo.com -ip4:203.0.113.0/24 ~all",
    );
    merges(
      "v=spf1 -include:odoo-less.example ~all",
      "v=spf1 include:_spf.odoo.com -include:odoo-less.example ~all",
      ["spf/denied-undecided"],
    );
  });

  it("28: ? and ~ in front of other terms: ours first", () => {
    merges(
      "v=spf1 ?ip4:51.15.0.0/16 ~ip4:192.0.2.1 -all",
      "v=spf1 include:_spf.odoo.com ?ip4:51.15.0.0/16 ~ip4:192.0.2.1 -all",
    );
  });

  it("29: duplicates stay and cost each time", () => {
    const part = spf(txt("v=spf1 include:_spf.google.com include:_spf.google.com ~all"));
    expect(part.spf?.lookups).toEqual({ before: 2, after: 5 });
    expect(rulesIn(part)).toEqual(["spf/duplicate-terms"]);
  });

  it("30: more than 10 lookups afterwards: refused, with costs and cuts, unneeded vendors first", () => {
    const zone = txt(
      "v=spf1 include:mailgun.org include:servers.mcsv.net include:_spf.google.com include:spf.protection.outlook.com ~all",
    );
    const part = spf(zone);
    expect(refusals(part)).toEqual(["spf/lookups"]);
    expect(part.spf?.lookups).toEqual({ before: 8, after: 11 });
    expect("because" in part && part.because[0]).toMatchObject({
      message: expect.stringContaining("would take 11 lookups (8 now)"),
      help: expect.stringMatching(/servers\.mcsv\.net.*saves 1.*mailgun\.org.*saves 5/),
      evidence: [
        "include:_spf.odoo.com: 3 (Odoo)",
        "include:mailgun.org: 5 (Mailgun)",
        "include:servers.mcsv.net: 1 (Mailchimp)",
        "include:_spf.google.com: 1 (Google Workspace)",
        "include:spf.protection.outlook.com: 1 (Microsoft 365)",
      ],
    });
  });

  it("30: exactly 10 is allowed", () => {
    const zone = txt("v=spf1 include:six.lookups.example a:one.example -all");
    const part = spf(zone, { world: "one.example A 192.0.2.1\none.example AAAA 2001:db8::1" });
    expect(part.spf?.lookups.after).toBe(10);
    expect(part.status).toBe("changes");
  });

  it("31: more than 10 before: refused, and said so", () => {
    const part = spf(txt("v=spf1 include:six.lookups.example include:six.lookups.example ~all"));
    expect(refusals(part)).toEqual(["spf/lookups"]);
    expect("because" in part && part.because[0]?.message).toContain("already takes 12 lookups");
  });

  it("32: voids of the owner's own terms are a warning, per address family", () => {
    const zone = txt("v=spf1 a:v4.example a:v4.example a:v4.example -all");
    const part = spf(zone, { world: "v4.example A 192.0.2.1" });
    expect(part.status).toBe("changes");
    expect(rulesIn(part)).toContain("spf/voids-already");
  });

  it("32: voids because of us are refused", () => {
    const zone = txt("v=spf1 a:v4.example a:v4.example -all");
    const world = [
      "v4.example A 192.0.2.1",
      '_spf.odoo.com TXT "v=spf1 ip4:51.15.253.0/24 a:gone.example ~all"',
    ];
    expect(refusals(spf(zone, { world: world.join("\n") }))).toContain("spf/voids");
  });

  it.each([
    ["gone.example", "does not exist"],
    ["broken.example", "is not valid"],
    ["empty.example", "has no SPF"],
  ])("33: a dead include (%s) is refused until accepted", (target) => {
    const zone = txt(`v=spf1 include:${target} ~all`);
    const world = 'empty.example TXT "hello"';
    expect(refusals(spf(zone, { world }))).toEqual(["spf/dead-include"]);
    const accepted = spf(zone, { world, config: { accept: ["spf/dead-include"] } });
    expect(after(accepted)).toBe(`v=spf1 include:_spf.odoo.com include:${target} ~all`);
    expect(accepted.spf?.proof?.holds).toBe(true);
  });

  it("34: a loop is refused", () => {
    expect(refusals(spf(txt("v=spf1 include:a.loop.example ~all")))).toEqual(["spf/loop"]);
    expect(refusals(spf(txt("v=spf1 include:mycompany.example ~all")))).toEqual(["spf/loop"]);
  });

  it("35: more than 10 mail servers behind mx are a warning", () => {
    const hosts = Array.from({ length: 11 }, (_, n) => `many.example MX 10 m${n}.example`);
    const part = spf(txt("v=spf1 mx:many.example ~all"), { world: hosts.join("\n") });
    expect(after(part)).toBe("v=spf1 include:_spf.odoo.com mx:many.example ~all");
    expect(rulesIn(part)).toContain("spf/too-many-names");
  });

  it("36: two records whose union is provable become one, first updated, then removed", () => {
    const part = spf(txt("v=spf1 include:_spf.google.com ~all", "v=spf1 ip4:192.0.2.1 ~all", "x"));
    expect(ops(part)).toMatchObject([
      {
        kind: "replace-value",
        after: "v=spf1 include:_spf.odoo.com include:_spf.google.com ip4:192.0.2.1 ~all",
      },
      { kind: "remove-value", after: null },
    ]);
    expect(rulesIn(part)).toEqual(["spf/joined"]);
    expect(part.spf?.proof?.claim).toBe("effects");
    expect(part.others).toBe(1);
  });

  it("36: the page's own record beside another: it is dropped, the other's all stays", () => {
    const part = spf(txt("v=spf1 include:_spf.odoo.com ~all", "v=spf1 ip4:192.0.2.1 -all"));
    expect(ops(part).map((op) => op.after)).toEqual([
      "v=spf1 include:_spf.odoo.com ip4:192.0.2.1 -all",
      null,
    ]);
  });

  it("36: the page's own record beside a parked one still needs the owner's word", () => {
    const zone = txt("v=spf1 include:_spf.odoo.com ~all", "v=spf1 -all");
    expect(refusals(spf(zone))).toEqual(["spf/parked"]);
    const accepted = spf(zone, { config: { accept: ["spf/parked"] } });
    expect(ops(accepted).map((op) => op.after)).toEqual([
      "v=spf1 include:_spf.odoo.com -all",
      null,
    ]);
  });

  it("36: where one of the records is what both become, the other goes and that is all", () => {
    const zone = txt("v=spf1 ?all", "v=spf1 include:_spf.odoo.com ?all");
    expect(ops(spf(zone)).map(({ kind, before }) => [kind, before])).toEqual([
      ["remove-value", "v=spf1 ?all"],
    ]);
  });

  it("36: records that disagree are refused, with both outcomes and their lines", () => {
    const zone = txt("v=spf1 include:_spf.google.com ~all", "v=spf1 ip4:192.0.2.1 -all");
    const part = spf(zone);
    expect(refusals(part)).toEqual(["spf/two-records"]);
    expect("because" in part && part.because[0]?.choices).toEqual([
      {
        line: 'odoo-mail-dns:spf: { join: true, all: "-all" }',
        result: "v=spf1 include:_spf.google.com ip4:192.0.2.1 -all",
        effects: [expect.stringMatching(/^stricter than the record that ends with `~all`/)],
      },
      {
        line: 'odoo-mail-dns:spf: { join: true, all: "~all" }',
        result: "v=spf1 include:_spf.google.com ip4:192.0.2.1 ~all",
        effects: [expect.stringMatching(/^looser than the record that ends with `-all`/)],
      },
    ]);
    const joined = spf(zone, { spf: { join: { all: "-all" } } });
    expect(ops(joined)[0]?.after).toMatch(/^v=spf1 include:_spf\.odoo\.com .* -all$/);
    expect(ops(joined)).toHaveLength(2);
  });

  it("36: one of the records is broken: refused", () => {
    expect(refusals(spf(txt("v=spf1 mx ~all", "v=spf1 ipv4:192.0.2.1 ~all")))).toEqual([
      "spf/syntax",
    ]);
  });

  it("37: a near miss beside a valid record is a warning", () => {
    const part = spf(txt("v=spf1 ip4:192.0.2.1 ~all", "v=spf1; mx ~all"));
    expect(after(part)).toBe("v=spf1 include:_spf.odoo.com ip4:192.0.2.1 ~all");
    expect(rulesIn(part)).toEqual(["spf/near-beside"]);
    expect(part.others).toBe(1);
  });

  it("38: strings are joined before anything is read, wherever they were cut", () => {
    const zone = 'mycompany.example TXT "v=spf1 include:_spf.goo" "gle.com ~all"';
    expect(after(spf(zone))).toBe("v=spf1 include:_spf.odoo.com include:_spf.google.com ~all");
  });

  it("39: TXT values that grow above 450 octets in all are a warning, with both sizes", () => {
    const part = spf(txt("v=spf1 ip4:192.0.2.1 ~all", "x".repeat(390)));
    expect(after(part)).toContain("include:_spf.odoo.com");
    expect(part.findings).toMatchObject([
      { rule: "spf/size", message: expect.stringMatching(/would take 4\d\d octets \(4\d\d now\)/) },
    ]);
  });

  it("40: more than the host takes, or DNS, is refused", () => {
    const long = `v=spf1 ${"ip4:192.0.2.1 ".repeat(20)}~all`;
    const part = spf(txt(long), { host: { maxTxtOctets: 255 } });
    expect(refusals(part)).toEqual(["spf/length"]);
    const longest = `v=spf1 ${"ip4:192.0.2.1 ".repeat(4670)}~all`;
    expect(refusals(spf(txt(longest)))).toEqual(["spf/length"]);
  });

  it("41: the obsolete type SPF is ignored, with a warning, and never written", () => {
    const planned = plan('mycompany.example SPF "v=spf1 mx -all"');
    expect(ops(planned.parts.spf)).toMatchObject([{ kind: "create-rrset", type: "TXT" }]);
    expect(rulesIn(planned.parts.spf)).toEqual(["spf/type-99"]);
  });

  it("42: a dash from a word processor is named by its code point", () => {
    const part = spf('mycompany.example TXT "v=spf1 ip4:192.0.2.1 \\226\\128\\147all"');
    expect(refusals(part)).toEqual(["spf/syntax"]);
    expect("because" in part && part.because[0]?.message).toContain("U+2013");
  });

  it("43: what could not be read is unknown, never none", () => {
    const part = spf("", { source: "dns", coverage: ["odoo._domainkey.mycompany.example"] });
    expect(part.status).toBe("unknown");
    expect("because" in part && part.because[0]?.rule).toBe("dns/not-read");
  });

  it("43: an included record that does not answer is refused, not taken as missing", () => {
    expect(refusals(spf(txt("v=spf1 include:slow.example ~all")))).toEqual([
      "spf/include-unreachable",
    ]);
  });

  it("44: SPF is not inherited: the record goes to the exact bounce domain", () => {
    const part = spf(txt("v=spf1 mx -all"), {
      spf: { domain: "bounce.mycompany.example" as never },
    });
    expect(ops(part)).toMatchObject([
      { kind: "create-rrset", name: "bounce.mycompany.example", after: PAGE },
    ]);
  });

  it("45: a CNAME at the name is refused, unless its target lets Odoo send", () => {
    const zone = "bounce.mycompany.example CNAME mail.elsewhere.example";
    const situation = { spf: { domain: "bounce.mycompany.example" as never } };
    const other = 'mail.elsewhere.example TXT "v=spf1 mx -all"';
    expect(refusals(spf(zone, { ...situation, world: other }))).toEqual(["dns/cname"]);
    const ours = 'mail.elsewhere.example TXT "v=spf1 include:_spf.odoo.com -all"';
    expect(spf(zone, { ...situation, world: ours }).status).toBe("unchanged");
    const silent = "mail.elsewhere.example TXT TIMEOUT";
    expect(spf(zone, { ...situation, world: silent }).status).toBe("unknown");
  });

  it("46: a wildcard's SPF is where a new record starts from", () => {
    const zone = '*.mycompany.example TXT "v=spf1 ip4:192.0.2.1 -all"';
    const part = spf(zone, { spf: { domain: "bounce.mycompany.example" as never } });
    expect(ops(part)).toMatchObject([
      { kind: "create-rrset", after: "v=spf1 include:_spf.odoo.com ip4:192.0.2.1 -all" },
    ]);
    expect(rulesIn(part)).toEqual(["dns/wildcard"]);
  });

  it("46: a wildcard's mail servers would be lost: refused until accepted", () => {
    const zone = "*.mycompany.example MX 10 mail.mycompany.example";
    const situation = { spf: { domain: "bounce.mycompany.example" as never } };
    expect(refusals(spf(zone, situation))).toEqual(["dns/wildcard-hides"]);
    const accept = { ...situation, config: { accept: ["dns/wildcard-hides"] } };
    expect(after(spf(zone, accept))).toBe(PAGE);
  });

  it("46: what public DNS answers from a wildcard does not count as the name's own", () => {
    const values = ['TXT "v=spf1 ip4:192.0.2.1 -all"'];
    const zone = values.flatMap((text) => [
      `*.mycompany.example ${text}`,
      `bounce.mycompany.example ${text}`,
    ]);
    const part = spf(zone.join("\n"), {
      source: "dns",
      spf: { domain: "bounce.mycompany.example" as never },
    });
    expect(ops(part)).toMatchObject([{ kind: "create-rrset" }]);
  });

  it("47: a wildcard CNAME is no conflict at odoo._domainkey", () => {
    for (const source of ["host", "dns"] as const) {
      const seen =
        source === "dns" ? "odoo._domainkey.mycompany.example CNAME elsewhere.example" : "";
      const zone = `*.mycompany.example CNAME elsewhere.example\n${seen}`;
      const { dkim } = plan(zone, { source }).parts;
      expect(ops(dkim)).toMatchObject([{ kind: "create-rrset", type: "CNAME" }]);
      expect(rulesIn(dkim)).toEqual(["dkim/hides-wildcard"]);
    }
  });

  it("48: an international domain is planned at its A-label", () => {
    const domain = "xn--bcher-kva.example" as never;
    const planned = planFor({ zone: "", apex: domain, config: { domain } });
    expect(planned.parts.spf).toMatchObject({ name: domain, status: "changes" });
    expect(planned.parts.dkim.name).toBe("odoo._domainkey.xn--bcher-kva.example");
  });

  it.each([
    ["does not answer", "_spf.odoo.com TXT TIMEOUT"],
    ["has no SPF record", "_spf.odoo.com EXISTS\n_spf.odoo.com A 192.0.2.1"],
    ["is broken", '_spf.odoo.com TXT "v=spf1 ipv4:192.0.2.1 -all"'],
    ["is double", '_spf.odoo.com TXT "v=spf1 -all"\n_spf.odoo.com TXT "v=spf1 ~all"'],
    ["is broken inside", "_spf.mo1.odoo.com TXT SERVFAIL"],
  ])("49: _spf.odoo.com %s: nothing is published that is an error", (_, world) => {
    const part = spf(txt("v=spf1 ip4:192.0.2.1 ~all"), { world });
    expect(refusals(part)).toEqual(["spf/target"]);
    // Only a write can be refused: a domain that is finished stays so.
    expect(spf(txt(PAGE), { world }).status).toBe("unchanged");
  });

  it("50: a name with the domain in it twice is pointed out", () => {
    const zone = [
      'mycompany.example.mycompany.example TXT "v=spf1 mx ~all"',
      "odoo._domainkey.mycompany.example.mycompany.example CNAME odoo._domainkey.odoo.com",
    ];
    const { parts } = plan(zone.join("\n"));
    expect(rulesIn(parts.spf)).toContain("dns/doubled-name");
    expect(rulesIn(parts.dkim)).toContain("dkim/doubled-name");
  });

  it("50: a name that only a wildcard answers for is not taken for a mistake", () => {
    const names = ["*", "mycompany.example", "odoo._domainkey.mycompany.example"];
    const zone = names.map((name) => `${name}.mycompany.example TXT "v=spf1 -all"`).join("\n");
    const { parts } = plan(zone, { source: "dns" });
    expect(rulesIn(parts.spf)).not.toContain("dns/doubled-name");
    expect(rulesIn(parts.dkim)).not.toContain("dkim/doubled-name");
  });
});
