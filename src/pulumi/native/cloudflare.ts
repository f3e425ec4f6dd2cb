import type { DeclareCname } from "./cname.ts";
import { findInOwnState } from "./own-state.ts";

const TYPE = "cloudflare:index/dnsRecord:DnsRecord";
const AUTOMATIC = 1;

/** What its owner may set on a record as he likes: none of it is ours to put back. */
const THEIRS = ["ttl", "proxied", "comment", "tags", "settings", "privateRouting"];

/**
 * An id at import is `<zone>/<record>`, and `<record>` afterwards. So an import that is repeated for
 * a record that Pulumi made itself means to the engine: another record, replace this one.
 * @see https://github.com/pulumi/pulumi/issues/17908
 */
export async function loadCloudflare(): Promise<DeclareCname> {
  const [{ DnsRecord }, { getDnsRecords }] = await Promise.all([
    import("@pulumi/cloudflare/dnsRecord.js"),
    import("@pulumi/cloudflare/getDnsRecords.js"),
  ]);
  return async ({ name, target, live, options }) => {
    const { zoneId } = live;
    const { parent } = options;
    const query = { zoneId, name: { exact: live.name }, type: "CNAME" };
    const [found] = (await getDnsRecords(query, { parent })).results;
    const known = await findInOwnState(TYPE, name);
    const isAnother = known === undefined || (known.id !== undefined && known.id !== found?.id);
    const args = { zoneId, name: live.name, type: "CNAME", content: target };
    return new DnsRecord(
      name,
      { ...args, ttl: AUTOMATIC, proxied: false },
      {
        ...options,
        ...(found !== undefined && isAnother && { import: `${zoneId}/${found.id}` }),
        ignoreChanges: live.targets.includes(target) ? [...THEIRS, "content"] : THEIRS,
      },
    );
  };
}
