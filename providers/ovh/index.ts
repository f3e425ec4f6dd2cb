import * as v from "valibot";
import type { Host } from "../../src/ports/dns-provider.ts";

export const host: Host = {
  about: {
    title: "OVH",
    summary: "OVHcloud DNS zones, Europe, Canada and US, through its API",
    docs: "docs/hosts/ovh.md",
    nameservers: ["dns*.ovh.net", "ns*.ovh.net", "dns*.ovh.ca", "ns*.ovh.ca", "*.anycast.me"],
    variables: [
      { name: "OVH_ENDPOINT", purpose: "ovh-eu (the default), ovh-ca, ovh-us, or the API's URL" },
      { name: "OVH_APPLICATION_KEY", purpose: "the application, with the two that follow" },
      { name: "OVH_APPLICATION_SECRET", purpose: "its secret, with which calls are signed" },
      { name: "OVH_CONSUMER_KEY", purpose: "what the application may do, and for whom" },
      { name: "OVH_CLIENT_ID", purpose: "a service account, instead of an application" },
      { name: "OVH_CLIENT_SECRET", purpose: "its secret" },
    ],
  },
  options: v.strictObject({}),
  load: async () => (await import("./adapter.ts")).default,
};
