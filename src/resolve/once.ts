/**
 * Does a piece of work once for each key and remembers its value, unless it failed: then whoever
 * comes next tries again. Those who ask meanwhile share the work, but not the first one's patience:
 * when that one gives up, the next goes on.
 */
export function createOnce<T>(
  hasFailed: (value: T) => boolean,
): (key: string, work: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return async function once(key, work, signal): Promise<T> {
    const shared = known.get(key);
    const value = shared ?? work();
    if (shared === undefined) known.set(key, value);
    const forget = (): void => {
      if (known.get(key) === value) known.delete(key);
    };
    try {
      if (hasFailed(await value)) forget();
      return await value;
    } catch (error) {
      forget();
      if (shared === undefined || signal.aborted) throw error;
      return once(key, work, signal);
    }
  };
}
