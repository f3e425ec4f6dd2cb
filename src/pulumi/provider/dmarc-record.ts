import { parseDmarc } from "../../core/dmarc/record.ts";
import { under } from "../../core/dns/name.ts";
import { findRRset } from "../../core/dns/rrset.ts";
import { dmarcFaults } from "../../core/plan/dmarc-part.ts";
import type { RecordKind } from "./record.ts";

/** The DMARC policy: read, shown and kept in view; never written. */
export const dmarcRecord: RecordKind = {
  part: "dmarc",
  nameOf: ({ domain }) => under("_dmarc", domain),
  live(snapshot, { domain }) {
    const name = under("_dmarc", domain);
    const values = name === undefined ? [] : (findRRset(snapshot, name, "TXT")?.values ?? []);
    return values.filter((value) => parseDmarc(value).kind !== "other");
  },
  isInPlace: () => true,
  faults(values, { domain, dmarc }) {
    const name = under("_dmarc", domain);
    return dmarc === "off" || name === undefined ? [] : dmarcFaults(domain, name, values);
  },
  opOf: () => "nothing",
};
