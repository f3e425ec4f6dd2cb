/** What an answer says about how much more may be asked, and when. */
export interface Told {
  /** Nothing may be asked for so long, in milliseconds. */
  readonly pauseMs?: number;
  /** So many requests are left until the quota is full again. */
  readonly left?: { readonly requests: number; readonly resetMs: number };
  /** The quota itself. */
  readonly quota?: { readonly requests: number; readonly seconds: number };
}

interface HeaderRule {
  readonly header: RegExp;
  readonly why: string;
  readonly read: (value: string, context: Reading) => Told;
}

interface Reading {
  readonly now: number;
  /** Of the same answer, for what is spread over several headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

const SECOND = 1000;
/** Where an answer tells what is left and not until when: Azure's buckets fill every second. */
const UNTOLD_RESET_MS = SECOND;
/** An epoch in a field that may also hold seconds from now. */
const EPOCH = 1_000_000_000;

/** Every header that tells of limits; in the order in which they are believed. */
const HEADERS: readonly HeaderRule[] = [
  {
    header: /^retry-after$/,
    why: "RFC 9110 10.2.3: seconds, or a date; on other answers than these it means something else",
    read: (value, { now, status }) =>
      status === 429 || status === 503 ? pause(readDelay(value, now)) : {},
  },
  {
    header: /^(?:x-ms-)?retry-after-ms$/,
    why: "Azure is more exact in a header of its own, which its SDKs honour too",
    read: (value, { status }) => (status === 429 || status === 503 ? pause(readNumber(value)) : {}),
  },
  {
    header: /^ratelimit$/,
    why: 'draft-ietf-httpapi-ratelimit-headers since -08, and Cloudflare: `"default";r=50;t=30`; -07: `limit=100, remaining=50, reset=30`',
    read: (value) => tightest(value.includes(";") ? readItems(value) : [readFields(value)]),
  },
  {
    header: /^ratelimit-policy$/,
    why: 'the same draft: `"burst";q=100;w=60`, and `100;w=60` up to -07',
    read: readPolicy,
  },
  {
    header: /^(?:x-)?ratelimit-remaining$/,
    why: "the draft up to -06, and the many that were there before it; the reset may be a date in seconds since 1970",
    read: (value, { headers, now }) =>
      left(
        readNumber(value),
        readReset(headers["ratelimit-reset"] ?? headers["x-ratelimit-reset"], now),
      ),
  },
  {
    header:
      /^x-ms-ratelimit-remaining-(?:subscription|tenant)-.*(?:reads|writes|deletes|requests)$/,
    why: "Azure Resource Manager tells what is left of a bucket, never when it is full",
    read: (value) => left(readNumber(value), undefined),
  },
];

/** Reads all of them. Where two tell of the same, the first in the table is believed, and the lowest number left. */
export function readLimits(
  {
    status,
    headers,
  }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  now: number,
): Told {
  const told = HEADERS.flatMap(({ header, read }) =>
    Object.entries(headers)
      .filter(([name]) => header.test(name))
      .map(([, value]) => read(value, { now, headers, status })),
  );
  const pauseMs = told.find((one) => one.pauseMs !== undefined)?.pauseMs;
  const { left } = tightest(told);
  const quota = told.find((one) => one.quota !== undefined)?.quota;
  return {
    ...(pauseMs !== undefined && { pauseMs }),
    ...(left !== undefined && { left }),
    ...(quota !== undefined && { quota }),
  };
}

function tightest(told: readonly Told[]): Told {
  const lefts = told.flatMap(({ left }) => left ?? []);
  const [first, ...others] = lefts;
  if (first === undefined) return {};
  return { left: others.reduce((low, one) => (one.requests < low.requests ? one : low), first) };
}

function pause(ms: number | undefined): Told {
  return ms === undefined ? {} : { pauseMs: ms };
}

function left(requests: number | undefined, resetMs: number | undefined): Told {
  return requests === undefined ? {} : { left: { requests, resetMs: resetMs ?? UNTOLD_RESET_MS } };
}

/** Whole numbers, as all of these are; a decimal point is let through. */
function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function readDelay(value: string, now: number): number | undefined {
  const seconds = readNumber(value);
  if (seconds !== undefined) return seconds * SECOND;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readReset(value: string | undefined, now: number): number | undefined {
  const seconds = readNumber(value);
  if (seconds === undefined) return undefined;
  return seconds > EPOCH ? Math.max(0, seconds * SECOND - now) : seconds * SECOND;
}

/** `"default";r=50;t=30, "burst";r=9;t=1` */
function readItems(value: string): readonly Told[] {
  return value.split(",").map((item) => {
    const seconds = parameter(item, ";", "t");
    return left(parameter(item, ";", "r"), seconds === undefined ? undefined : seconds * SECOND);
  });
}

/** `limit=100, remaining=50, reset=30` */
function readFields(value: string): Told {
  const seconds = parameter(value, ",", "reset");
  const resetMs = seconds === undefined ? undefined : seconds * SECOND;
  return left(parameter(value, ",", "remaining"), resetMs);
}

/** Of several policies the one that allows least in a second. */
function readPolicy(value: string): Told {
  const policies = value.split(",").flatMap((item) => {
    const requests = parameter(item, ";", "q") ?? readNumber(item.split(";")[0]);
    const seconds = parameter(item, ";", "w");
    return requests && seconds ? [{ requests, seconds }] : [];
  });
  const [quota] = policies.toSorted((a, b) => a.requests / a.seconds - b.requests / b.seconds);
  return quota === undefined ? {} : { quota };
}

function parameter(text: string, separator: string, name: string): number | undefined {
  const parts = text.split(separator).map((part) => part.split("="));
  return readNumber(parts.find(([key]) => key?.trim() === name)?.[1]);
}
