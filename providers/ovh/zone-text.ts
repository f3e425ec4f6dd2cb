import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import { nameOf } from "./codec.ts";

/** One record of the export, its data as OVH wrote it. */
export interface TextRecord {
  readonly name: DomainName;
  readonly type: string;
  readonly ttl: number | "default";
  readonly target: string;
}

const RECORD = /^(\S*)\s+(?:(\d+)\s+)?(?:IN\s+)?(?:(\d+)\s+)?([A-Z][A-Z0-9]*)\s+(\S.*)$/;

/**
 * Reads `GET export`: OVH's text mode, one record a line, a line without a name going on with the
 * name before it, and TTLs only where they are not the zone's. Its data is no master file's: an
 * unquoted TXT value stands there as it was entered, spaces and all. The SOA is left out: its serial
 * is the only thing that it would tell, and that is no data of anybody's.
 */
export function readZoneText(text: string, apex: DomainName): readonly TextRecord[] {
  const records: TextRecord[] = [];
  let name: DomainName = apex;
  for (const line of logicalLines(text)) {
    const [, owner = "", before, after, type, data] = RECORD.exec(line) ?? [];
    if (type === undefined || data === undefined) throw notUnderstood(apex, line);
    const named = owner === "" ? name : absolute(owner, apex);
    if (named === undefined) throw notUnderstood(apex, line);
    name = named;
    const seconds = before ?? after;
    const ttl = seconds === undefined ? "default" : Number(seconds);
    if (type !== "SOA")
      records.push({ name, type, ttl, target: withoutParentheses(data.trimEnd()) });
  }
  return records;
}

/** Without comments and empty lines; what stands in parentheses over lines is joined. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let open = "";
  for (const line of text.split(/\r?\n/)) {
    if (open === "" && /^(?:\$TTL\s|\s*;|\s*$)/.test(line)) continue;
    open += open === "" ? line : ` ${line.trim()}`;
    if (isOpen(open)) continue;
    lines.push(open);
    open = "";
  }
  return open === "" ? lines : [...lines, open];
}

/** Only quoted data in parentheses goes on, and a SOA; any other parenthesis is a value's own. */
function isOpen(line: string): boolean {
  const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return /\sIN\s+(?:SOA\s[^(]*\(|[A-Z0-9]+\s+\((?=\s*(?:"|$)))(?!.*\)\s*$)/.test(bare);
}

function withoutParentheses(data: string): string {
  return /^\(\s*(".*")\s*\)$/s.exec(data)?.[1] ?? data;
}

function absolute(owner: string, apex: DomainName): DomainName | undefined {
  return owner.endsWith(".") ? parseName(owner) : nameOf(owner, apex);
}

function notUnderstood(apex: DomainName, line: string): MailDnsError {
  const text = line.trim().slice(0, 80);
  return new MailDnsError("transient", `OVH's export of ${apex} is not understood: ${text}`, {
    domain: apex,
    help: "Please report this line: OVH writes it in a way that is new to us.",
  });
}
