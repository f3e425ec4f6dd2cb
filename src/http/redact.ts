export type Redact = (text: string) => string;

const SHOWN = "[redacted]";
/** Shorter ones would tear texts apart, and are no secrets. */
const SHORTEST = 4;

/** Takes secrets out of any text, also as they look in a URL, a form, JSON, base64 and hex. */
export function createRedact(secrets: readonly string[]): Redact {
  const spellings = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap(spellingsOf)
    // The longest first: a short one may be part of it.
    .toSorted((a, b) => b.length - a.length);
  if (spellings.length === 0) return (text) => text;
  const found = new RegExp([...new Set(spellings)].map(quote).join("|"), "g");
  return (text) => text.replace(found, SHOWN);
}

function spellingsOf(secret: string): readonly string[] {
  const inUrl = encodeURIComponent(secret);
  const inForm = new URLSearchParams({ s: secret }).toString().slice(2);
  const hex = Buffer.from(secret).toString("hex");
  const percent = [inUrl, inForm].flatMap((text) => [text, lowerPercent(text)]);
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, inJson, ...percent, hex, hex.toUpperCase(), ...base64Of(secret)];
}

function lowerPercent(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/**
 * Base64 reads three octets at a time, so that a secret in a longer text (`user:secret`) has three
 * spellings; at the ends its neighbours are mixed in, and these signs are left out.
 */
function base64Of(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const octets = Buffer.from(secret);
    const whole = Buffer.concat([Buffer.alloc(offset), octets]);
    const start = Math.ceil((offset * 4) / 3);
    const end = Math.floor((whole.length * 4) / 3);
    return [
      whole.toString("base64").slice(start, end),
      whole.toString("base64url").slice(start, end),
    ];
  });
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
