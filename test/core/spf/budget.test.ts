import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DomainName } from "../../../src/core/dns/name.ts";
import { type Budget, type BudgetNode, spfBudget } from "../../../src/core/spf/budget.ts";
import { evaluateSpf } from "../../../src/core/spf/evaluate.ts";
import { IP4, IP6, recordFrom, zone } from "./generated.ts";
import { drive, settle, worldFrom } from "./world.ts";
import { law } from "../../law.ts";

const EXAMPLE = "example.com" as DomainName;

function budgetOf(value: string, zone = ""): Budget {
  return settle((answers) => spfBudget(EXAMPLE, value, answers), worldFrom(zone));
}

/** `term cost running state`, indented by depth. */
function table(nodes: readonly BudgetNode[], depth = 0): readonly string[] {
  return nodes.flatMap((node) => [
    `${"  ".repeat(depth)}${node.term} ${node.cost} ${node.running} ${node.state}`,
    ...table(node.children, depth + 1),
  ]);
}

const ODOO = `
  _spf.odoo.com        TXT "v=spf1 include:_spf.a.odoo.com include:_spf.b.odoo.com ~all"
  _spf.a.odoo.com      TXT "v=spf1 ip4:192.0.2.0/28 ~all"
  _spf.b.odoo.com      TXT "v=spf1 ip4:192.0.2.64/28 ~all"
  _spf.google.com      TXT "v=spf1 ip4:198.51.100.0/24 ~all"
`;

describe("the lookups of a record", () => {
  it("are counted with what included records hold, term by term", () => {
    const budget = budgetOf(
      "v=spf1 include:_spf.odoo.com ip4:203.0.113.1 include:_spf.google.com ~all",
      ODOO,
    );
    expect(table(budget.terms)).toEqual([
      "include:_spf.odoo.com 3 3 ok",
      "  include:_spf.a.odoo.com 1 2 ok",
      "  include:_spf.b.odoo.com 1 3 ok",
      "include:_spf.google.com 1 4 ok",
    ]);
    expect(budget).toMatchObject({ lookups: 4, voids: { ip4: 0, ip6: 0 }, exact: true });
  });

  it("name the vendor where the catalogue knows it", () => {
    const { terms } = budgetOf("v=spf1 include:_spf.odoo.com include:_spf.google.com ~all", ODOO);
    expect(terms.map(({ vendor }) => vendor)).toEqual(["Odoo", "Google Workspace"]);
  });

  it("take one round of questions for each level", () => {
    const { rounds } = drive(
      (answers) => spfBudget(EXAMPLE, "v=spf1 include:_spf.odoo.com a mx ~all", answers),
      worldFrom(ODOO),
    );
    expect(rounds).toBe(2);
  });

  it("are counted in full above the limit", () => {
    const budget = budgetOf(`v=spf1 ${"include:_spf.odoo.com ".repeat(5)}~all`, ODOO);
    expect(budget.lookups).toBe(15);
  });

  it("leave out what `all` keeps from being reached, and show it", () => {
    const budget = budgetOf("v=spf1 a -all include:_spf.odoo.com ip4:192.0.2.1 redirect=x.example");
    expect(table(budget.terms)).toEqual([
      "a 1 1 void",
      "include:_spf.odoo.com 0 1 skipped",
      "redirect=x.example 0 1 skipped",
    ]);
  });

  it("count a redirect where there is no `all`", () => {
    const budget = budgetOf("v=spf1 redirect=_spf.odoo.com", ODOO);
    expect(table(budget.terms)[0]).toBe("redirect=_spf.odoo.com 3 3 ok");
  });

  it("do not count `exp` or unknown modifiers", () => {
    expect(budgetOf("v=spf1 exp=why.example.com x=y -all").lookups).toBe(0);
  });

  it("are none in a record that is not valid", () => {
    expect(budgetOf("v=spf1 a moo -all")).toEqual({
      lookups: 0,
      voids: { ip4: 0, ip6: 0 },
      exact: true,
      terms: [],
    });
  });

  it("use the record that is given, not the one in DNS, also where it includes itself", () => {
    const budget = budgetOf(
      "v=spf1 a include:example.com -all",
      'example.com TXT "v=spf1 mx mx mx -all"',
    );
    expect(table(budget.terms)).toEqual(["a 1 1 void", "include:example.com 1 2 loop"]);
  });
});

describe("what goes wrong in the tree", () => {
  const world = `
    none.example     TXT "hello"
    broken.example   TXT "v=spf1 moo"
    two.example      TXT "v=spf1 -all"
    two.example      TXT "v=spf1 +all"
    slow.example     TXT TIMEOUT
    loop1.example    TXT "v=spf1 include:loop2.example -all"
    loop2.example    TXT "v=spf1 include:loop1.example -all"
    mx11.example     ${Array.from({ length: 11 }, (_, at) => `MX ${at} m.example`).join("\nmx11.example ")}
    down.example     A SERVFAIL
  `;

  it.each([
    ["include:absent.example", "none", "there is no such name"],
    ["include:none.example", "none", "it has no SPF record"],
    ["include:broken.example", "permerror", "syntax error"],
    ["include:two.example", "permerror", "2 SPF records"],
    ["include:slow.example", "temperror", "nobody answered"],
    ["redirect=absent.example", "none", "there is no such name"],
    ["mx:mx11.example", "permerror", "11 mail servers"],
    ["a:down.example", "temperror", "DNS did not answer for down.example"],
    ["include:x..example", "permerror", "no domain name"],
  ])("%s is %s: %s", (term, state, reason) => {
    const { terms } = budgetOf(`v=spf1 ${term}`, world);
    expect(terms[0]).toMatchObject({ term, state, cost: 1 });
    expect(terms[0]?.reason).toContain(reason);
  });

  it("more than 10 mail servers are not asked for their addresses", () => {
    const { asked } = drive(
      (answers) => spfBudget(EXAMPLE, "v=spf1 mx:mx11.example -all", answers),
      worldFrom(world),
    );
    expect(asked).toEqual(["mx11.example MX"]);
  });

  it("a loop is marked where it closes", () => {
    const budget = budgetOf("v=spf1 include:loop1.example -all", world);
    expect(table(budget.terms)).toEqual([
      "include:loop1.example 3 3 ok",
      "  include:loop2.example 2 3 ok",
      "    include:loop1.example 1 3 loop",
    ]);
  });

  it("the same record twice is no loop, and counts twice", () => {
    const budget = budgetOf("v=spf1 include:_spf.google.com include:_spf.google.com -all", ODOO);
    expect(budget.lookups).toBe(2);
  });

  it("what is behind a DNS error is not known", () => {
    expect(budgetOf("v=spf1 include:slow.example -all", world).exact).toBe(false);
    expect(budgetOf("v=spf1 include:absent.example -all", world).exact).toBe(true);
  });
});

