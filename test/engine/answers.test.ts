import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answers, type Lookup, type Question, done, need } from "../../src/core/dns/answer.ts";
import type { Snapshot } from "../../src/core/dns/rrset.ts";
import { answerAll } from "../../src/engine/answers.ts";
import { heldAnswer } from "../../src/engine/held.ts";
import { planStack } from "../../src/engine/plan.ts";
import { worldFrom } from "../core/spf/world.ts";
import { DKIM, DOMAIN, config, fakeWorld, name, never, rrsets } from "./fake-world.ts";
import { law } from "../law.ts";

/** A look-up that needs these questions, one round after the other, and gives the last answer. */
function chain(rounds: readonly (readonly Question[])[]) {
  return (answers: Answers): Lookup<string> => {
    for (const round of rounds) {
      const missing = round.filter(({ name, type }) => answers[`${name} ${type}`] === undefined);
      if (missing.length > 0) return need(missing);
    }
    const last = rounds.at(-1)?.at(-1);
    return done(JSON.stringify(answers[`${last?.name} ${last?.type}`]));
  };
}

function question(text: string, type = "TXT"): Question {
  return { name: name(text), type };
}

function asking(text = ""): {
  resolver: { resolve(q: readonly Question[]): Promise<never> };
  rounds: number[];
} {
  const world = worldFrom(text);
  const rounds: number[] = [];
  const resolve = async (questions: readonly Question[]) => {
    rounds.push(questions.length);
    return questions.map((one) => world.answer(one)) as never;
  };
  return { resolver: { resolve }, rounds };
}

describe("answering a look-up", () => {
  it("asks all questions of a round at once", async () => {
    const { resolver, rounds } = asking();
    const ask = chain([[question("a.example"), question("b.example")], [question("c.example")]]);
    await answerAll(ask, { resolver }, {}, never);
    expect(rounds).toEqual([2, 1]);
  });

  it("asks nothing that is known already", async () => {
    const { resolver, rounds } = asking();
    const known = { "a.example TXT": { status: "nodata" } } as const;
    const { answers } = await answerAll(
      chain([[question("a.example")]]),
      { resolver },
      known,
      never,
    );
    expect(rounds).toEqual([]);
    expect(answers).toEqual(known);
  });

  it("keeps every answer as evidence", async () => {
    const { resolver } = asking("a.example TXT hello");
    const ask = chain([[question("a.example")], [question("b.example")]]);
    const { answers } = await answerAll(ask, { resolver }, {}, never);
    expect(Object.keys(answers)).toEqual(["a.example TXT", "b.example TXT"]);
  });

  it("ends with an error when a tree of records has no end", async () => {
    const { resolver, rounds } = asking();
    const endless = (answers: Answers): Lookup<never> =>
      need([question(`n${Object.keys(answers).length}.example`)]);
    const run = answerAll(endless, { resolver }, {}, never);
    await expect(run).rejects.toMatchObject({ code: "limit-exceeded" });
    expect(rounds.length).toBeLessThanOrEqual(60);
  });

  it("ends with an error when one round wants thousands of answers, and asks none of them", async () => {
    const { resolver, rounds } = asking();
    const wide = (): Lookup<never> =>
      need(Array.from({ length: 3000 }, (_, index) => question(`n${index}.example`)));
    await expect(answerAll(wide, { resolver }, {}, never)).rejects.toMatchObject({
      code: "limit-exceeded",
    });
    expect(rounds).toEqual([]);
  });

  it("follows an alias that the host holds, and says which way it went", async () => {
    const { resolver } = asking("target.example TXT hello");
    const held = ({ name: asked }: Question) =>
      asked === "alias.example" ? { alias: name("target.example") } : undefined;
    const ask = chain([[question("alias.example")]]);
    const { answers } = await answerAll(ask, { resolver, held }, {}, never);
    expect(answers["alias.example TXT"]).toEqual({
      status: "records",
      records: [{ data: "hello", ttl: 300 }],
      aliases: ["target.example"],
    });
  });

  it("never runs round in a loop of aliases", async () => {
    const { resolver } = asking();
    const held = ({ name: asked }: Question) => ({
      alias: name(asked === "a.example" ? "b.example" : "a.example"),
    });
    const { answers } = await answerAll(
      chain([[question("a.example")]]),
      { resolver, held },
      {},
      never,
    );
    expect(answers["a.example TXT"]).toMatchObject({ status: "servfail" });
  });
});

const OWN = [DOMAIN, DKIM, name("_dmarc.mycompany.example"), name("new.mycompany.example")];

