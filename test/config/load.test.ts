import { describe, expect, it } from "vitest";
import * as v from "valibot";
import { loadStack } from "../../src/config/load-stack.ts";

const hosts = {
  cloudflare: { options: v.strictObject({}) },
  manual: { options: v.strictObject({}) },
  zonefile: {
    options: v.strictObject({
      file: v.pipe(v.string(), v.nonEmpty()),
      reload: v.optional(v.picklist(["rndc", "none"]), "none"),
    }),
  },
};

function load(text: string, name = "mycompany.example") {
  return loadStack({ name, file: `stacks/Pulumi.${name}.yaml`, text }, hosts);
}

function config(text: string, name?: string) {
  const loaded = load(text, name);
  if (!("config" in loaded)) throw new Error(JSON.stringify(loaded.findings, null, 2));
  return loaded.config;
}

/** `line:column rule message` of each finding. */
function complaints(text: string, name?: string): string[] {
  const loaded = load(text, name);
  if ("config" in loaded) return [];
  return loaded.findings.map(
    ({ at, rule, message }) => `${at?.line}:${at?.column} ${rule} ${message}`,
  );
}

function help(text: string): (string | undefined)[] {
  const loaded = load(text);
  return "config" in loaded ? [] : loaded.findings.map((finding) => finding.help);
}

/** The file with the given lines below `config:`, host `manual` first. */
function stack(...lines: string[]): string {
  return ["config:", "  odoo-mail-dns:host: manual", ...lines.map((line) => `  ${line}`), ""].join(
    "\n",
  );
}

describe("the smallest stack file", () => {
  it("is one line of config; all else is what Odoo's page asks for", () => {
    expect(config(stack())).toEqual({
      domain: "mycompany.example",
      host: "manual",
      hostOptions: {},
      spf: {
        off: false,
        domain: "mycompany.example",
        terms: ["include:_spf.odoo.com"],
        placement: "first",
      },
      dkim: true,
      dmarc: "check",
      odoo: { hosting: "unknown" },
      accept: [],
      records: "own",
      retire: false,
      file: "stacks/Pulumi.mycompany.example.yaml",
    });
  });

  it("gives the host's options their defaults", () => {
    const text =
      "config:\n  odoo-mail-dns:host: zonefile\n  odoo-mail-dns:zonefile: { file: a.zone }\n";
    expect(config(text).hostOptions).toEqual({ file: "a.zone", reload: "none" });
  });
});

describe("every key", () => {
  it("arrives in the config", () => {
    const text = stack(
      "odoo-mail-dns:domain: Mail.MyCompany.Example.",
      "odoo-mail-dns:zone: mycompany.example",
      "odoo-mail-dns:spf:",
      "  domain: bounce.mycompany.example",
      "  terms: [include:_spf.odoo.com, ip4:192.0.2.1]",
      "  placement: before-all",
      "  join: true",
      "  all: ~all",
      "odoo-mail-dns:dkim: false",
      'odoo-mail-dns:dmarc: "off"',
      "odoo-mail-dns:odoo: { hosting: sh, version: 18.2 }",
      "odoo-mail-dns:retire: true",
    );
    expect(config(text)).toMatchObject({
      domain: "mail.mycompany.example",
      zone: "mycompany.example",
      spf: {
        domain: "bounce.mycompany.example",
        terms: ["include:_spf.odoo.com", "ip4:192.0.2.1"],
        placement: "before-all",
        join: { all: "~all" },
      },
      dkim: false,
      dmarc: "off",
      odoo: { hosting: "sh", version: 18.2 },
      retire: true,
    });
  });

  it("has a place that other parts can point at", () => {
    const loaded = load(stack("odoo-mail-dns:spf:", "  domain: b.example"));
    expect("config" in loaded && [loaded.locate("spf.domain"), loaded.locate("dkim")]).toEqual([
      { file: "stacks/Pulumi.mycompany.example.yaml", line: 4, column: 5 },
      { file: "stacks/Pulumi.mycompany.example.yaml", line: 1, column: 1 },
    ]);
  });

  it("lets the host's own resources keep a record where the host has some", () => {
    const text = stack("odoo-mail-dns:records: native").replace("manual", "cloudflare");
    expect(config(text).records).toBe("native");
  });

  it("turns SPF off", () => {
    expect(config(stack("odoo-mail-dns:spf: { off: true }")).spf).toEqual({ off: true });
  });
});

