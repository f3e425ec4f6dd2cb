import type { Answer } from "../dns/answer.ts";
import { type DomainName, ROOT, parseName } from "../dns/name.ts";
import { type Address, parseAddress } from "./network.ts";

// Answers are immutable and are read once for every address that is evaluated.
const addresses = new WeakMap<Answer, readonly Address[]>();
const hosts = new WeakMap<Answer, readonly DomainName[]>();

/** Addresses in an A or AAAA answer; none in any other. */
export function addressesOf(answer: Answer): readonly Address[] {
  const known = addresses.get(answer);
  if (known !== undefined) return known;
  const records = answer.status === "records" ? answer.records : [];
  const found = records.flatMap(({ data }) => parseAddress(data) ?? []);
  addresses.set(answer, found);
  return found;
}

/** Names in an MX answer, most preferred first, without the null MX (RFC 7505). */
export function mailHostsOf(answer: Answer): readonly DomainName[] {
  const known = hosts.get(answer);
  if (known !== undefined) return known;
  const found = readHosts(answer);
  hosts.set(answer, found);
  return found;
}

function readHosts(answer: Answer): readonly DomainName[] {
  if (answer.status !== "records") return [];
  return answer.records
    .map(({ data }) => {
      const [preference = "", target = ""] = data.split(" ");
      return { preference: Number(preference), host: parseName(target) };
    })
    .sort((one, other) => one.preference - other.preference)
    .flatMap(({ host }) => (host === undefined || host === ROOT ? [] : [host]));
}
