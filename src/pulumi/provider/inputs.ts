import { MailDnsError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/plan/digest.ts";
import type { StackKeys } from "../keys.ts";
import type { Properties } from "./protocol.ts";
import type { RecordState } from "./record.ts";

/** A resource's inputs as the engine keeps them; what is missing is nothing yet. */
export function stateFrom(properties: Properties): RecordState {
  return {
    domain: textOf(properties["domain"]),
    keys: keysOf(properties["keys"]),
    original: textOf(properties["original"]),
    value: textOf(properties["value"]),
  };
}

/** The names of the inputs that differ. */
export function changedInputs(old: Properties, now: Properties): readonly string[] {
  const names = ["domain", "keys", "value"];
  return names.filter(
    (name) => canonicalJson(old[name] ?? null) !== canonicalJson(now[name] ?? null),
  );
}

/** Keys are one JSON text where Pulumi wants a flat value: the provider's own configuration. */
export function keysOf(value: unknown): StackKeys {
  if (typeof value === "string") return keysOf(parsed(value));
  return typeof value === "object" && value !== null ? (value as StackKeys) : {};
}

/** Whether both speak of the same zone at the same host. */
export function isSamePlace(one: StackKeys, two: StackKeys): boolean {
  const placeOf = ({ host, zone, account, spf, ...rest }: StackKeys): string =>
    canonicalJson({ host, zone, account, options: rest[textOf(host)], at: domainIn(spf) });
  return placeOf(one) === placeOf(two);
}

function domainIn(spf: unknown): string {
  return typeof spf === "object" && spf !== null && "domain" in spf ? textOf(spf.domain) : "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MailDnsError("config", "The provider's keys are no JSON.", { cause });
  }
}
