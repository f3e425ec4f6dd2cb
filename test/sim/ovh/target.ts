import type { DomainName } from "../../../src/core/dns/name.ts";
import type { RRset } from "../../../src/core/dns/rrset.ts";
import { unescapeTxt } from "../../../src/core/dns/txt.ts";
import { badRequest } from "./refusal.ts";

/** RecordTypeEnum of OVH's published description. */
export const FIELD_TYPES = [
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "DKIM",
  "DMARC",
  "DNAME",
  "LOC",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SPF",
  "SRV",
  "SSHFP",
  "TLSA",
  "TXT",
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

const QUOTED = /"((?:[^"\\]|\\.)*)"/gsy;

/** The character-strings between quotes, or undefined where the target is not all quoted. */
function stringsOf(target: string): readonly string[] | undefined {
  const strings: string[] = [];
  QUOTED.lastIndex = 0;
  for (let at = 0; at < target.length; at = QUOTED.lastIndex) {
    const match = QUOTED.exec(target);
    if (match === null) return undefined;
    strings.push(match[1] ?? "");
    while (target[QUOTED.lastIndex] === " ") QUOTED.lastIndex += 1;
    if (QUOTED.lastIndex === 0) return undefined;
  }
  return strings.length === 0 ? undefined : strings;
}

/** Refuses what OVH refuses of a target, by type. */
export function checkTarget(fieldType: FieldType, subDomain: string, target: string): void {
  if (target === "") throw badRequest("[target] Missing parameter");
  if (fieldType === "TXT" || fieldType === "SPF") return checkText(fieldType, target);
  if (fieldType === "DKIM" || fieldType === "DMARC") return checkTags(fieldType, subDomain, target);
  if (fieldType === "A" && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(target)) {
    throw badRequest(`Invalid IPv4 address ${target}`);
  }
  if (["CNAME", "DNAME", "NS", "PTR"].includes(fieldType) && !/^[\w.*-]+$/.test(target)) {
    throw badRequest(`Invalid domain name ${target}`);
  }
}

function checkText(fieldType: FieldType, target: string): void {
  const strings = stringsOf(target);
  const texts = (strings ?? [target]).map((text) =>
    strings === undefined ? text : unescapeTxt(text),
  );
  if (texts.some((text) => text === undefined)) throw badRequest("Invalid escape in TXT target");
  if (texts.some((text) => (text ?? "").length > 255)) {
    throw badRequest("TXT string is longer than 255 characters");
  }
  if (/[^\u0020-\u007e]/.test(target)) throw badRequest("Invalid character in TXT target");
  if (fieldType === "SPF" && !/^v=spf1(?: |$)/i.test(texts.join(""))) {
    throw badRequest("Invalid subfield found in SPF");
  }
}

function checkTags(fieldType: FieldType, subDomain: string, target: string): void {
  if (fieldType === "DMARC" && !subDomain.startsWith("_dmarc")) {
    throw badRequest("DMARC subDomain must start with _dmarc");
  }
  const tags = target.split(";").map((tag) => tag.trim());
  const isTagged = tags.every((tag, at) =>
    tag === "" ? at === tags.length - 1 : /^[a-z]+\s*=[^"]*$/.test(tag),
  );
  if (!isTagged) throw badRequest(`Invalid subfield found in ${fieldType}`);
}

/** What the world gets for a record: the type that is served, and its data. */
export function served(
  fieldType: FieldType,
  target: string,
  zone: string,
): { readonly type: RRset["type"]; readonly value: string } {
  switch (fieldType) {
    case "TXT":
    case "SPF":
    case "DKIM":
    case "DMARC": {
      const strings = stringsOf(target);
      const value = strings?.map((text) => unescapeTxt(text) ?? text).join("") ?? target;
      return { type: "TXT", value };
    }
    case "CNAME":
    case "DNAME":
    case "NS":
    case "PTR":
      return { type: fieldType, value: absolute(target, zone) };
    case "MX": {
      const [preference = "", exchange = ""] = target.split(" ");
      return { type: "MX", value: `${preference} ${absolute(exchange, zone)}` };
    }
    default:
      return { type: fieldType, value: target };
  }
}

/** Without a dot at its end, a target is relative to the zone. */
export function absolute(target: string, zone: string): string {
  const text = target.toLowerCase();
  return text.endsWith(".") ? text.slice(0, -1) : `${text}.${zone}`;
}

export function nameOf(subDomain: string, zone: string): DomainName {
  return (subDomain === "" ? zone : `${subDomain}.${zone}`.toLowerCase()) as DomainName;
}
