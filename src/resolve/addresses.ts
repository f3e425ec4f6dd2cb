import type { Answer } from "../core/dns/answer.ts";
import { type DomainName, ROOT } from "../core/dns/name.ts";
import type { NameServer, Resolver } from "../ports/resolver.ts";
import type { NameServerMap } from "./name-servers.ts";
import type { Cut, Way } from "./walk.ts";

const DNS_PORT = 53;
const MAX_ADDRESSES = 16;

/** Where one name server of a zone is; without servers, `reason` says why. */
export interface Located {
  readonly name: DomainName;
  readonly servers: readonly NameServer[];
  readonly reason?: string;
}

export interface Addresses {
  /** Enough addresses to go on down: glue where there is some. */
  wayTo(cut: Cut, signal: AbortSignal): Promise<Way>;
  /** Every address of one name server: what DNS says, and the glue that others will use. */
  locate(name: DomainName, cut: Cut, signal: AbortSignal): Promise<Located>;
  /** The servers that the user has mapped, and no others. */
  mapped(names: readonly DomainName[]): readonly NameServer[];
}

/** Finds the addresses of name servers; those that the user has mapped are where he says. */
export function createAddresses({
  resolver,
  overrides,
}: {
  readonly resolver: Resolver;
  readonly overrides: NameServerMap;
}): Addresses {
  const mapped = (name: DomainName): readonly NameServer[] | undefined =>
    overrides.get(name)?.map(({ address, port }) => ({ name, address, port }));
  const locate: Addresses["locate"] = async (name, cut, signal) => {
    const servers = mapped(name);
    return servers ? { name, servers } : lookUp(resolver, { name, cut }, signal);
  };

  return {
    locate,
    mapped: (names) => names.flatMap((name) => mapped(name) ?? []),
    async wayTo(cut, signal) {
      const own = cut.zone === ROOT ? mapped(ROOT) : undefined;
      if (own) return { servers: own, overridden: true };
      const byUser = cut.names.flatMap((name) => mapped(name) ?? []);
      const glue = [...cut.glue].flatMap(([name, addresses]) =>
        overrides.has(name) ? [] : addresses.map((address) => at(name, address)),
      );
      const near = [...byUser, ...glue.toSorted(ipv4First)];
      if (near.length > 0) return { servers: near, overridden: byUser.length > 0 };
      const located = await Promise.all(cut.names.map((name) => locate(name, cut, signal)));
      const servers = located.flatMap(({ servers }) => servers).toSorted(ipv4First);
      return { servers, overridden: false };
    },
  };
}

async function lookUp(
  resolver: Resolver,
  { name, cut }: { readonly name: DomainName; readonly cut: Cut },
  signal: AbortSignal,
): Promise<Located> {
  const questions = ["A", "AAAA"].map((type) => ({ name, type }));
  const answers = await resolver.resolve(questions, signal);
  const found = answers.flatMap((answer) =>
    answer.status === "records" ? answer.records.map(({ data }) => data) : [],
  );
  const addresses = new Set([...found, ...(cut.glue.get(name) ?? [])]);
  const servers = [...addresses].slice(0, MAX_ADDRESSES).map((address) => at(name, address));
  return servers.length > 0 ? { name, servers } : { name, servers, reason: why(answers) };
}

function at(name: DomainName, address: string): NameServer {
  return { name, address, port: DNS_PORT };
}

function ipv4First(one: NameServer, other: NameServer): number {
  return Number(one.address.includes(":")) - Number(other.address.includes(":"));
}

function why(answers: readonly Answer[]): string {
  const failure = answers.find(({ status }) => status === "servfail" || status === "timeout");
  if (failure && "detail" in failure)
    return `its address could not be looked up: ${failure.detail}`;
  return answers.some(({ status }) => status === "nxdomain")
    ? "there is no such name in DNS"
    : "the name has no address";
}
