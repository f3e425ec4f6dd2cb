import { parseIp4, parseIp6 } from "./address.ts";
import { plainText } from "./foreign.ts";
import { domainSpecFault } from "./macro.ts";
import { isMechanismName, isQualifier, readTerm } from "./read-term.ts";
import type { Word } from "./scan.ts";

/** Longer words are no slip of the pen. */
const MAX_WORD = 300;
/** What people write instead of a mechanism's or a modifier's name. */
const MISNOMERS: ReadonlyMap<string, string> = new Map([
  ["ipv4", "ip4"],
  ["ip", "ip4"],
  ["ip_4", "ip4"],
  ["ipv6", "ip6"],
  ["ip_6", "ip6"],
  ["host", "a"],
  ["mxs", "mx"],
  ["incl", "include"],
  ["spf", "include"],
]);
const NAMES = ["include", "redirect", "exists", "all", "ip4", "ip6", "ptr", "mx", "exp"];

/**
 * What was probably meant by a word that is no term, where that is clear: `ipv4:192.0.2.1` gives
 * `ip4:192.0.2.1`, `192.0.2.1` too, `al` gives `all`. What is returned always is one or more valid
 * terms; two for a missing space: `include:_spf.google.com~all`.
 */
export function likelyIntent(word: string): string | undefined {
  if (word.length > MAX_WORD) return undefined;
  const plain = plainText(word).trim();
  const bare = trimPunctuation(plain.replaceAll(/["'`\\]/g, ""));
  const candidates = [plain, bare, ...splits(bare), ...corrections(bare)];
  return candidates.find((text) => text !== word && isTerms(text));
}

/** `ip4: 192.0.2.1`, `include :example.com`, `~ all`: what a space too many has torn apart. */
export function joinedIntent(word: string, next: Word): string | undefined {
  if (word.length + next.text.length > MAX_WORD) return undefined;
  if (word.length === 1 && isQualifier(word)) {
    return isTerms(word + next.text) ? word + next.text : undefined;
  }
  const isName = isMechanismName(word.toLowerCase());
  const isTorn = isName || word.endsWith(":") || next.text.startsWith(":");
  if (next.term.kind !== "none" || !isTorn) return undefined;
  const colon = isName && !next.text.startsWith(":") ? ":" : "";
  const joined = `${word}${colon}${next.text}`;
  const meant = isTerms(joined) ? joined : likelyIntent(joined);
  return meant?.includes(" ") === false ? meant : undefined;
}

function isTerms(text: string): boolean {
  return text !== "" && text.split(" ").every((word) => readTerm(word).kind !== "none");
}

function trimPunctuation(text: string): string {
  return text.replace(/^[,;]+/, "").replace(/[,;.]{1,8}$/, "");
}

/** The word with one thing put right. */
function corrections(word: string): readonly string[] {
  const qualifier = isQualifier(word.charAt(0)) ? word.charAt(0) : "";
  const rest = word.slice(qualifier.length);
  const mark = rest.search(/[:=/;]/);
  const name = (mark < 0 ? rest : rest.slice(0, mark)).toLowerCase();
  const value = mark < 0 ? "" : rest.slice(mark + 1);
  const meant = MISNOMERS.get(name) ?? closest(name);
  return [
    ...asNetwork(rest).map((term) => qualifier + term),
    ...(rest.startsWith(qualifier) ? [rest] : []),
    ...(meant === "redirect" || meant === "exp" ? [`${meant}=${value}`] : []),
    ...(meant === undefined ? [] : [`${qualifier}${meant}${rest.slice(name.length)}`]),
    ...(meant === undefined || value === "" ? [] : [`${qualifier}${meant}:${value}`]),
    ...(value === "" ? [] : otherMechanism(name, value).map((term) => qualifier + term)),
    ...(/^_|^spf[.-]/i.test(rest) && domainSpecFault(rest) === undefined
      ? [`${qualifier}include:${rest}`]
      : []),
  ];
}

/** A bare address, with or without a prefix length, as the mechanism it needs. */
function asNetwork(text: string): readonly string[] {
  const address = text.split("/", 1)[0] ?? "";
  if (parseIp4(address) !== undefined) return [`ip4:${text}`];
  return parseIp6(address) === undefined ? [] : [`ip6:${text}`];
}

/** `a:192.0.2.1`, `ip4:mail.example.com`, `ip4:2001:db8::1`, `ip4:192.0.2.1:25`, `ip4:192.0.2.0/08`. */
function otherMechanism(name: string, value: string): readonly string[] {
  const isNetwork =
    name === "ip4" || name === "ip6" || MISNOMERS.get(name)?.startsWith("ip") === true;
  return [
    ...asNetwork(value),
    ...(isNetwork && domainSpecFault(value) === undefined ? [`a:${value}`] : []),
    ...(isNetwork ? asNetwork(value.replace(/:\d{1,5}$/, "")) : []),
    ...(isNetwork ? asNetwork(value.replace(/\/$/, "").replace(/\/0+(?=\d)/, "/")) : []),
  ];
}

/** `include:_spf.google.com~all`: the space before the qualifier is missing. */
function splits(word: string): readonly string[] {
  const all = /[-~?+]all$/i.exec(word);
  return all === null || all.index === 0 ? [] : [`${word.slice(0, all.index)} ${all[0]}`];
}

/** The one name that is a single slip away: a letter too many, too few, wrong, or two swapped. */
function closest(name: string): string | undefined {
  if (name.length < 2 || name.length > 9) return undefined;
  const near = NAMES.filter((other) => isOneSlip(name, other));
  return near.length === 1 ? near[0] : undefined;
}

function isOneSlip(written: string, meant: string): boolean {
  if (written === meant || Math.abs(written.length - meant.length) > 1) return written === meant;
  let at = 0;
  while (at < meant.length && written.charAt(at) === meant.charAt(at)) at += 1;
  const [one, two] = [written.slice(at), meant.slice(at)];
  const swapped = one.charAt(1) + one.charAt(0) + one.slice(2) === two;
  const wrong = one.slice(1) === two.slice(1) && one.length === two.length && meant.length > 3;
  return swapped || wrong || one.slice(1) === two || one === two.slice(1);
}
