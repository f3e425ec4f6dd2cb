import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLimits } from "../../src/http/limits.ts";
import { law } from "../law.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");

function read(headers: Record<string, string>, status = 200) {
  return readLimits({ status, headers }, NOW);
}

describe("how long to wait", () => {
  it.each([
    ["seconds", "retry-after", "30", 30_000],
    ["a date", "retry-after", "Tue, 01 Dec 2026 12:00:45 GMT", 45_000],
    ["a date that is past", "retry-after", "Tue, 01 Dec 2026 11:00:00 GMT", 0],
    ["Azure's milliseconds", "x-ms-retry-after-ms", "1500", 1500],
  ])("%s", (_, name, value, pauseMs) => {
    expect(read({ [name]: value }, 429)).toEqual({ pauseMs });
    expect(read({ [name]: value }, 503)).toEqual({ pauseMs });
  });

  it.each([200, 202, 301, 500])("says nothing with %s, where Retry-After means else", (status) => {
    expect(read({ "retry-after": "30" }, status)).toEqual({});
  });

  it.each(["", "soon", "-1", "1e9", "NaN", "99999999999999999999"])("not %j", (value) => {
    expect(read({ "retry-after": value }, 429).pauseMs ?? 0).toBe(0);
  });
});

describe("what is left", () => {
  it.each<[string, Record<string, string>, number, number]>([
    ["Cloudflare, and the draft since -08", { ratelimit: '"default";r=50;t=30' }, 50, 30_000],
    ["the tightest of several", { ratelimit: '"a";r=50;t=30, "b";r=2;t=1' }, 2, 1000],
    ["the draft's -07", { ratelimit: "limit=100, remaining=9, reset=5" }, 9, 5000],
    ["up to -06", { "ratelimit-remaining": "7", "ratelimit-reset": "60" }, 7, 60_000],
    ["before the draft", { "x-ratelimit-remaining": "7", "x-ratelimit-reset": "60" }, 7, 60_000],
    [
      "before the draft, as a moment",
      { "x-ratelimit-remaining": "7", "x-ratelimit-reset": String(NOW / 1000 + 9) },
      7,
      9000,
    ],
    ["Azure's reads", { "x-ms-ratelimit-remaining-subscription-reads": "249" }, 249, 1000],
    [
      "the lower of Azure's buckets",
      {
        "x-ms-ratelimit-remaining-subscription-writes": "199",
        "x-ms-ratelimit-remaining-subscription-global-writes": "11",
      },
      11,
      1000,
    ],
  ])("%s", (_, headers, requests, resetMs) => {
    expect(read(headers)).toEqual({ left: { requests, resetMs } });
  });
});

describe("the quota", () => {
  it.each([
    ['"burst";q=100;w=60', 100, 60],
    ["100;w=60", 100, 60],
    ['"day";q=5000;w=86400, "burst";q=100;w=60', 5000, 86_400],
  ])("%s", (value, requests, seconds) => {
    expect(read({ "ratelimit-policy": value })).toEqual({ quota: { requests, seconds } });
  });

  it.each(["", "unlimited", '"burst"', '"burst";q=0;w=60', "q=1"])("not %j", (value) => {
    expect(read({ "ratelimit-policy": value })).toEqual({});
  });
});

it("any header at all is read without harm, and to no negative number", () => {
  const name = fc.constantFrom(
    "retry-after",
    "ratelimit",
    "ratelimit-policy",
    "ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ms-ratelimit-remaining-subscription-reads",
  );
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789;=,rtqw" -.') }),
  );
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.constantFrom(200, 429), (headers, status) => {
      const { pauseMs = 0, left, quota } = read(headers, status);
      for (const n of [pauseMs, left?.requests ?? 0, left?.resetMs ?? 0, quota?.seconds ?? 1])
        expect(n).toBeGreaterThanOrEqual(0);
    }),
    law(10_000),
  );
});
