import { decimal, parseIp4, parseIp6 } from "./address.ts";
import { isVisible, nameEnd, quoted, spanEnd } from "./characters.ts";
import { foreignCharacters } from "./foreign.ts";
import { domainSpecFault, readMacroString } from "./macro.ts";
import type { Mechanism, MechanismName, Modifier, Qualifier, Term } from "./term.ts";

/** Why a word is no term, in the owner's words. */
export interface NoTerm {
  readonly kind: "none";
  readonly reason: string;
}

type Details = Pick<Mechanism, "domain" | "network" | "prefix4" | "prefix6">;
type Read = (name: MechanismName, rest: string) => Details | NoTerm;

/** How each mechanism goes on behind its name (RFC 7208 section 12). */
const READERS: Readonly<Record<MechanismName, Read>> = {
  all: (_, rest) => (rest === "" ? {} : none(`nothing may follow "all", but ${quoted(rest)} does`)),
  include: readNeededDomain,
  exists: readNeededDomain,
  ptr: (name, rest) => (rest === "" ? {} : readNeededDomain(name, rest)),
  a: readHost,
  mx: readHost,
  ip4: readNetwork,
  ip6: readNetwork,
};

/** Reads one word of a record (no spaces in it). Never throws; linear in the word. */
export function readTerm(text: string): Term | NoTerm {
  if (spanEnd(text, 0, isVisible) < text.length) return none(foreignCharacters(text));
  const written = isQualifier(text.charAt(0)) ? text.charAt(0) : "";
  const end = nameEnd(text, written.length);
  if (text.charAt(end) === "=") return readModifier(text, end);
  const name = text.slice(written.length, end).toLowerCase();
  const rest = text.slice(end);
  if (!isMechanismName(name) || !"/:".includes(rest.charAt(0))) {
    return none(unknownName(text, name, rest));
  }
  const details = READERS[name](name, rest);
  if ("kind" in details) return details;
  const qualifier = (written || "+") as Qualifier;
  return { kind: "mechanism", raw: text, name, qualifier, ...details };
}

export function isMechanismName(name: string): name is MechanismName {
  return Object.hasOwn(READERS, name);
}

export function isQualifier(char: string): char is Qualifier {
  return char === "+" || char === "-" || char === "~" || char === "?";
}

function none(reason: string): NoTerm {
  return { kind: "none", reason };
}

/** Why a word whose name is followed by `rest` is no mechanism. */
function unknownName(text: string, name: string, rest: string): string {
  if (parseIp4(beforeSlash(text)) ?? parseIp6(beforeSlash(text))) {
    return `an address needs "ip4:" or "ip6:" before it`;
  }
  if (text.length === 1 && isQualifier(text)) return `"${text}" stands alone`;
  if (!text.includes(":") && domainSpecFault(text) === undefined) {
    return 'a domain name needs a mechanism such as "include:" before it';
  }
  if (isMechanismName(name)) return `${quoted(rest.charAt(0))} may not follow "${name}"`;
  return `there is no mechanism ${quoted(name || text)}`;
}

function beforeSlash(text: string): string {
  const slash = text.indexOf("/");
  return slash < 0 ? text : text.slice(0, slash);
}

function readModifier(raw: string, end: number): Modifier | NoTerm {
  const name = raw.slice(0, end).toLowerCase();
  if (name === "") return none('a name is missing before "="');
  if (isQualifier(name.charAt(0)))
    return none(`${quoted(`${name}=`)} takes no "${name.charAt(0)}" before it`);
  const value = raw.slice(end + 1);
  if (name === "redirect" || name === "exp") {
    const fault = domainSpecFault(value);
    return fault === undefined ? { kind: "modifier", raw, name, value } : none(fault);
  }
  const reading = readMacroString(value, "ignored");
  return "reason" in reading ? none(reading.reason) : { kind: "modifier", raw, name, value };
}

function readNeededDomain(name: MechanismName, rest: string): Details | NoTerm {
  if (!rest.startsWith(":")) return none(`"${name}" needs ":" and a domain name behind it`);
  const domain = rest.slice(1);
  const fault = domainSpecFault(domain);
  return fault === undefined ? { domain } : none(fault);
}

/** `[ ":" domain-spec ] [ dual-cidr-length ]`. A domain may hold a slash, but not in its end. */
function readHost(_: MechanismName, rest: string): Details | NoTerm {
  const behindDomain = Math.max(...[".", "}", "%"].map((mark) => rest.lastIndexOf(mark)), 0);
  const slash = rest.indexOf("/", behindDomain);
  const domainPart = slash < 0 ? rest : rest.slice(0, slash);
  const prefixes = readDualPrefix(slash < 0 ? "" : rest.slice(slash));
  if ("kind" in prefixes) return prefixes;
  if (domainPart === "") return prefixes;
  const domain = domainPart.slice(1);
  const fault = domainSpecFault(domain);
  return fault === undefined ? { domain, ...prefixes } : none(fault);
}

function readDualPrefix(text: string): Details | NoTerm {
  const double = text.indexOf("//");
  const four = double < 0 ? text : text.slice(0, double);
  const six = double < 0 ? "" : text.slice(double + 1);
  const prefix4 = four === "" ? 32 : decimal(four.slice(1), 32);
  const prefix6 = six === "" ? 128 : decimal(six.slice(1), 128);
  if (prefix4 === undefined) return none(`${quoted(four)} is no IPv4 prefix length (/0 to /32)`);
  if (prefix6 === undefined)
    return none(`${quoted(`/${six}`)} is no IPv6 prefix length (//0 to //128)`);
  return { prefix4, prefix6 };
}

function readNetwork(name: MechanismName, rest: string): Details | NoTerm {
  if (!rest.startsWith(":")) return none(`"${name}" needs ":" and an address behind it`);
  const slash = rest.indexOf("/");
  const network = slash < 0 ? rest.slice(1) : rest.slice(1, slash);
  const four = name === "ip4";
  const max = four ? 32 : 128;
  if ((four ? parseIp4(network) : parseIp6(network)) === undefined) {
    return none(
      network === ""
        ? `the address behind "${name}:" is missing`
        : `${quoted(network)} is no ${four ? "IPv4" : "IPv6"} address`,
    );
  }
  const prefix = slash < 0 ? max : decimal(rest.slice(slash + 1), max);
  if (prefix === undefined) {
    return none(`${quoted(rest.slice(slash))} is no prefix length (/0 to /${max})`);
  }
  return four ? { network, prefix4: prefix } : { network, prefix6: prefix };
}
