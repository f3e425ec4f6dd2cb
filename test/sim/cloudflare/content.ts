import { isIPv4, isIPv6 } from "node:net";
import { invalid, Refusal } from "./model.ts";

const MAX_TXT_CHARACTERS = 2048;
const MAX_STRING_OCTETS = 255;
const HOST =
  /^(?:[a-z0-9_*](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Types whose content a client writes as text; the others are written as `data`. */
const WRITABLE = new Set(["A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"]);

/** What Cloudflare stores for a content that it accepts. */
export function storedContent(type: string, content: unknown): string {
  if (!WRITABLE.has(type)) throw invalid(9035, `Record type ${type} is not simulated for writing.`);
  if (typeof content !== "string" || content.trim() === "") {
    throw invalid(9005, `Content for ${type} record is invalid.`);
  }
  if (type === "TXT") return storedText(content);
  if (type === "A" || type === "AAAA") {
    if (type === "A" ? isIPv4(content) : isIPv6(content)) return content.toLowerCase();
    throw invalid(9005, `Content for ${type} record must be a valid address.`);
  }
  const target = content.replace(/\.$/, "").toLowerCase();
  if (!HOST.test(target)) throw invalid(9007, `Content for ${type} record is invalid.`);
  return target;
}

/** Quoted strings, or no quotes at all; a string that is too long is cut by the server. */
function storedText(content: string): string {
  const strings = stringsOf(content);
  if (content.length > MAX_TXT_CHARACTERS) {
    throw invalid(9015, "Content for TXT record is too long.");
  }
  if (strings === undefined)
    throw invalid(9005, "TXT record contains inconsistent quotation marks.");
  if (!content.startsWith('"')) return content;
  return strings
    .flatMap(cut)
    .map((string) => `"${string}"`)
    .join(" ");
}

/** The text between the quotes, escapes untouched; undefined: quotes that don't match. */
function stringsOf(content: string): readonly string[] | undefined {
  if (!content.includes('"')) return [content];
  if (!/^"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*$/s.test(content)) return undefined;
  return [...content.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, string]) => string ?? "");
}

function cut(string: string): readonly string[] {
  const characters = string.match(/\\\d{3}|\\.|[^\\]/gs) ?? [];
  const strings: string[] = [];
  for (let at = 0; at < Math.max(characters.length, 1); at += MAX_STRING_OCTETS) {
    strings.push(characters.slice(at, at + MAX_STRING_OCTETS).join(""));
  }
  return strings;
}

/** Two contents that are one record. */
export function contentKey(type: string, content: string): string {
  return type === "TXT" ? (stringsOf(content) ?? [content]).join("") : content.toLowerCase();
}

/**
 * The name a record gets in this zone: `@` and relative names are completed, and so is a name that
 * was meant for another zone.
 */
export function storedName(name: unknown, zone: string): string {
  if (typeof name !== "string" || name === "") throw invalid(9000, "DNS name is invalid.");
  const plain = name.replace(/\.$/, "").toLowerCase();
  const full =
    plain === "@" || plain === zone
      ? zone
      : plain.endsWith(`.${zone}`)
        ? plain
        : `${plain}.${zone}`;
  if (full.length > 253 || !HOST.test(full)) throw invalid(9000, "DNS name is invalid.");
  return full;
}

export function checkedTtl(ttl: unknown, plan: string): number {
  const least = plan === "enterprise" ? 30 : 60;
  if (ttl === undefined) return 1;
  const isValid =
    typeof ttl === "number" &&
    Number.isInteger(ttl) &&
    (ttl === 1 || (ttl >= least && ttl <= 86400));
  if (isValid) return ttl;
  const range = `Must be between ${least} and 86400 seconds, or 1 for Automatic.`;
  throw invalid(9021, `Invalid TTL. ${range}`);
}

export function checkedComment(comment: unknown, plan: string): string | null {
  if (comment === undefined || comment === null || comment === "") return null;
  const most = plan === "free" ? 100 : 500;
  if (typeof comment === "string" && comment.length <= most && !/[\r\n]/.test(comment))
    return comment;
  throw new Refusal(400, 9300, `DNS record comment is invalid: at most ${most} characters.`);
}

export function checkedTags(tags: unknown, plan: string): readonly string[] {
  if (tags === undefined || (Array.isArray(tags) && tags.length === 0)) return [];
  if (plan === "free") throw new Refusal(400, 9301, "DNS record has 0 tags allowed on this plan.");
  const isValid = (tag: unknown): tag is string =>
    typeof tag === "string" && /^(?!cf-)[a-z0-9_-]{1,32}(?::.{0,100})?$/.test(tag);
  if (Array.isArray(tags) && tags.length <= 20 && tags.every(isValid)) return tags;
  throw new Refusal(400, 9302, "DNS record tags are invalid.");
}
