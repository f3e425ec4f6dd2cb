/** One line of JSON, safe on a terminal too: what can't be seen is written as `\uXXXX`. */
export function renderJson(value: unknown): string {
  const json = JSON.stringify(value);
  const shown = /^[\x20-\x7e]*$/.test(json) ? json : json.replace(HIDDEN, escape);
  return `${shown}\n`;
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escape(char: string): string {
  return Array.from({ length: char.length }, (_, at) => {
    return `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }).join("");
}