describe("what belongs to Pulumi and to other programs", () => {
  it("passes untouched", () => {
    const text = `encryptionsalt: v1:abc=\nsecretsprovider: passphrase\nenvironment:\n  - shared\n${stack("aws:region: eu-west-1", "other:list: [1, { secure: x }]", "my-app:domain: x")}`;
    expect(complaints(text)).toEqual([]);
  });
});

describe("a file that Pulumi has saved", () => {
  it("has true and false of the top keys in quotes, and means the same", () => {
    const text = stack('odoo-mail-dns:dkim: "false"', 'odoo-mail-dns:retire: "true"');
    expect(config(text)).toMatchObject({ dkim: false, retire: true });
  });
});

describe("mistakes, at line and column", () => {
  it.each([
    [
      "a host that nobody knows",
      "config:\n  odoo-mail-dns:host: zonefle\n",
      '2:23 config/value odoo-mail-dns:host is "zonefle"; it must be one of cloudflare, manual, zonefile',
      "Did you mean zonefile? docs/stack-file.md shows every key.",
    ],
    [
      "a mistyped key",
      stack("odoo-mail-dns:dkmi: false"),
      "3:3 config/unknown-key there is no key odoo-mail-dns:dkmi",
      "Did you mean odoo-mail-dns:dkim?",
    ],
    [
      "a mistyped key inside a key",
      stack("odoo-mail-dns:spf: { placment: first }"),
      "3:24 config/unknown-key there is no key odoo-mail-dns:spf.placment",
      "Did you mean placement?",
    ],
    [
      "a key without our name before it",
      stack("dkim: false"),
      "3:3 config/unknown-key there is no key dkim",
      "Did you mean odoo-mail-dns:dkim?",
    ],
    [
      "our name mistyped",
      stack("odoo-maildns:dkim: false"),
      "3:3 config/unknown-key there is no key odoo-maildns:dkim",
      "Did you mean odoo-mail-dns:dkim?",
    ],
    [
      "a key outside of config",
      `odoo-mail-dns:dkim: false\n${stack()}`,
      "1:1 config/unknown-key there is no key odoo-mail-dns:dkim outside of config:",
      "Did you mean to put it below config:?",
    ],
    [
      "true or false in quotes",
      stack('odoo-mail-dns:spf: { off: "false" }'),
      '3:29 config/value odoo-mail-dns:spf.off is "false"; it must be true or false, without quotes',
      "docs/stack-file.md shows every key.",
    ],
    [
      "a number among the terms",
      stack("odoo-mail-dns:spf: { terms: [7] }"),
      "3:32 config/value odoo-mail-dns:spf.terms.0 is 7; it must be text (in quotes where it looks like a number)",
      "docs/stack-file.md shows every key.",
    ],
    [
      "an empty list of terms",
      stack("odoo-mail-dns:spf: { terms: [] }"),
      "3:31 config/value odoo-mail-dns:spf.terms is a list; it must be filled in",
      "docs/stack-file.md shows every key.",
    ],
    [
      "a host's option that is missing",
      "config:\n  odoo-mail-dns:host: zonefile\n  odoo-mail-dns:zonefile: { reload: rndc }\n",
      "3:3 config/missing-key odoo-mail-dns:zonefile.file is missing",
      "Add it; docs/stack-file.md shows every key, and `odoo-mail-dns hosts` every host.",
    ],
    [
      "a creation of DMARC, which this version leaves to its owner",
      stack("odoo-mail-dns:dmarc: create"),
      '3:24 config/value odoo-mail-dns:dmarc is "create"; it must be one of check, off',
      "docs/stack-file.md shows every key.",
    ],
    [
      "a term that is the record's own business",
      stack('odoo-mail-dns:spf: { terms: ["-all"] }'),
      `3:32 config/term "-all" can't be used as an SPF term: how a record ends is its owner's choice`,
      "A term looks like include:_spf.odoo.com.",
    ],
    [
      "a term that lets everybody send",
      stack("odoo-mail-dns:spf: { terms: [ip4:0.0.0.0/0] }"),
      `3:32 config/term "ip4:0.0.0.0/0" can't be used as an SPF term: it matches every address`,
      "A term looks like include:_spf.odoo.com.",
    ],
    [
      "a term whose host stands for everybody",
      stack("odoo-mail-dns:spf: { terms: [a:example.com//0] }"),
      `3:32 config/term "a:example.com//0" can't be used as an SPF term: it matches every address`,
      "A term looks like include:_spf.odoo.com.",
    ],
    [
      "two terms in one",
      stack('odoo-mail-dns:spf: { terms: ["a mx"] }'),
      `3:32 config/term "a mx" can't be used as an SPF term: it is not one word of plain characters`,
      "A term looks like include:_spf.odoo.com.",
    ],
    [
      "the same term twice",
      stack("odoo-mail-dns:spf: { terms: [a, a] }"),
      `3:35 config/term "a" can't be used as an SPF term: it stands here twice`,
      "A term looks like include:_spf.odoo.com.",
    ],
    [
      "a join that does not say how the record ends",
      stack("odoo-mail-dns:spf: { join: true }"),
      "3:24 config/contradiction odoo-mail-dns:spf.join does not say how the record ends",
      'Add all: "~all" or all: "-all" beside it.',
    ],
    [
      "an end without a join",
      stack("odoo-mail-dns:spf: { all: ~all }"),
      "3:24 config/contradiction odoo-mail-dns:spf.all is only for joining two records",
      "Add join: true beside it, or remove it.",
    ],
    [
      "SPF off and on at once",
      stack("odoo-mail-dns:spf: { off: true, domain: a.example }"),
      "3:24 config/contradiction odoo-mail-dns:spf.off leaves SPF alone, and other keys beside it change it",
      "Keep one or the other.",
    ],
    [
      "native records at a host that has none",
      stack("odoo-mail-dns:records: native"),
      "3:3 config/contradiction odoo-mail-dns:records is native, and the host manual has no resources of its own",
      "Leave the key out: our own resource keeps the record. Native is for azure and cloudflare.",
    ],
    [
      "native records with the credentials of an account",
      stack("odoo-mail-dns:records: native", "odoo-mail-dns:account: acme").replace(
        "manual",
        "cloudflare",
      ),
      "3:3 config/contradiction odoo-mail-dns:records is native, and the host's own plugin knows nothing of accounts",
      "Leave the key out, or remove odoo-mail-dns:account.",
    ],
    [
      "a zone that does not hold the domain",
      stack("odoo-mail-dns:zone: other.example"),
      "3:23 config/contradiction odoo-mail-dns:zone is other.example, which does not hold mycompany.example",
      "Name a zone that the domain lies in, or leave the key out: the zone is then looked up.",
    ],
    [
      "an answer to a question that no rule asks",
      stack("odoo-mail-dns:accept: [spf/nonsense-and-more]"),
      '3:26 config/accept "spf/nonsense-and-more" is no rule of this program',
      "A refusal that can be accepted prints the line to add to the stack file.",
    ],
  ])("%s", (_, text, complaint, advice) => {
    expect(complaints(text)).toEqual([complaint]);
    expect(help(text)).toEqual([advice]);
  });

  it("are all told at once, in the order of the file", () => {
    const text = stack("odoo-mail-dns:dkim: 1", "odoo-mail-dns:odo: {}", "odoo-mail-dns:zone: 2");
    expect(complaints(text).map((line) => line.split(" ", 2).join(" "))).toEqual([
      "3:23 config/value",
      "4:3 config/unknown-key",
      "5:23 config/value",
    ]);
  });

  it("of an empty file, or one that is no map, is the host that is missing", () => {
    const missing = ["1:1 config/missing-key odoo-mail-dns:host is missing"];
    expect(complaints("")).toEqual(missing);
    expect(complaints("- a\n- b\n")).toEqual(missing);
    expect(complaints("config: 3\n")).toEqual(missing);
  });
});

