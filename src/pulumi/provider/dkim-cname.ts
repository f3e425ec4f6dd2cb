import { dkimName } from "../../core/dkim/cname.ts";
import { findRRset } from "../../core/dns/rrset.ts";
import { DKIM_TARGET } from "../../core/odoo.ts";
import type { RecordKind } from "./record.ts";

/** The CNAME under which receivers find Odoo's key. */
export const dkimCname: RecordKind = {
  part: "dkim",
  nameOf: ({ domain, dkim }) => (dkim ? dkimName(domain) : undefined),
  live(snapshot, { domain }) {
    const name = dkimName(domain);
    return name === undefined ? [] : (findRRset(snapshot, name, "CNAME")?.values ?? []);
  },
  isInPlace(values, { dkim }) {
    return !dkim || (values.length === 1 && values[0] === DKIM_TARGET);
  },
  faults: () => [],
  opOf([original, ...others], { domain, dkim }) {
    const name = dkimName(domain);
    if (!dkim || name === undefined || original === DKIM_TARGET) return "nothing";
    if (others.length > 0) return "unclear";
    const base = { name, type: "CNAME", after: DKIM_TARGET, ttl: "default" } as const;
    return original === undefined
      ? { kind: "create-rrset", ...base, before: null }
      : { kind: "replace-value", ...base, before: original };
  },
};
