/**
 * Counts what a piece of text code does, without the code knowing: for the time of the call, the
 * methods by which JavaScript reads a text are replaced by ones that first add the number of
 * characters they may touch. A regular expression can do more than that, so each text that one is
 * tried on must be short (`longestPattern`); all longer texts are scanned without.
 */
export interface Steps {
  readonly steps: number;
  readonly longestPattern: number;
}

type AnyFunction = (this: unknown, ...args: never[]) => unknown;
type Cost = (text: string, args: readonly unknown[], result: unknown) => number;

const one: Cost = () => 1;
const wholeText: Cost = (text) => text.length;
const COSTS: Readonly<Record<string, Cost>> = {
  charAt: one,
  charCodeAt: one,
  codePointAt: one,
  at: one,
  slice: (_, __, result) => String(result).length + 1,
  startsWith: (_, [start]) => String(start).length + 1,
  endsWith: (_, [end]) => String(end).length + 1,
  indexOf: wholeText,
  lastIndexOf: wholeText,
  includes: wholeText,
  toLowerCase: wholeText,
  toUpperCase: wholeText,
  split: wholeText,
  replaceAll: wholeText,
  replace: wholeText,
  search: wholeText,
  trim: wholeText,
};

export function countSteps(run: () => unknown): Steps {
  let steps = 0;
  let longestPattern = 0;
  const restore: (() => void)[] = [];
  const watch = (
    owner: object,
    name: string | symbol,
    seen: (self: unknown, args: readonly unknown[], result: unknown) => void,
  ) => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const original = descriptor?.value as AnyFunction;
    const watched = function (this: unknown, ...args: never[]): unknown {
      const result = original.apply(this, args);
      seen(this, args, result);
      return result;
    };
    Object.defineProperty(owner, name, { ...descriptor, value: watched });
    restore.push(() => Object.defineProperty(owner, name, descriptor as PropertyDescriptor));
  };
  for (const [name, cost] of Object.entries(COSTS)) {
    watch(String.prototype, name, (self, args, result) => {
      steps += cost(self as string, args, result);
    });
  }
  watch(String.prototype, Symbol.iterator, (self) => {
    steps += (self as string).length;
  });
  for (const name of ["exec", Symbol.replace, Symbol.search, Symbol.split, Symbol.match]) {
    watch(RegExp.prototype, name, (_, [text]) => {
      longestPattern = Math.max(longestPattern, String(text).length);
    });
  }
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
  return { steps, longestPattern };
}
