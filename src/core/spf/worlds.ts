import type { Guess, Guesser } from "./run.ts";

const OTHERS: readonly Guess[] = ["void", "match", "temperror", "permerror"];

/**
 * Runs `run` once for every combination of what opaque terms can do, as far as terms are met: a
 * term that stands behind a match is in no combination. A term is known by its text and the domain
 * of its record, which with the sender decide what it does, so that it does the same wherever the
 * run meets it. Returns false when there are more than `most` combinations; those were run.
 */
export function everyWorld(run: (guess: Guesser) => void, most: number): boolean {
  const open: ReadonlyMap<string, Guess>[] = [new Map()];
  for (let done = 0; open.length > 0; done += 1) {
    if (done === most) return false;
    const world = new Map(open.pop());
    const met: string[] = [];
    run((term, domain) => {
      const key = `${domain} ${term.raw}`;
      const known = world.get(key);
      if (known !== undefined) return known;
      world.set(key, "miss");
      met.push(key);
      return "miss";
    });
    branch(world, met, open);
  }
  return true;
}

/** Every term that was met for the first time also does each of the other things. */
function branch(
  world: ReadonlyMap<string, Guess>,
  met: readonly string[],
  open: ReadonlyMap<string, Guess>[],
): void {
  const entries = [...world];
  const known = entries.length - met.length;
  for (const [at, key] of met.entries()) {
    for (const other of OTHERS) open.push(new Map([...entries.slice(0, known + at), [key, other]]));
  }
}
