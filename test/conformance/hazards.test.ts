import { globSync, readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { fixtures } from "./fixtures.ts";

// What can destroy somebody's zone, and the test that is named after it. A host with no list here,
// or a test that is no more, fails.

interface Hazard {
  readonly danger: string;
  /** A part of the title of the test that shows our defence. */
  readonly title: string;
}

const AT_ANY_HOST: readonly Hazard[] = [
  {
    danger: "the zone is not the live one: a false success",
    title: "a zone at the host that is not the one the world asks",
  },
  {
    danger: "a name in another spelling or script: a second record",
    title: "an international domain is planned at its A-label",
  },
  {
    danger: "a second SPF record, or none: every delivery is in error meanwhile",
    title: "there are never two SPF records, nor none, at any moment",
  },
  {
    danger: "a write over somebody else's edit",
    title: "a stale plan is refused and nothing is written: %s",
  },
  {
    danger: "an answer that got lost is taken for failure, and the write is doubled",
    title: "an answer that got lost is not taken for failure, and the write is never doubled",
  },
  {
    danger: "credentials in logs, errors and traces",
    title: "no credential is said, although %s repeats it: %s",
  },
];

const AT: Readonly<Record<string, readonly Hazard[]>> = {
  cloudflare: [
    {
      danger: "PUT of a record: proxied, comment, tags and settings are reset",
      title: "no PUT is ever sent",
    },
    {
      danger: "a name outside the zone is created below it",
      title: "a name outside the zone would be created below it",
    },
    {
      danger: "the DKIM CNAME is proxied or flattened: no key is found",
      title: "a DKIM CNAME that is proxied or flattened has no key",
    },
    {
      danger: "the SDK repeats a POST: a second try, and a false refusal",
      title: "a retry of POST by the SDK would try twice",
    },
    {
      danger: "the SDK's pages go on beyond the last",
      title: "the SDK's own pages would never end",
    },
    {
      danger: "a record that another of Cloudflare's products keeps",
      title: "records of another Cloudflare product can't be edited",
    },
  ],
  azure: [
    {
      danger: "a set is written with only our value: the others are lost",
      title: "set write with only our value: other apex TXT lost",
    },
    {
      danger: "PUT without a condition overwrites, and drops metadata and TTL",
      title: "PUT without header: overwrites; also drops `metadata` and TTL",
    },
    {
      danger: "a name with a slash or dots is the path of another resource",
      title: "name with `/` or `..`: path changes to another resource",
    },
    { danger: "of two zones of one name the wrong one", title: "zone not the live one" },
    { danger: "a name in other letters: a second record", title: "IDN or case mismatch" },
    { danger: "two values put into one record", title: "second SPF or second DMARC record" },
  ],
  ovh: [
    {
      danger: "reset, import, terminate and restore: the zone is replaced or cancelled",
      title: "reset, import, terminate and restore replace or cancel a zone",
    },
    {
      danger: "changes without refresh: stored, and published by somebody else later",
      title: "changes without refresh are stored, and not served",
    },
    {
      danger: "refresh after a part has failed: half a change is published",
      title: "refresh after a partial failure publishes half a change",
    },
    {
      danger: "only TXT is read: a second SPF record",
      title: "reading TXT only would make a second SPF record",
    },
    {
      danger: "a CNAME's target without its dot points into the zone",
      title: "a CNAME target without a dot points inside the zone",
    },
  ],
  zonefile: [
    {
      danger: "an edit beside a journal: the zone does not load any more",
      title: "%s beside it",
    },
    {
      danger: "what a parser writes back: comments, includes and records are lost",
      title: "an edit changes the lines of our records and the serial, and nothing else",
    },
    {
      danger: "a syntax error, or a string over 255 octets: the zone does not load any more",
      title: "what no name server would load is refused, with its place",
    },
    {
      danger: "a CNAME's target without its dot points into the zone",
      title: "a CNAME's target is written in full, with its dot",
    },
  ],
};

/** The titles of all tests in these files, as they are written. */
function titlesIn(pattern: string): string {
  const text = globSync(pattern).map((file) => readFileSync(file, "utf8"));
  const title = /\b(?:it|test|describe)(?:\.each(?:<[^>]*>)?\([^]*?\))?\(\s*("(?:\\.|[^"\\])*")/g;
  return text.flatMap((one) => [...one.matchAll(title)].map(([, title]) => title)).join("\n");
}

const own = "test/conformance/hazards.test.ts";

test("every host that can write has its list, and no other", () => {
  expect(Object.keys(AT).sort()).toEqual(Object.keys(fixtures).sort());
});

describe("at any host", () => {
  const files = globSync("test/{core,engine,conformance}/**/*.test.ts").filter(
    (one) => one !== own,
  );
  const titles = titlesIn(`{${files.join(",")}}`);
  it.each(AT_ANY_HOST)("$danger", ({ title }) => {
    expect(titles).toContain(title);
  });
});

describe.each(Object.entries(AT))("at %s", (host, hazards) => {
  const titles = titlesIn(`test/providers/${host}/*.test.ts`);
  it.each(hazards)("$danger", ({ title }) => {
    expect(titles).toContain(title);
  });
});
