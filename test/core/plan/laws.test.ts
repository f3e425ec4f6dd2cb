import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answers } from "../../../src/core/dns/answer.ts";
import type { RRset } from "../../../src/core/dns/rrset.ts";
import { planOps } from "../../../src/core/plan/assemble.ts";
import { planDkim } from "../../../src/core/plan/dkim-part.ts";
import { planSpf } from "../../../src/core/plan/spf-part.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import { spfBudget } from "../../../src/core/spf/budget.ts";
import { parseSpf } from "../../../src/core/spf/parse.ts";
import { drive } from "../spf/world.ts";
import {
  DOMAIN,
  type Planned,
  type Situation,
  applyOps,
  inputFor,
  planFor,
  receiptFor,
  rrsetsFrom,
  undoFor,
  zoneText,
} from "./planner.ts";
import { law } from "../../law.ts";

const RUNS = law(10_000);
const OURS = "include:_spf.odoo.com";

const term = fc.constantFrom(
  "ip4:192.0.2.1",
  "ip6:2001:db8::/32",
  "include:_spf.google.com",
  "include:servers.mcsv.net",
  "include:mailgun.org",
  "include:six.lookups.example",
  "include:gone.example",
  "include:a.loop.example",
  "include:slow.example",
  "a:mail.mycompany.example",
  "mx",
  "exists:%{i}.list.example",
  "ptr",
  "-ip4:51.15.253.7",
  "?ip4:198.51.100.0/24",
  "ipv4:192.0.2.1",
  "foo=bar",
  "exp=why.example",
  OURS,
  "Include:_SPF.odoo.com.",
  "-include:_spf.odoo.com",
);
const ending = fc.constantFrom(
  "",
  " ~all",
  " -all",
  " ?all",
  " +all",
  " ~all mx",
  " redirect=_spf.google.com",
);
const spfValue = fc
  .tuple(
    fc.constantFrom("v=spf1", "v=spf1", "v=spf1", "V=SPF1", " v=spf1", "v=spf1;", "v=spf10"),
    fc.array(fc.tuple(fc.constantFrom(" ", " ", "  "), term), { maxLength: 4 }),
    ending,
    fc.constantFrom("", "", " "),
  )
  .map(([version, terms, end, tail]) => `${version}${terms.flat().join("")}${end}${tail}`);
const otherValue = fc.constantFrom("google-site-verification=a", "MS=ms1", "x".repeat(300), "é");
const dkimLine = fc.constantFrom(
  "",
  "odoo._domainkey.mycompany.example 600 CNAME odoo._domainkey.odoo.com",
  "odoo._domainkey.mycompany.example 600 CNAME odoo.com",
  "odoo._domainkey.mycompany.example 600 CNAME key.vendor.example",
  'odoo._domainkey.mycompany.example TXT "v=DKIM1; p=AAAA"',
  "_domainkey.mycompany.example NS ns1.vendor.example",
);
const dmarcLine = fc.constantFrom(
  "",
  '_dmarc.mycompany.example TXT "v=DMARC1; p=reject"',
  '_dmarc.mycompany.example TXT "v=DMARC1; p=none"',
);

const situation = fc.record({
  values: fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: spfValue }, otherValue), {
    maxLength: 3,
  }),
  dkim: dkimLine,
  dmarc: dmarcLine,
  placement: fc.constantFrom("first" as const, "before-all" as const),
  accept: fc.subarray([
    "spf/parked",
    "spf/dead-include",
    "spf/denied-networks",
    "dkim/other-target",
  ]),
  join: fc.constantFrom(undefined, "~all", "-all"),
});
type Case = typeof situation extends fc.Arbitrary<infer T> ? T : never;

const REST = `
mycompany.example       MX 10 mail.mycompany.example
mail.mycompany.example  A 192.0.2.25
www.mycompany.example   TXT "v=spf1 -all"
`;

