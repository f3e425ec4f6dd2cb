/** No line of text for people is wider. */
export const WIDTH = 96;

/** What a piece of text means; colour only repeats what marks and words already say. */
export type Tone = "add" | "remove" | "change" | "refuse" | "good" | "warn" | "dim" | "strong";

/** Decorates text that is already laid out. */
export type Paint = (tone: Tone, text: string) => string;

/** `left` and `right` on one line, the right one at the edge; two lines where they don't fit. */
export function spread(left: string, right: string): string {
  if (right === "") return left;
  const gap = WIDTH - left.length - right.length;
  return gap >= 2 ? left + " ".repeat(gap) + right : `${left}\n${right.padStart(WIDTH)}`;
}

/** Words in lines of at most WIDTH, `first` before the first line, as many spaces before the others. */
export function wrap(text: string, first: string): readonly string[] {
  const room = WIDTH - first.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((word) => pieces(word, room))) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  const indent = " ".repeat(first.length);
  return lines.map((text, at) => ((at === 0 ? first : indent) + text).trimEnd());
}

function pieces(word: string, room: number): readonly string[] {
  if (word.length <= room) return [word];
  return [word.slice(0, room), ...pieces(word.slice(room), room)];
}

/** `1 change`, `2 changes`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `2026-11-24 18:40 UTC` from ISO 8601. */
export function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** Wrapped text whose first line starts with `mark`, which alone is painted. */
export function marked(
  mark: string,
  text: string,
  paintMark: (mark: string) => string,
): readonly string[] {
  const lines = wrap(text, mark);
  return lines.map((line, at) => (at === 0 ? paintMark(mark) + line.slice(mark.length) : line));
}

/** Groups of lines as one text, an empty line between them. */
export function stack(groups: readonly (readonly string[])[]): string {
  const texts = groups.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${texts.join("\n\n")}\n`;
}
