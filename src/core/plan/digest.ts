import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import type { Op } from "./schema.ts";

/**
 * JSON with one spelling for one value: sorted keys, no spaces (RFC 8785). Throws for what JSON
 * cannot hold, which is a bug.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not a JSON value");
  return text;
}

/**
 * SHA-256, 64 hexadecimal digits, over what the change is and nothing else: no TTL, no evidence,
 * no host. So it is the same from public DNS and from the host (design, "Digest").
 */
export function opDigest(domain: string, op: Op): string {
  const { name, type, kind, before, after } = op;
  return sha(canonicalJson({ domain, name, type, kind, before, after }));
}

/** Digest of a whole plan: that of its sorted op digests, so that the order of parts is no matter. */
export function planDigest(domain: string, ops: readonly Op[]): string {
  return sha(canonicalJson(ops.map((op) => opDigest(domain, op)).sort()));
}

function sha(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
