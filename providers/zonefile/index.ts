import * as v from "valibot";
import type { Host } from "../../src/ports/dns-provider.ts";

export const options = v.strictObject({
  file: v.pipe(
    v.string(),
    v.minLength(1),
    v.description("The zone's master file, relative to the project or to ODOO_MAIL_DNS_ZONES."),
  ),
  reload: v.optional(
    v.pipe(
      v.picklist(["rndc", "none"]),
      v.description("How the name server is told: `rndc reload <zone>`, or not at all."),
    ),
    "none",
  ),
});
export type Options = v.InferOutput<typeof options>;

export const host: Host = {
  about: {
    title: "Zone file",
    summary: "a BIND master file on this machine, edited in place",
    docs: "docs/hosts/zonefile.md",
    nameservers: [],
    variables: [],
  },
  options,
  load: async () => (await import("./adapter.ts")).default,
};
