import * as v from "valibot";
import type { Host } from "../../src/ports/dns-provider.ts";

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, "must be 32 hexadecimal digits"));

export const options = v.strictObject({
  zoneId: v.optional(
    v.pipe(id, v.description("Which zone, where several accounts have one of this name.")),
  ),
  accountId: v.optional(
    v.pipe(
      id,
      v.description("Which account's zone, where several accounts have one of this name."),
    ),
  ),
});
export type Options = v.InferOutput<typeof options>;

export const host: Host = {
  about: {
    title: "Cloudflare",
    summary: "its API, with a token that may edit DNS records of the zone",
    docs: "docs/hosts/cloudflare.md",
    nameservers: [
      "*.ns.cloudflare.com",
      "*.foundationdns.com",
      "*.foundationdns.net",
      "*.foundationdns.org",
    ],
    variables: [
      { name: "CLOUDFLARE_API_TOKEN", purpose: "API token: Zone Read and DNS Edit on the zones" },
      { name: "CLOUDFLARE_BASE_URL", purpose: "another address of the API" },
    ],
  },
  options,
  load: async () => (await import("./adapter.ts")).default,
};
