import { type Limit, type Operation, Refusal } from "./model.ts";

/** What the Resource Manager documents for one principal in one subscription and region. */
export const LIMITS: Readonly<Record<Operation, Limit>> = {
  reads: { burst: 250, perSecond: 25 },
  writes: { burst: 200, perSecond: 10 },
  deletes: { burst: 200, perSecond: 10 },
};

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets of tokens; `take` says how many are left, and throws when there is none. */
export function createBuckets(limits: Partial<Record<Operation, Limit>> = {}) {
  const buckets = new Map<string, Bucket>();
  return {
    take(who: string, operation: Operation, now: number): number {
      const { burst, perSecond } = limits[operation] ?? LIMITS[operation];
      const key = `${operation} ${who}`;
      const bucket = buckets.get(key) ?? { tokens: burst, at: now };
      const refilled = bucket.tokens + ((now - bucket.at) / 1000) * perSecond;
      const tokens = Math.min(burst, refilled);
      if (tokens < 1) {
        buckets.set(key, { tokens, at: now });
        const seconds = Math.ceil((1 - tokens) / perSecond);
        throw new Refusal(
          429,
          "TooManyRequests",
          `The request is being throttled as the limit has been reached for operation type - ${operation}. Please try again after ${seconds} seconds.`,
          { headers: { "retry-after": String(seconds) } },
        );
      }
      buckets.set(key, { tokens: tokens - 1, at: now });
      return Math.floor(tokens - 1);
    },
  };
}
