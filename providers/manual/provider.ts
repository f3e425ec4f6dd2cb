import type { DomainName } from "../../src/core/dns/name.ts";
import type { ZoneRef } from "../../src/core/dns/rrset.ts";
import { readPublicly } from "../../src/engine/public-read.ts";
import type { Capabilities, DnsProvider, HostContext } from "../../src/ports/dns-provider.ts";
import { compileSteps } from "./compile.ts";

const capabilities: Capabilities = {
  writes: false,
  unit: "value",
  atomic: "value",
  guard: "reread",
  ttl: { min: 0, max: 0x7fff_ffff, byDefault: "default" },
  maxTxtOctets: null,
  exposure: ["A person changes the records, one after the other."],
};

/**
 * A zone that a person keeps in a control panel. It is read from its own name servers, its calls
 * are instructions, and nothing is ever sent: `apply` tries none of them.
 */
export function manualProvider(context: HostContext): DnsProvider {
  return {
    capabilities,
    findZone: (domain, signal) => findZone(domain, context, signal),
    async read(zone, names, signal) {
      const delegation = await context.authority.find(zone.apex, {}, signal);
      return readPublicly(context, delegation, names, signal);
    },
    compile: compileSteps,
    apply: async () => [],
    settle: async () => ({ state: "not-asked", detail: "A person makes these changes." }),
  };
}

async function findZone(
  domain: DomainName,
  { authority }: HostContext,
  signal: AbortSignal,
): Promise<ZoneRef> {
  const { zone, parent, child } = await authority.find(domain, {}, signal);
  return { apex: zone, nameservers: [...new Set([...parent, ...child])], nativeId: zone };
}
