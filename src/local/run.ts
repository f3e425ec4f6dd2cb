import type { Run } from "../ports/run.ts";

/** What the domains of one run share, kept for as long as the run. */
export function createRun(domains: number): Run {
  const made = new Map<string, Promise<unknown>>();
  return {
    domains,
    once<T>(key: string, make: () => Promise<T>): Promise<T> {
      const known = made.get(key);
      if (known !== undefined) return known as Promise<T>;
      const making = make();
      made.set(key, making);
      making.catch(() => made.delete(key));
      return making;
    },
  };
}
