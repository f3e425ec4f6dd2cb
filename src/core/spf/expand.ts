import { type DomainName, nameFromLabels } from "../dns/name.ts";
import { isOctets } from "../dns/txt.ts";
import type { MacroPart } from "./macro.ts";
import { type Address, dottedAddress, printAddress } from "./network.ts";

/** Who sends, in the words of RFC 7208 4.1 and 7.2. */
export interface MacroValues {
  readonly address: Address;
  /** Local part and domain of `<sender>`. */
  readonly local: string;
  readonly senderDomain: string;
  readonly helo: string;
  readonly receiver: string;
  readonly time: number;
}

const MAX_NAME = 253;
const utf8 = new TextEncoder();

/** The text that the macros stand for; `p` is the validated name of the sender (5.5). */
export function expand(
  parts: readonly MacroPart[],
  values: MacroValues,
  domain: DomainName,
  p = "unknown",
): string {
  let text = "";
  for (const part of parts) {
    if (part.kind === "literal") text += part.text;
    else {
      const changed = transform(part, valueOf(part.letter, values, domain, p));
      text += part.escaped ? escapeUrl(changed) : changed;
    }
  }
  return text;
}

function valueOf(letter: string, values: MacroValues, domain: DomainName, p: string): string {
  switch (letter) {
    case "s":
      return `${values.local}@${values.senderDomain}`;
    case "l":
      return values.local;
    case "o":
      return values.senderDomain;
    case "d":
      return domain;
    case "i":
      return dottedAddress(values.address);
    case "p":
      return p;
    case "v":
      return values.address.family === 4 ? "in-addr" : "ip6";
    case "h":
      return values.helo;
    case "c":
      return printAddress(values.address);
    case "r":
      return values.receiver;
    default:
      return String(values.time);
  }
}

/** RFC 7208 7.3: split, reverse, keep the right-hand parts, join with dots. */
function transform(part: MacroPart & { kind: "macro" }, value: string): string {
  if (part.keep === undefined && !part.reversed && part.delimiters === ".") return value;
  const pieces: string[] = [""];
  for (const char of value) {
    if (part.delimiters.includes(char)) pieces.push("");
    else pieces[pieces.length - 1] += char;
  }
  if (part.reversed) pieces.reverse();
  return (part.keep === undefined ? pieces : pieces.slice(-part.keep)).join(".");
}

/** Everything but RFC 3986's unreserved characters, as UTF-8. */
function escapeUrl(text: string): string {
  return text.replace(/[^A-Za-z0-9\-._~]/gu, (char) =>
    [...utf8.encode(char)]
      .map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/**
 * The name to ask for: without the final dot, whole labels cut from the left until 253 characters
 * are left (RFC 7208 7.3). Undefined for what no query can be made of (empty or long label, not
 * octets); the RFC leaves open what follows from that (4.8), see check-host.ts.
 */
export function queryName(expanded: string): DomainName | undefined {
  let text = expanded.endsWith(".") ? expanded.slice(0, -1) : expanded;
  while (text.length > MAX_NAME) {
    const dot = text.indexOf(".");
    if (dot < 0) return undefined;
    text = text.slice(dot + 1);
  }
  return text === "" || !isOctets(text) ? undefined : nameFromLabels(text.split("."));
}
