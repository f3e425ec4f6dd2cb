import * as v from "valibot";
import type { Host } from "../../src/ports/dns-provider.ts";

export const host: Host = {
  about: {
    title: "By hand",
    summary: "no API: prints exactly what to change, then verifies it",
    docs: "docs/hosts/manual.md",
    nameservers: [],
    byHand: true,
    variables: [],
  },
  options: v.strictObject({}),
  load: async () => (await import("./adapter.ts")).default,
};
