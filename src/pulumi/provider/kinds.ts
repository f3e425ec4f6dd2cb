import { dkimCname } from "./dkim-cname.ts";
import { dmarcRecord } from "./dmarc-record.ts";
import type { RecordKind } from "./record.ts";
import { spfTerms } from "./spf-terms.ts";

/** Our resource types. They are in the state of every stack, so they never change. */
export const kinds: Readonly<Record<string, RecordKind>> = {
  "odoo-mail-dns:index:SpfTerms": spfTerms,
  "odoo-mail-dns:index:DkimCname": dkimCname,
  "odoo-mail-dns:index:DmarcRecord": dmarcRecord,
};