describe("YAML that shows one thing and means another", () => {
  it.each([
    [
      "a key that stands twice",
      stack("a:b: 1", "a:b: 2"),
      "4:3",
      "this key stands twice in the file",
    ],
    [
      "our key twice",
      stack("odoo-mail-dns:host: zonefile"),
      "3:3",
      "this key stands twice in the file",
    ],
    [
      "an alias under our key",
      stack("x:y: &it false", "odoo-mail-dns:dkim: *it"),
      "4:23",
      "an alias stands for a value written elsewhere",
    ],
    [
      "a tag under our key",
      stack("odoo-mail-dns:zone: !!binary bXljb21wYW55"),
      "3:32",
      "a tag changes what this value means",
    ],
    [
      "a merge key",
      stack("<<: { odoo-mail-dns:retire: true }"),
      "3:3",
      "a merge key adds keys that the file does not show",
    ],
    ["a key that is no text", stack("? [a]", ": 1"), "3:5", "this key is no plain text"],
    [
      "two documents",
      `${stack()}---\nconfig: {}\n`,
      "3:1",
      "the file holds more than one YAML document",
    ],
    [
      "a tab",
      "config:\n\todoo-mail-dns:host: manual\n",
      "2:1",
      "a tab is used to indent; YAML wants spaces",
    ],
  ])("%s is refused", (_, text, place, reason) => {
    expect(complaints(text)).toContain(`${place} config/yaml ${reason}`);
  });

  it("a byte order mark is no mistake", () => {
    expect(config(`\ufeff${stack()}`).domain).toBe("mycompany.example");
  });

  it("an alias bomb in another program's keys is never expanded", () => {
    const bomb = Array.from({ length: 24 }, (_, i) => `  x:l${i}: &l${i} [*l${i - 1}, *l${i - 1}]`);
    bomb[0] = "  x:l0: &l0 [lol]";
    expect(config(`${stack()}${bomb.join("\n")}\n`).domain).toBe("mycompany.example");
  });

  it.each([
    ["brackets", "config: " + "[".repeat(100_000)],
    ["braces", "config: " + "{a: ".repeat(60_000)],
    ["dashes", "- ".repeat(100_000)],
    ["question marks", "? ".repeat(100_000)],
    ["spaces", Array.from({ length: 600 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
  ])("nesting without end is refused before it is read: %s", (_, text) => {
    expect(complaints(text)).toEqual([
      "1:1 config/yaml it nests lists or keys too deep to be a stack file",
    ]);
  });

  it("spaces between dashes are looked at once, not in every combination", () => {
    const line = `${`-${" ".repeat(200)}`.repeat(32)}x\n`;
    expect(complaints(line.repeat(30))[0]).toMatch(/^1:1 config\//);
  });

  it("keys of the language's own objects are keys like any other", () => {
    expect(complaints(stack("odoo-mail-dns:__proto__: { dkim: false }"))[0]).toBe(
      "3:3 config/unknown-key there is no key odoo-mail-dns:__proto__",
    );
    expect(complaints(stack("odoo-mail-dns:spf: { constructor: 2 }"))[0]).toBe(
      "3:24 config/unknown-key there is no key odoo-mail-dns:spf.constructor",
    );
  });
});
