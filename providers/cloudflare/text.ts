import { Buffer } from "node:buffer";
import { printTxt, unescapeTxt, type TxtData } from "../../src/core/dns/txt.ts";

const STRINGS = /^"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*$/s;

/**
 * The octets of a TXT record. Zones hold both forms, `"v=spf1 ~all"` as the dashboard writes it
 * and `v=spf1 ~all` as clients of the API wrote it; both are served alike. What is not wholly
 * quoted is taken literally.
 */
export function readText(content: string): TxtData {
  const octets = Buffer.from(content, "utf8").toString("latin1");
  const trimmed = octets.trim();
  if (!STRINGS.test(trimmed)) return octets;
  const strings = [...trimmed.matchAll(/"((?:[^"\\]|\\.)*)"/gs)];
  const plain = strings.map(([, string]) => unescapeTxt(string ?? ""));
  return plain.every((string) => string !== undefined) ? plain.join("") : octets;
}

/** Always quoted strings of at most 255 octets, the form that Cloudflare documents. */
export const writeText: (data: TxtData) => string = printTxt;
