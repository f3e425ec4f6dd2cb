/** One line of JSON, safe on a terminal too: what can't be seen is written as `\uXXXX`. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value).replace(HIDDEN, (char) =>
    Array.from({ length: char.length }, (_, at) => escape(char.charCodeAt(at))).join(""),
  )}\n`;
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
