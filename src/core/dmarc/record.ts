/** RFC 9989 4.7, weakest first. */
export const policies = ["none", "quarantine", "reject"] as const;
export type Policy = (typeof policies)[number];

/** A policy record that receivers take as one. */
export interface DmarcRecord {
  /** Tag names in lower case; values as written, without the white space around them. */
  readonly tags: Readonly<Record<string, string>>;
  /** `p`; `none` where it is missing or unknown but reports are asked for (4.7). */
  readonly policy: Policy;
  readonly subdomainPolicy?: Policy;
  /** For names that do not exist. */
  readonly nonexistentPolicy?: Policy;
  /** `y`: a public suffix; `n`: an organisational domain for certain; `u`: not said. */
  readonly psd: "y" | "n" | "u";
  /** `t=y`: receivers apply one step less. */
  readonly testing: boolean;
}

/**
 * What one TXT value at `_dmarc` is to a receiver: `broken` is meant as DMARC and ignored as a
 * whole, `other` has nothing to do with it.
 */
export type DmarcValue =
  | { readonly kind: "dmarc"; readonly record: DmarcRecord }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "other" };

// RFC 9989 4.8: "v" first, the version in exactly these letters, then nothing or a separator.
const VERSION = /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/;
const MEANT = /^[\s"'\u00a0]*v[\s]*=?[\s]*dmarc/i;

/** Reads one value. Never throws; unknown tags and faulty optional ones are ignored (RFC 9989 4.7). */
export function parseDmarc(value: string): DmarcValue {
  if (!VERSION.test(value)) {
    return MEANT.test(value) ? { kind: "broken", reason: whyIgnored(value) } : { kind: "other" };
  }
  const tags = readParts(value);
  const policy = policyOf(tags["p"]);
  if (policy === undefined && !asksForReports(tags)) {
    const reason =
      tags["p"] === undefined
        ? "it has neither a policy (p=) nor a report address (rua=)"
        : `"p=${tags["p"]}" is no policy`;
    return { kind: "broken", reason };
  }
  const psd = tags["psd"]?.toLowerCase();
  const subdomainPolicy = policyOf(tags["sp"]);
  const nonexistentPolicy = policyOf(tags["np"]);
  return {
    kind: "dmarc",
    record: {
      tags,
      policy: policy ?? "none",
      ...(subdomainPolicy !== undefined && { subdomainPolicy }),
      ...(nonexistentPolicy !== undefined && { nonexistentPolicy }),
      psd: psd === "y" || psd === "n" ? psd : "u",
      testing: tags["t"]?.toLowerCase() === "y",
    },
  };
}

/** One step down, which is what receivers do with `t=y` (RFC 9989 4.7). */
export function weakened(policy: Policy): Policy {
  return policy === "reject" ? "quarantine" : "none";
}

/** Parts that are no `name=value` are ignored, and so is a name's second appearance. */
function readParts(value: string): Readonly<Record<string, string>> {
  const tags = new Map<string, string>();
  for (const part of value.split(";")) {
    const [, name, text] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/s.exec(part) ?? [];
    const key = name?.toLowerCase();
    if (key !== undefined && text !== undefined && !tags.has(key)) tags.set(key, text);
  }
  return Object.fromEntries(tags);
}

function policyOf(text: string | undefined): Policy | undefined {
  return policies.find((policy) => policy === text?.toLowerCase());
}

function asksForReports(tags: Readonly<Record<string, string>>): boolean {
  return (tags["rua"] ?? "").split(",").some((uri) => /^\s*mailto:[^@\s]+@[^@\s]+$/i.test(uri));
}

function whyIgnored(value: string): string {
  if (/^\s/.test(value)) return "it starts with a space";
  if (/^["']/.test(value)) return "it has quotation marks in it";
  if (/^v\s*=\s*DMARC1\s/i.test(value)) return "there is no `;` behind v=DMARC1";
  if (/^v\s*=\s*dmarc1/i.test(value)) return "DMARC1 must be written in capitals";
  return "it does not start with v=DMARC1";
}
