import { describe, expect, it } from "vitest";
import { discoverDmarc } from "../../../src/core/dmarc/discover.ts";
import type { Answer, Answers, Lookup, Question } from "../../../src/core/dns/answer.ts";
import { type DomainName, parseName } from "../../../src/core/dns/name.ts";

const name = (text: string): DomainName => parseName(text) as DomainName;

/** Asks until done; a name that `zone` does not mention does not exist. */
function discover(domain: string, zone: Record<string, string | readonly string[] | Answer>) {
  const asked: string[] = [];
  const answers: Record<string, Answer> = {};
  for (;;) {
    const result: Lookup<unknown> = discoverDmarc(name(domain), answers);
    if (result.done) return { result: result.value, asked };
    asked.push(...result.questions.map((question) => question.name));
    Object.assign(answers, answersTo(result.questions, zone));
  }
}

function answersTo(
  questions: readonly Question[],
  zone: Record<string, string | readonly string[] | Answer>,
): Answers {
  return Object.fromEntries(
    questions.map((question) => {
      const entry = zone[question.name];
      const values = typeof entry === "string" ? [entry] : entry;
      const answer: Answer =
        values === undefined
          ? { status: "nxdomain" }
          : "status" in values
            ? values
            : { status: "records", records: values.map((data) => ({ data, ttl: 300 })) };
      return [`${question.name} ${question.type}`, answer];
    }),
  );
}

describe("finding the DMARC policy (RFC 9989 4.10)", () => {
  it("takes the domain's own record and asks nothing else", () => {
    const { result, asked } = discover("mail.example.com", {
      "_dmarc.mail.example.com": "v=DMARC1; p=reject",
      "_dmarc.example.com": "v=DMARC1; p=none",
    });
    expect(result).toMatchObject({ state: "found", inherited: false, policy: "reject" });
    expect(asked).toEqual(["_dmarc.mail.example.com"]);
  });

  it("walks up and applies sp of the name with the fewest labels", () => {
    const { result } = discover("a.mail.example.com", {
      "_dmarc.mail.example.com": "v=DMARC1; p=none",
      "_dmarc.example.com": "v=DMARC1; p=reject; sp=quarantine",
    });
    expect(result).toMatchObject({
      name: "_dmarc.example.com",
      inherited: true,
      policy: "quarantine",
    });
  });

  it("stops at psd=n, however far down", () => {
    const { result } = discover("a.mail.example.com", {
      "_dmarc.mail.example.com": "v=DMARC1; p=none; psd=n",
      "_dmarc.example.com": "v=DMARC1; p=reject",
    });
    expect(result).toMatchObject({ name: "_dmarc.mail.example.com", policy: "none" });
  });

  it("takes the domain one label below psd=y, or the suffix itself where there is none", () => {
    const suffix = "v=DMARC1; p=reject; psd=y";
    expect(
      discover("a.example.bank", {
        "_dmarc.bank": suffix,
        "_dmarc.example.bank": "v=DMARC1; p=none",
      }).result,
    ).toMatchObject({ name: "_dmarc.example.bank", policy: "none" });
    expect(discover("a.example.bank", { "_dmarc.bank": suffix }).result).toMatchObject({
      name: "_dmarc.bank",
      policy: "reject",
    });
  });

  it("applies np to a name that does not exist, and sp to one that does", () => {
    const zone = { "_dmarc.example.com": "v=DMARC1; p=none; sp=quarantine; np=reject" };
    expect(discover("shop.example.com", zone).result).toMatchObject({ policy: "reject" });
    expect(
      discover("shop.example.com", { ...zone, "shop.example.com": { status: "nodata" } }).result,
    ).toMatchObject({ policy: "quarantine" });
  });

  it("takes one step off where t=y", () => {
    const { result } = discover("example.com", { "_dmarc.example.com": "v=DMARC1; p=reject; t=y" });
    expect(result).toMatchObject({ policy: "quarantine" });
  });

  it("ignores all of several records at one name, and walks on", () => {
    const { result } = discover("mail.example.com", {
      "_dmarc.mail.example.com": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
      "_dmarc.example.com": "v=DMARC1; p=quarantine",
    });
    expect(result).toMatchObject({ name: "_dmarc.example.com", policy: "quarantine" });
  });

  it("never asks more than eight names", () => {
    const { asked, result } = discover("a.b.c.d.e.f.g.h.i.example.com", {});
    expect(asked).toHaveLength(8);
    expect(asked.slice(0, 2)).toEqual([
      "_dmarc.a.b.c.d.e.f.g.h.i.example.com",
      "_dmarc.e.f.g.h.i.example.com",
    ]);
    expect(result).toEqual({ state: "none" });
  });

  it("concludes nothing where a name gives no certain answer", () => {
    expect(
      discover("mail.example.com", {
        "_dmarc.mail.example.com": { status: "nodata" },
        "_dmarc.example.com": { status: "servfail" },
      }).result,
    ).toEqual({ state: "unreadable", name: "_dmarc.example.com" });
    expect(discover("example.com", { "_dmarc.example.com": { status: "timeout" } }).result).toEqual(
      { state: "unreadable", name: "_dmarc.example.com" },
    );
  });
});
