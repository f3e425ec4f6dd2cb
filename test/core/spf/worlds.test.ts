import { describe, expect, it } from "vitest";
import type { DomainName } from "../../../src/core/dns/name.ts";
import type { Redirect } from "../../../src/core/spf/reading.ts";
import type { Guesser } from "../../../src/core/spf/run.ts";
import { everyWorld } from "../../../src/core/spf/worlds.ts";

const DOMAIN = "d.example" as DomainName;
const term = (raw: string): Redirect => ({ raw, target: { parts: [], letters: "" } });
const [A, B] = [term("a:%{i}.example"), term("mx:%{i}.example")];

/** What each run met, as `term=guess`. */
function worldsOf(run: (guess: Guesser) => void): readonly string[] {
  const worlds: string[] = [];
  everyWorld((guess) => {
    const met: string[] = [];
    run((term, domain) => {
      const found = guess(term, domain);
      met.push(`${term.raw.split(":")[0]}=${found}`);
      return found;
    });
    worlds.push(met.join(" "));
  }, 1_000);
  return worlds.sort();
}

describe("every world", () => {
  it("is one where no term is opaque", () => {
    expect(worldsOf(() => undefined)).toEqual([""]);
  });

  it("lets a term do each thing once", () => {
    expect(worldsOf((guess) => void guess(A, DOMAIN))).toEqual([
      "a=match",
      "a=miss",
      "a=permerror",
      "a=temperror",
      "a=void",
    ]);
  });

  it("goes on to the next term only where the one before lets it", () => {
    const worlds = worldsOf((guess) => {
      if (guess(A, DOMAIN) === "miss") guess(B, DOMAIN);
    });
    expect(worlds).toHaveLength(4 + 5);
    expect(new Set(worlds).size).toBe(9);
    expect(worlds).toContain("a=miss mx=match");
  });

  it("combines what is independent, each combination once", () => {
    const worlds = worldsOf((guess) => {
      guess(A, DOMAIN);
      guess(B, DOMAIN);
    });
    expect(worlds).toHaveLength(25);
    expect(new Set(worlds).size).toBe(25);
  });

  it("lets the same term of the same record do the same", () => {
    const worlds = worldsOf((guess) => {
      guess(A, DOMAIN);
      guess(term(A.raw), DOMAIN);
    });
    expect(worlds).toHaveLength(5);
    expect(worlds).toContain("a=match a=match");
  });

  it("lets it do something else in another record", () => {
    const worlds = worldsOf((guess) => {
      guess(A, DOMAIN);
      guess(A, "other.example" as DomainName);
    });
    expect(worlds).toHaveLength(25);
  });

  it("ends at the most that may be run, and says so", () => {
    let runs = 0;
    const run = (guess: Guesser): void => {
      runs += 1;
      guess(A, DOMAIN);
    };
    expect(everyWorld(run, 4)).toBe(false);
    expect(runs).toBe(4);
    expect(everyWorld(run, 5)).toBe(true);
  });
});
