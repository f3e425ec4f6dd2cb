import type { Op } from "../core/plan/schema.ts";
import { octets } from "./escape.ts";

/** A run of words that stayed, or one that came or went. */
export interface TermLine {
  readonly mark: " " | "+" | "-";
  readonly text: string;
}

// Above this the middle of two records is shown as a whole, old and new.
const MAX_COMPARED = 400;

/** What an op does to its value, each changed term on a line of its own. */
export function termLines({ before, after, type }: Op): readonly TermLine[] {
  const shown = type === "CNAME" ? target : octets;
  if (before === null) return [{ mark: "+", text: shown(after) }];
  if (after === null) return [{ mark: "-", text: shown(before) }];
  if (type === "CNAME")
    return [
      { mark: "-", text: shown(before) },
      { mark: "+", text: shown(after) },
    ];
  return compare(words(before), words(after)).map(({ mark, text }) => ({
    mark,
    text: shown(text),
  }));
}

/** A CNAME's target as a master file writes it, absolute. */
export function target(name: string): string {
  return `${octets(name).replaceAll("\\\\", "\\")}.`;
}

function words(value: string): readonly string[] {
  return value.split(/ +/).filter((word) => word !== "");
}

function compare(before: readonly string[], after: readonly string[]): readonly TermLine[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const old = before.slice(head, before.length - tail);
  const young = after.slice(head, after.length - tail);
  return [
    ...kept(before.slice(0, head)),
    ...middle(old, young),
    ...kept(before.slice(before.length - tail)),
  ];
}

function middle(old: readonly string[], young: readonly string[]): readonly TermLine[] {
  const common = old.length * young.length > MAX_COMPARED ** 2 ? [] : commonWords(old, young);
  const lines: TermLine[] = [];
  let [oldAt, youngAt] = [0, 0];
  for (const word of [...common, undefined]) {
    const oldEnd = word === undefined ? old.length : old.indexOf(word, oldAt);
    const youngEnd = word === undefined ? young.length : young.indexOf(word, youngAt);
    lines.push(...old.slice(oldAt, oldEnd).map((text) => ({ mark: "-" as const, text })));
    lines.push(...young.slice(youngAt, youngEnd).map((text) => ({ mark: "+" as const, text })));
    if (word !== undefined) lines.push({ mark: " ", text: word });
    [oldAt, youngAt] = [oldEnd + 1, youngEnd + 1];
  }
  return lines;
}

/** The longest common subsequence. */
function commonWords(old: readonly string[], young: readonly string[]): readonly string[] {
  const width = young.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = young.length - 1; j >= 0; j -= 1) {
      const [down, right] = [lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0];
      const both = (lengths[(i + 1) * width + j + 1] ?? 0) + 1;
      lengths[i * width + j] = old[i] === young[j] ? both : Math.max(down, right);
    }
  const common: string[] = [];
  for (let i = 0, j = 0; i < old.length && j < young.length;) {
    const word = old[i] ?? "";
    const [down, right] = [lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0];
    if (word === young[j]) {
      common.push(word);
      [i, j] = [i + 1, j + 1];
    } else if (down >= right) i += 1;
    else j += 1;
  }
  return common;
}

function kept(stayed: readonly string[]): readonly TermLine[] {
  return stayed.length === 0 ? [] : [{ mark: " ", text: stayed.join(" ") }];
}