function situationOf(made: Case): Situation {
  const txt = made.values.map((value) => `mycompany.example 900 TXT ${JSON.stringify(value)}`);
  return {
    zone: [REST, ...txt, made.dkim, made.dmarc].join("\n"),
    config: { accept: made.accept },
    spf: {
      placement: made.placement,
      ...(made.join !== undefined && { join: { all: made.join } }),
    },
  };
}

function lines(rrsets: readonly RRset[]): string {
  return rrsets
    .flatMap(({ name, type, ttl, values }) =>
      values.map(
        (value) => `${name} ${ttl} ${type} ${type === "TXT" ? JSON.stringify(value) : value}`,
      ),
    )
    .join("\n");
}

/** What the world outside the zone says, asked once for all runs. */
const known: Answers = drive(
  (answers) =>
    spfBudget(
      DOMAIN,
      `v=spf1 ${OURS} include:_spf.google.com include:servers.mcsv.net include:mailgun.org include:six.lookups.example include:gone.example include:slow.example include:a.loop.example a:mail.mycompany.example mx -all`,
      answers,
    ),
  inputFor({ zone: REST }).world,
).answers;

function spfOps(plan: Planned): readonly Op[] {
  return plan.parts.spf.status === "changes" ? plan.parts.spf.ops : [];
}

type Law = (given: Situation, plan: Planned) => void;

/** Each is held to every situation; its name stands in front of what breaks it. */
const laws: Readonly<Record<string, Law>> = {
  "what was written is what was wanted: the next plan has nothing to do": (given, plan) => {
    const ops = planOps(plan);
    if (ops.length === 0) return;
    const zone = lines(applyOps(rrsetsFrom(given.zone), ops));
    const next = planFor({ ...given, zone }).parts;
    for (const part of ["spf", "dkim"] as const) {
      const { status } = plan.parts[part];
      same(next[part].status, status === "changes" ? "unchanged" : status);
    }
  },

  "undoing what was written gives the same RRsets, byte for byte": (given, plan) => {
    const ops = planOps(plan);
    if (ops.length === 0) return;
    const before = rrsetsFrom(given.zone);
    const written = applyOps(before, ops);
    const undo = undoFor({ ...given, zone: lines(written) }, receiptFor(plan, ops, before));
    same(zoneText(applyOps(written, planOps(undo))), zoneText(before));
  },

  "undoing after somebody else's edit keeps that edit, and takes out only ours": (given, plan) => {
    const [op, ...more] = spfOps(plan);
    if (op === undefined || op.after === null || more.length > 0) return;
    const theirs = `${op.after} ip4:203.0.113.9`;
    const written = applyOps(rrsetsFrom(given.zone), planOps(plan));
    const edit: Op = { ...op, kind: "replace-value", before: op.after, after: theirs };
    const changed = applyOps(written, [edit]);
    const receipt = receiptFor(plan, planOps(plan), []);
    const undo = undoFor({ ...given, zone: lines(changed) }, receipt).parts.spf;
    const undone = undo.status === "changes" ? (undo.ops[0]?.after ?? null) : null;
    if (undone === null) throw new Error(`nothing was undone: ${undo.status}`);
    same(wordsNotOurs(undone), wordsNotOurs(theirs));
    same(countOurs(undone), countOurs(op.before ?? ""));
  },

  "retiring with the receipt leaves what was there before, joined records aside": (given, plan) => {
    const { spf, dkim } = plan.parts;
    if (spf.status !== "changes" || dkim.status !== "changes") return;
    if (spf.ops.some((op) => op.kind === "remove-value")) return;
    const before = rrsetsFrom(given.zone);
    const written = applyOps(before, planOps(plan));
    const history = receiptFor(plan, planOps(plan), before);
    const config = { ...given.config, retire: true };
    const retired = planFor({ ...given, zone: lines(written), config, history });
    same(zoneText(applyOps(written, planOps(retired))), zoneText(before));
  },

  "no op touches a value that is not SPF, or any other name": (given, plan) => {
    const before = rrsetsFrom(given.zone);
    same(foreign(applyOps(before, planOps(plan))), foreign(before));
    for (const op of spfOps(plan)) same(op.name, DOMAIN);
  },

  "an edit adds our term and takes nothing away": (_, plan) => {
    const [op, ...more] = spfOps(plan);
    if (op?.kind !== "replace-value" || more.length > 0) return;
    same(wordsNotOurs(op.after), wordsNotOurs(op.before));
  },

  "a write leaves one record with at most 10 lookups, and its proof holds": (given, plan) => {
    if (spfOps(plan).length === 0) return;
    const after = applyOps(rrsetsFrom(given.zone), planOps(plan));
    const txt = after.find((rrset) => rrset.name === DOMAIN && rrset.type === "TXT");
    const records = (txt?.values ?? []).filter((value) => isSelected(value));
    same(records.length, 1);
    const budget = spfBudget(DOMAIN, records[0] ?? "", plan.answers);
    if (!budget.done) throw new Error("the plan has counted them without these answers");
    expect(budget.value.lookups).toBeLessThanOrEqual(10);
    same(plan.parts.spf.spf?.lookups.after, budget.value.lookups);
    same(plan.parts.spf.spf?.proof?.holds, true);
  },

  "no part depends on another: each stays when the other's records are gone": (given, plan) => {
    const without = (text: string) => {
      const rest = given.zone.split("\n").filter((line) => !line.includes(text));
      return { ...inputFor({ ...given, zone: rest.join("\n") }).input, answers: plan.answers };
    };
    const spf = planSpf(without("_domainkey"));
    const dkim = planDkim(without(" 900 TXT"));
    same(JSON.stringify(spf), JSON.stringify({ done: true, value: plan.parts.spf }));
    same(JSON.stringify(dkim), JSON.stringify({ done: true, value: plan.parts.dkim }));
  },

  "a refused part has no ops, and only errors refuse": (_, plan) => {
    for (const part of Object.values(plan.parts)) {
      if (part.status !== "refused") continue;
      same("ops" in part, false);
      same(
        part.because.every(({ severity }) => severity === "error"),
        true,
      );
    }
  },
};

