// Made once: an error of its own for each request costs more than all the rest here.
const OVER = new Error("The work is done.");

/**
 * Gives some work a signal of its own that follows another one, and leaves nothing behind there:
 * a run's signal lives as long as the run, and would gather a listener for every request.
 */
export async function following<T>(
  signal: AbortSignal | undefined,
  work: (own: AbortController) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const follow = (): void => own.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", follow, { once: true });
  try {
    return await work(own);
  } finally {
    signal?.removeEventListener("abort", follow);
    own.abort(OVER);
  }
}
