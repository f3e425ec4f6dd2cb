/** Our provider's function that looks at the DKIM CNAME. */
export const LIVE_DKIM = "odoo-mail-dns:index:liveDkim";

/** The record as the host has it now. */
export interface LiveRecord {
  readonly name: string;
  readonly targets: readonly string[];
  readonly apex: string;
  /** The zone as the host itself names it. */
  readonly zoneId: string;
}
