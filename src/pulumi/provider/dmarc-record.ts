import { under } from "../../core/dns/name.ts";
import { findRRset } from "../../core/dns/rrset.ts";
import type { RecordKind } from "./record.ts";

/** The DMARC policy: read, shown and kept in view; never written. */
export const dmarcRecord: RecordKind = {
  part: "dmarc",
  nameOf: ({ domain }) => under("_dmarc", domain),
  live(snapshot, { domain }) {
    const name = under("_dmarc", domain);
    const values = name === undefined ? [] : (findRRset(snapshot, name, "TXT")?.values ?? []);
    return values.filter((value) => value.startsWith("v=DMARC1"));
  },
  isInPlace: () => true,
  opOf: () => "nothing",
};
