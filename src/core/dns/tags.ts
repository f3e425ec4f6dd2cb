const TAG = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * A tag list as DKIM keys and DMARC policies write it (RFC 6376 3.2): `v=DKIM1; k=rsa; p=MIG...`.
 * White space around names and values is dropped, the order is kept, names are as written.
 * Undefined: not such a list, or one name twice, which makes the whole list invalid.
 */
export function readTags(value: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  const parts = value.split(";");
  if (parts.at(-1)?.trim() === "") parts.pop();
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = part.slice(0, Math.max(equals, 0)).trim();
    if (equals < 0 || !TAG.test(name) || tags.has(name)) return undefined;
    tags.set(name, part.slice(equals + 1).trim());
  }
  return tags.size === 0 ? undefined : tags;
}