/** As `expect(a).toBe(b)`, which is too slow to be called this often. */
function same(is: unknown, wanted: unknown): void {
  if (is !== wanted) expect(is).toBe(wanted);
}

describe("laws of the plan", () => {
  it("hold for every situation", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(situation, (made) => {
        const given = { ...situationOf(made), answers: known };
        const plan = planFor(given);
        for (const [law, hold] of Object.entries(laws)) {
          try {
            hold({ ...given, answers: plan.answers }, plan);
          } catch (error) {
            throw new Error(law, { cause: error });
          }
        }
      }),
      RUNS,
    );
  });
});

/** Everything in the zone that no op may change, one value a line. */
function foreign(rrsets: readonly RRset[]): string {
  return rrsets
    .filter(({ name }) => !name.startsWith("odoo._domainkey"))
    .flatMap((rrset) =>
      rrset.values
        .filter((value) => isForeign(rrset, value))
        .map((value) => `${rrset.name} ${rrset.ttl} ${rrset.type} ${value}`),
    )
    .sort()
    .join("\n");
}

function countOurs(value: string): number {
  return value.split(" ").filter(isOurs).length;
}

function wordsNotOurs(value: string): string {
  return value
    .split(" ")
    .filter((word) => word !== "" && !isOurs(word))
    .join(" ");
}

function isForeign(rrset: RRset, value: string): boolean {
  return rrset.name !== DOMAIN || rrset.type !== "TXT" || !isSelected(value);
}

function isSelected(value: string): boolean {
  const { kind } = parseSpf(value);
  return kind === "spf" || kind === "broken";
}

function isOurs(word: string): boolean {
  return /^\+?include:_spf\.odoo\.com\.?$/i.test(word);
}
