import type { Host } from "../src/ports/dns-provider.ts";
import { host as azure } from "./azure/index.ts";
import { host as cloudflare } from "./cloudflare/index.ts";
import { host as manual } from "./manual/index.ts";
import { host as ovh } from "./ovh/index.ts";
import { host as zonefile } from "./zonefile/index.ts";

/** Every DNS host: one folder, one line. Schema, help, docs and the conformance suite follow. */
export const hosts: Readonly<Record<string, Host>> = {
  azure,
  cloudflare,
  manual,
  ovh,
  zonefile,
};