function snapshot(lines: readonly string[], more: Partial<Snapshot> = {}): Snapshot {
  return {
    zone: { apex: DOMAIN, nameservers: [], nativeId: "z1" },
    takenAt: "2026-11-24T18:40:12Z",
    source: "host",
    coverage: "zone",
    rrsets: rrsets(...lines),
    version: "1",
    ...more,
  };
}

describe("what the host holds", () => {
  it("counts as the answer", () => {
    const held = heldAnswer(question("mycompany.example", "MX"), snapshot(["@ 60 MX 1 m.x"]), OWN);
    expect(held).toEqual({ status: "records", records: [{ data: "1 m.x", ttl: 60 }] });
  });

  it("says of our own names what is not there, so that no resolver is asked", () => {
    const zone = snapshot(["@ 60 MX 1 m.x"]);
    expect(heldAnswer(question(DKIM), zone, OWN)).toEqual({ status: "nxdomain" });
    expect(heldAnswer(question(DOMAIN), zone, OWN)).toEqual({ status: "nodata" });
  });

  it("says nothing of other names that it does not hold: a wildcard may speak for them", () => {
    expect(heldAnswer(question("mail.mycompany.example"), snapshot([]), OWN)).toBeUndefined();
    expect(heldAnswer(question("mail.elsewhere.example"), snapshot([]), OWN)).toBeUndefined();
  });

  it("leaves to DNS the addresses that the host fills in by itself, from an alias", () => {
    const alias = { name: name(DOMAIN), type: "A", ttl: 60, values: [] };
    const zone = { ...snapshot([]), rrsets: [alias] };
    expect(heldAnswer(question(DOMAIN, "A"), zone, OWN)).toBeUndefined();
    expect(heldAnswer(question(DOMAIN, "TXT"), zone, OWN)).toEqual({ status: "nodata" });
  });

  it("is not used below a delegation, which another zone answers", () => {
    const zone = snapshot(["sub 60 NS ns.elsewhere.example", "a.sub 60 A 192.0.2.1"]);
    expect(heldAnswer(question("a.sub.mycompany.example", "A"), zone, OWN)).toBeUndefined();
  });

  it("includes what a wildcard lends to a name of ours", () => {
    const zone = snapshot(["* 60 TXT lent"]);
    expect(heldAnswer(question("new.mycompany.example"), zone, OWN)).toMatchObject({
      records: [{ data: "lent", ttl: 60 }],
    });
    expect(heldAnswer(question("new.mycompany.example", "A"), zone, OWN)).toEqual({
      status: "nodata",
    });
  });

  it("is uncertain of our own name where it was not read; still no resolver is asked", () => {
    const zone = snapshot([], { coverage: [] });
    expect(heldAnswer(question(DKIM), zone, OWN)).toMatchObject({ status: "servfail" });
  });

  it("gives aliases as such", () => {
    const zone = snapshot([`odoo._domainkey 60 CNAME odoo._domainkey.odoo.com`]);
    expect(heldAnswer(question(DKIM), zone, OWN)).toEqual({ alias: "odoo._domainkey.odoo.com" });
  });
});

describe("a plan", () => {
  it("never sends a name that is ours to write to a resolver, whatever the zone holds", async () => {
    const terms = [
      "mx",
      "a",
      "a:odoo._domainkey.mycompany.example",
      "ptr",
      "exists:%{i}.x.example",
    ];
    const includes = [
      "include:_dmarc.mycompany.example",
      "include:odoo._domainkey.mycompany.example",
      "redirect=_dmarc.mycompany.example",
      "include:alias.example",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...terms, ...includes]),
        fc.subarray([
          "_dmarc 60 TXT v=DMARC1; p=reject",
          "@ 60 MX 1 odoo._domainkey.mycompany.example",
        ]),
        fc.constantFrom("host" as const, "dns" as const),
        async (used, more, source) => {
          const world = fakeWorld({
            rrsets: rrsets(`@ 60 TXT ${["v=spf1", ...used, "~all"].join(" ")}`, ...more),
            elsewhere: "alias.example CNAME nowhere.example\n_spf.odoo.com TXT v=spf1 -all",
          });
          await planStack(config(), world, { source }, never);
          const ours = world.resolved.filter((asked) =>
            [`${DKIM} `, `_dmarc.${DOMAIN} `, `${DOMAIN} `].some((own) => asked.startsWith(own)),
          );
          expect(ours).toEqual([]);
        },
      ),
      law(2_000),
    );
  });
});
