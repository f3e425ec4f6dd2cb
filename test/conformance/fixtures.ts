import { azure } from "./azure.ts";
import { cloudflare } from "./cloudflare.ts";
import type { HostUnderTest } from "./host-under-test.ts";
import { ovh } from "./ovh.ts";
import { zonefile } from "./zonefile.ts";

/** Every host of the registry that can write, by its name there. */
export const fixtures: Readonly<Record<string, HostUnderTest>> = {
  azure,
  cloudflare,
  ovh,
  zonefile,
};
