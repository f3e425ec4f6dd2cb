import { type DomainName, isWithin, parseName } from "../dns/name.ts";
import { addressesOf } from "./answer-data.ts";
import { reverseName, sharesPrefix } from "./network.ts";
import { MAX_NAMES, type Run, ask } from "./run.ts";

/**
 * Validated names of the sender (RFC 7208 5.5): those of the first 10 PTR names (4.6.4) whose own
 * addresses hold the sender's. A DNS error at the PTR records means none, elsewhere one name less.
 */
export function validatedNames(run: Run): readonly DomainName[] | "pending" {
  const answer = ask(run, reverseName(run.address) as DomainName, "PTR");
  if (answer === undefined) return "pending";
  if (answer.status !== "records") return [];
  const names = answer.records
    .slice(0, MAX_NAMES)
    .flatMap(({ data }) => parseName(data) ?? [])
    .map((name) => ({ name, held: holdsSender(run, name) }));
  if (names.some(({ held }) => held === "pending")) return "pending";
  return names.filter(({ held }) => held === true).map(({ name }) => name);
}

/**
 * The `p` macro (7.3): the domain itself if it is a validated name, else one below it, else any.
 * Undefined as long as DNS was not asked.
 */
export function validatedName(run: Run, domain: DomainName): string | undefined {
  const names = validatedNames(run);
  if (names === "pending") return undefined;
  return (
    names.find((name) => name === domain) ??
    names.find((name) => isWithin(name, domain)) ??
    names[0] ??
    "unknown"
  );
}

function holdsSender(run: Run, name: DomainName): boolean | "pending" {
  const answer = ask(run, name, run.address.family === 4 ? "A" : "AAAA");
  if (answer === undefined) return "pending";
  return addressesOf(answer).some((address) => sharesPrefix(address, run.address, 128));
}
