import { type Address, type Family, type Network, networkOf } from "./network.ts";

/** Neighbouring addresses, from `first` to `last`, both included. */
export interface Interval {
  readonly first: Address;
  readonly last: Address;
}

/**
 * Cuts the whole address space of a family at the borders of these networks. All addresses of one
 * interval lie in the same of them, so one address speaks for all.
 */
export function cut(networks: readonly Network[], family: Family): readonly Interval[] {
  const zero = family === 4 ? [0] : [0, 0, 0, 0];
  const starts: (readonly number[])[] = [zero];
  for (const network of networks) {
    if (network.family !== family) continue;
    starts.push(network.words);
    const behind = step(lastOf(network), 1);
    if (behind !== undefined) starts.push(behind);
  }
  starts.sort(compare);
  const firsts = starts.filter(
    (words, at) => at === 0 || compare(words, starts[at - 1] ?? []) !== 0,
  );
  return firsts.map((words, at) => {
    const next = firsts[at + 1];
    const last = next === undefined ? zero.map(() => 0xffffffff) : (step(next, -1) ?? words);
    return { first: { family, words }, last: { family, words: last } };
  });
}

/** A network, and what a match in it stands for. */
export interface Labelled {
  readonly network: Network;
  readonly label: number;
}

/**
 * The pieces of a family's address space, those together that lie in networks of the same labels.
 * Networks of one label must stand next to each other.
 */
export function classes(
  labelled: readonly Labelled[],
  family: Family,
): readonly (readonly Interval[])[] {
  const networks = labelled.filter(({ network }) => network.family === family);
  const pieces = cut(
    networks.map(({ network }) => network),
    family,
  ).map((interval) => ({ interval, labels: [] as number[] }));
  for (const { network, label } of networks) {
    const last = lastOf(network);
    for (let at = pieceAt(pieces, network.words); at < pieces.length; at += 1) {
      const piece = pieces[at];
      if (piece === undefined || compare(piece.interval.first.words, last) > 0) break;
      if (piece.labels.at(-1) !== label) piece.labels.push(label);
    }
  }
  return [...Map.groupBy(pieces, ({ labels }) => labels.join()).values()].map((alike) =>
    alike.map(({ interval }) => interval),
  );
}

/** The piece that starts at an address, by halves. */
function pieceAt(
  pieces: readonly { readonly interval: Interval }[],
  words: readonly number[],
): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(pieces[middle]?.interval.first.words ?? words, words) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The fewest networks that make up an interval, in order. */
export function networksOf({ first, last }: Interval): readonly Network[] {
  const networks: Network[] = [];
  let at: readonly number[] | undefined = first.words;
  while (at !== undefined && compare(at, last.words) <= 0) {
    const network = largestAt({ family: first.family, words: at }, last.words);
    networks.push(network);
    at = step(lastOf(network), 1);
  }
  return networks;
}

/** The largest network that starts at an address and ends no later than `end`. */
function largestAt(address: Address, end: readonly number[]): Network {
  for (let prefix = shortestPrefix(address.words); ; prefix += 1) {
    const network = networkOf(address, prefix);
    if (compare(lastOf(network), end) <= 0) return network;
  }
}

/** Up to the last bit that is 1. */
function shortestPrefix(words: readonly number[]): number {
  const at = words.findLastIndex((word) => word !== 0);
  const word = words[at] ?? 0;
  return at < 0 ? 0 : at * 32 + 1 + Math.clz32(word & -word);
}

/** Joins intervals that touch, whatever order they come in. */
export function joined(intervals: readonly Interval[]): readonly Interval[] {
  const runs: Interval[] = [];
  const ordered = intervals.toSorted(
    (one, other) =>
      one.first.family - other.first.family || compare(one.first.words, other.first.words),
  );
  for (const interval of ordered) {
    const before = runs.at(-1);
    const touches =
      before !== undefined &&
      before.last.family === interval.first.family &&
      compare(step(before.last.words, 1) ?? [], interval.first.words) === 0;
    if (touches) runs[runs.length - 1] = { first: before.first, last: interval.last };
    else runs.push(interval);
  }
  return runs;
}

function lastOf(network: Network): readonly number[] {
  return network.words.map((word, at) => (word | ~(network.masks[at] ?? 0)) >>> 0);
}

/** The next or the previous address; undefined beyond the end of the space. */
function step(words: readonly number[], by: 1 | -1): readonly number[] | undefined {
  const next = [...words];
  for (let at = next.length - 1; at >= 0; at -= 1) {
    const word = (next[at] ?? 0) + by;
    next[at] = word >>> 0;
    if (word >= 0 && word <= 0xffffffff) return next;
  }
  return undefined;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < one.length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