describe("macros", () => {
  it("in include and redirect hide what is inside", () => {
    const budget = budgetOf("v=spf1 include:%{ir}.%{v}.%{d}.spf.example.net -all");
    expect(table(budget.terms)).toEqual(["include:%{ir}.%{v}.%{d}.spf.example.net 1 1 macro"]);
    expect(budget.exact).toBe(false);
  });

  it("elsewhere cost what the term costs", () => {
    const budget = budgetOf("v=spf1 exists:%{i}.x.example a:%{l}.example ptr -all");
    expect(table(budget.terms)).toEqual([
      "exists:%{i}.x.example 1 1 macro",
      "a:%{l}.example 1 2 macro",
      "ptr 1 3 ok",
    ]);
    expect(budget.exact).toBe(true);
  });

  it("with p cost one lookup more", () => {
    expect(budgetOf("v=spf1 exists:%{p}.x.example -all").lookups).toBe(2);
  });

  it("that say the same for every sender are followed", () => {
    const budget = budgetOf(
      "v=spf1 include:_spf.%{d2} -all",
      '_spf.example.com TXT "v=spf1 a -all"',
    );
    expect(table(budget.terms)).toEqual(["include:_spf.%{d2} 2 2 ok", "  a 1 2 void"]);
    expect(budget.terms[0]?.domain).toBe("_spf.example.com");
  });
});

describe("void lookups", () => {
  it("are counted for senders of both families", () => {
    const budget = budgetOf(
      "v=spf1 a a mx mx -all",
      `
      example.com A 192.0.2.1
      example.com MX 10 mail.example.com
      mail.example.com A 192.0.2.2
    `,
    );
    expect(budget.voids).toEqual({ ip4: 0, ip6: 4 });
  });

  it("are one a term, and counted with what is inside", () => {
    const budget = budgetOf(
      "v=spf1 include:in.example mx:stale.example exists:absent.example -all",
      `
      in.example TXT "v=spf1 a:absent.example -all"
      stale.example MX 10 no1.example
      stale.example MX 20 no2.example
    `,
    );
    expect(budget.voids).toEqual({ ip4: 3, ip6: 3 });
    expect(budget.terms.map(({ voids, state }) => [voids.ip4, state])).toEqual([
      [1, "ok"],
      [1, "void"],
      [1, "void"],
    ]);
  });

  it("do not come from the null MX", () => {
    expect(budgetOf("v=spf1 mx -all", "example.com MX 0 .").voids).toEqual({ ip4: 0, ip6: 0 });
  });
});

describe("the budget is an upper bound:", () => {
  it("no sender takes more lookups or finds more void, and the limits are met together", () => {
    fc.assert(
      fc.property(zone, recordFrom(0), fc.constantFrom(...IP4, ...IP6), (text, value, ip) => {
        const world = worldFrom(text);
        const domain = "apex.example" as DomainName;
        const { value: budget, answers } = drive((found) => spfBudget(domain, value, found), world);
        const all = {
          ...answers,
          [`${domain} TXT`]: { status: "records", records: [{ data: value, ttl: 1 }] },
        } as const;
        const sender = { ip, mailFrom: `amy@${domain}`, helo: "h0.example" };
        const result = drive((found) => evaluateSpf(sender, domain, found), world, all).value;
        const loops = JSON.stringify(budget.terms).includes('"loop"');
        if (!budget.exact || loops) return;
        expect(result.lookups).toBeLessThanOrEqual(budget.lookups);
        const macros = JSON.stringify(budget.terms).includes('"macro"') || value.includes("ptr");
        const most = ip.includes(":") ? budget.voids.ip6 : budget.voids.ip4;
        if (!macros && !text.includes("ptr")) expect(result.voids).toBeLessThanOrEqual(most);
        if (budget.lookups <= 10) expect(result.reason ?? "").not.toContain("lookup number");
      }),
      law(10_000),
    );
  });

  it("work is bounded, whatever the tree", () => {
    const wide = `*.wide.example TXT "v=spf1 ${"include:a.%{d} include:b.%{d} include:c.%{d} ".repeat(3)}-all"`;
    const { value, asked, rounds } = drive(
      (answers) => spfBudget(EXAMPLE, "v=spf1 include:x.wide.example -all", answers),
      worldFrom(wide),
    );
    expect(value.exact).toBe(false);
    expect(value.lookups).toBeLessThanOrEqual(201);
    expect(asked.length).toBeLessThan(1_500);
    expect(rounds).toBeLessThan(30);
    expect(JSON.stringify(value.terms)).toContain("more than 20 records inside each other");
  });
});
