import type { DomainName } from "../core/dns/name.ts";
import { under } from "../core/dns/name.ts";
import { findRRset } from "../core/dns/rrset.ts";
import type { Snapshot } from "../core/dns/rrset.ts";
import { isMailDnsError } from "../core/errors.ts";
import { DKIM_PREFIX } from "../core/odoo.ts";
import { parseSpf } from "../core/spf/parse.ts";
import { readPublicly } from "../engine/public-read.ts";
import { target } from "../render/terms.ts";
import { octets, visible } from "../render/escape.ts";
import { wrap } from "../render/layout.ts";
import type { Context } from "./context.ts";
import { servedBy } from "./served-by.ts";
import type { ServedBy } from "./served-by.ts";
import type { Network } from "./world.ts";

/** What public DNS says of a domain that has no stack file yet. */
export type Present =
  | {
      readonly nameServers: readonly DomainName[];
      readonly servedBy: ServedBy | undefined;
      readonly records: Records;
    }
  | { readonly reason: string };

/** Asks the domain's own name servers, so that no resolver remembers what is not there yet. */
export async function readPresent(
  domain: DomainName,
  { authority }: Network,
  { clock, hosts, signal }: Context,
): Promise<Present> {
  try {
    const delegation = await authority.find(domain, {}, signal);
    const names = [domain, under(DKIM_PREFIX, domain), under("_dmarc", domain)];
    const wanted = names.filter((name) => name !== undefined);
    const snapshot = await readPublicly({ authority, clock }, delegation, wanted, signal);
    const nameServers = [...new Set([...delegation.parent, ...delegation.child])];
    const records = recordsIn(snapshot, domain);
    return { nameServers, servedBy: servedBy(nameServers, await hosts()), records };
  } catch (error) {
    if (isMailDnsError(error) && error.code !== "interrupted") return { reason: error.message };
    throw error;
  }
}

/** The same for people, and how sure it is. */
export function describePresent(title: string, present: Present): string {
  if ("reason" in present) return `${wrap(visible(present.reason), "note: ").join("\n")}\n\n`;
  const names = present.nameServers.map((name) => octets(name)).join(", ");
  const lines = [
    ...wrap(`${title} ${sentence(present.servedBy)} (${names}).`, ""),
    "",
    ...recordLines(present.records),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function sentence(served: ServedBy | undefined): string {
  if (served === undefined) return "is served by name servers that give no DNS host away";
  const { title, certainty } = served;
  if (certainty === "yes") return `is served by ${title}`;
  if (certainty === "maybe") return `is probably served by ${title}`;
  return `is served by ${title} and by others, which all have to be changed`;
}

interface Records {
  readonly spf: readonly string[];
  readonly dkim: readonly string[];
  readonly dmarc: readonly string[];
}

function recordsIn(snapshot: Snapshot, domain: DomainName): Records {
  const values = (prefix: string, type: string) => {
    const name = prefix === "" ? domain : under(prefix, domain);
    return name === undefined ? [] : (findRRset(snapshot, name, type)?.values ?? []);
  };
  return {
    spf: values("", "TXT").filter((value) => parseSpf(value).kind !== "other"),
    dkim: values(DKIM_PREFIX, "CNAME"),
    dmarc: values("_dmarc", "TXT"),
  };
}

function recordLines({ spf, dkim, dmarc }: Records): readonly string[] {
  const rows = { SPF: spf.map(octets), DKIM: dkim.map(target), DMARC: dmarc.map(octets) };
  return Object.entries(rows).flatMap(([label, found]) =>
    (found.length === 0 ? ["nothing there"] : found).flatMap((text) =>
      wrap(text, `  ${label.padEnd(8)}`),
    ),
  );
}
