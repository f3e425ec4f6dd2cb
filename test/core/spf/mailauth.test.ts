import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer, Question } from "../../../src/core/dns/answer.ts";
import { type SpfResult, evaluateSpf } from "../../../src/core/spf/evaluate.ts";
import { type GeneratedSender, MAIL_HOSTS, REVERSE_HOSTS, generatedWorld } from "./generated.ts";
import { askMailauth } from "./mailauth.ts";
import { type World, settle, worldFrom } from "./world.ts";
import { law } from "../../law.ts";

const domainOf = ({ mailFrom }: GeneratedSender): string =>
  mailFrom.slice(mailFrom.indexOf("@") + 1);

function ourResult(sender: GeneratedSender, world: World): SpfResult {
  const told = { ...sender, receiver: "mx.receiver.example" };
  return settle((answers) => evaluateSpf(told, domainOf(sender), answers), world);
}

/**
 * Where both engines differ the RFC decides, and it decides for us in each of these cases. A
 * difference counts as known only if it goes away when its cause is taken out of the world.
 */
const known: readonly {
  readonly what: string;
  readonly rfc: string;
  readonly zone: string;
  readonly sender?: Partial<GeneratedSender>;
  readonly ours: string;
  readonly theirs: string;
}[] = [
  {
    what: "more than 10 names behind mx are a permerror, also where an earlier one matches",
    rfc: "4.6.4: if this limit is exceeded, the mx mechanism MUST produce a permerror",
    zone: `
      a.example TXT "v=spf1 mx -all"
      ${Array.from({ length: 11 }, (_, at) => `a.example MX ${at} m${at}.example`).join("\n")}
      m0.example A 192.0.2.1
    `,
    ours: "permerror",
    theirs: "pass",
  },
  {
    what: "an mx whose hosts have no address found nothing",
    rfc: "4.6.4: terms for which DNS queries return no answer",
    zone: `
      a.example TXT "v=spf1 mx:m.example mx:m.example mx:m.example ip4:192.0.2.1 -all"
      m.example MX 10 nowhere.example
    `,
    ours: "permerror",
    theirs: "pass",
  },
  {
    what: "a ptr whose names have no address found nothing",
    rfc: "4.6.4: terms for which DNS queries return no answer",
    zone: `
      a.example TXT "v=spf1 ptr ptr ptr ip4:192.0.2.1 -all"
      1.2.0.192.in-addr.arpa PTR nowhere.example
    `,
    ours: "permerror",
    theirs: "pass",
  },
  {
    what: "a p macro and its term find nothing once, for the one term",
    rfc: "4.6.4: the number of terms",
    zone: `
      a.example TXT "v=spf1 ${"exists:%{p}.no.example ".repeat(2)}ip4:192.0.2.1 -all"
    `,
    ours: "pass",
    theirs: "permerror",
  },
  {
    what: "a term whose macros give no name is a term with a lookup all the same",
    rfc: "4.6.4: the following terms cause DNS queries",
    zone: `a.example TXT "v=spf1 ${"a:%{l}..example ".repeat(11)}ip4:192.0.2.1 -all"`,
    ours: "permerror",
    theirs: "pass",
  },
  {
    what: "the top label is checked in the record, not in what macros make of it",
    rfc: "7.1: domain-end is a toplabel or a macro-expand; the suite's invalid-hello-macro",
    zone: `
      a.example TXT "v=spf1 exists:%{i} -all"
      192.0.2.1 A 127.0.0.2
    `,
    ours: "pass",
    theirs: "fail",
  },
  {
    what: "names in DNS may hold any octet, and underscores in particular",
    rfc: "4.3: malformed means label lengths, not letters (RFC 2181 11)",
    zone: `_spf.example TXT "v=spf1 ip4:192.0.2.1 -all"`,
    sender: { mailFrom: "amy@_spf.example" },
    ours: "pass",
    theirs: "none",
  },
];

describe("where mailauth and we differ, the RFC decides for us:", () => {
  for (const { what, rfc, zone, sender, ours, theirs } of known) {
    it(`${what} (${rfc})`, async () => {
      const world = worldFrom(zone);
      const told = { ip: "192.0.2.1", mailFrom: "amy@a.example", helo: "h.example", ...sender };
      const { verdict } = await askMailauth(told, world);
      expect({ ours: ourResult(told, world).verdict, theirs: verdict }).toEqual({ ours, theirs });
    });
  }
});

/** The world as if the hosts behind mx and ptr always had an address, though never the sender's. */
function withoutVoidHosts(world: World): World {
  const names = new Set<string>([...MAIL_HOSTS, ...REVERSE_HOSTS]);
  return {
    answer(question: Question): Answer {
      const answer = world.answer(question);
      const empty = answer.status === "nxdomain" || answer.status === "nodata";
      if (!empty || !names.has(question.name)) return answer;
      const data = question.type === "A" ? "::" : "0.0.0.0";
      return { status: "records", records: [{ data, ttl: 300 }] };
    },
  };
}

/** The world as if nothing behind an mx with more than 10 names had an address, to match or to fail. */
function withoutLongMx(world: World): World {
  return {
    answer(question: Question): Answer {
      const answer = world.answer(question);
      if (question.name.startsWith("empty-")) return { status: "nodata" };
      if (question.type !== "MX" || answer.status !== "records") return answer;
      if (answer.records.length <= 10) return answer;
      const records = answer.records.map(({ ttl }, at) => ({
        data: `${at} empty-${at}.example`,
        ttl,
      }));
      return { ...answer, records };
    },
  };
}

/** A name is the same in capitals (RFC 4343); mailauth shows `%{d}` as a redirect= has written it. */
function isAlike(ours: string | undefined, theirs: string | undefined): boolean {
  return ours?.toLowerCase() === theirs?.toLowerCase();
}

describe("mailauth in its strict mode", () => {
  it("gives the same verdict and explanation for every delivery, known differences aside", async () => {
    const counted = { same: 0, longMx: 0, voidHosts: 0 };
    const verdicts = new Set<string>();
    await fc.assert(
      fc.asyncProperty(generatedWorld(5), async ({ zone, senders }) => {
        const world = worldFrom(zone);
        for (const sender of senders) {
          const ours = ourResult(sender, world);
          const theirs = await askMailauth(sender, world);
          const differs =
            ours.verdict !== theirs.verdict || !isAlike(ours.explanation, theirs.explanation);
          verdicts.add(ours.verdict);
          if (!differs) counted.same += 1;
          else if (ours.reason?.includes("mail servers")) {
            counted.longMx += 1;
            const again = await askMailauth(sender, withoutLongMx(world));
            expect(again.verdict).toBe(ours.verdict);
          } else {
            counted.voidHosts += 1;
            expect(ours.reason).toContain("finds nothing");
            const again = ourResult(sender, withoutVoidHosts(world));
            expect(again.verdict).toBe((await askMailauth(sender, withoutLongMx(world))).verdict);
          }
        }
      }),
      law(10_000),
    );
    const total = counted.same + counted.longMx + counted.voidHosts;
    expect(counted.same).toBeGreaterThan(0.97 * total);
    expect([...verdicts].sort()).toEqual([
      "fail",
      "neutral",
      "none",
      "pass",
      "permerror",
      "softfail",
      "temperror",
    ]);
  });
});
