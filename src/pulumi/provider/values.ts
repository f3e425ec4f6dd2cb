import { quote, unescapeTxt } from "../../core/dns/txt.ts";

/**
 * The values of one name as one text for people: a line each, in a fixed order, and nothing is the
 * empty text. Printable ASCII stands as it is; whatever else DNS may hold is escaped as a master
 * file has it (RFC 1035 5.1), so that no value looks like two and none reaches a terminal raw.
 */
export function joinValues(values: readonly string[]): string {
  return [...values]
    .sort()
    .map((value) => quote(value).slice(1, -1))
    .join("\n");
}

/** The values again, octet by octet. A line that nobody of ours wrote is taken as it is. */
export function splitValues(text: string): readonly string[] {
  return text === "" ? [] : text.split("\n").map((line) => unescapeTxt(line) ?? line);
}
