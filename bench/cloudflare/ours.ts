import { mkdirSync } from "node:fs";
import adapter from "../../providers/cloudflare/adapter.ts";
import { type DomainName, parseName } from "../../src/core/dns/name.ts";
import { applyPlan } from "../../src/engine/apply.ts";
import { planStack } from "../../src/engine/plan.ts";
import type { World } from "../../src/engine/world.ts";
import { createHttp } from "../../src/http/client.ts";
import { accountOf } from "../../src/local/credentials.ts";
import { createReceipts } from "../../src/local/receipts.ts";
import { createRun } from "../../src/local/run.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import { inParallel, TOKEN } from "./bare-loop.ts";

const TXT: Readonly<Record<string, string>> = {
  "_spf.google.com": "v=spf1 ip4:74.125.0.0/16 ip6:2001:4860:4864::/56 ~all",
  "_spf.odoo.com": "v=spf1 ip4:51.15.0.0/24 ip4:34.77.0.0/22 ~all",
  "odoo._domainkey.odoo.com": "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7",
};
const SIGNAL = new AbortController().signal;

function nameOf(text: string): DomainName {
  const name = parseName(text);
  if (name === undefined) throw new Error(`${text} is no domain name`);
  return name;
}

export interface Ours {
  readonly url: string;
  /** `d0.example` and so on. */
  readonly zones: number;
  /** For receipts; made. */
  readonly folder: string;
  readonly clock: Clock;
}

/** What the engine does, with everything but the name servers' verification. */
export async function ours({ url, zones, folder, clock }: Ours): Promise<void> {
  const env = { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: `${url}/client/v4` };
  mkdirSync(folder);
  const context: HostContext = {
    env,
    ...accountOf(env, undefined),
    projectFolder: folder,
    clock,
    http: createHttp({ clock }),
    run: createRun(zones),
    resolver: {
      resolve: async (questions) => questions.map(({ name, type }) => answerFor(name, type)),
    },
    authority: {
      find: async (zone, { nameservers = [] }) => {
        const listed = { parent: nameservers, child: nameservers, servers: [], lame: [] };
        return { zone, ...listed, overridden: false };
      },
      ask: async () => ({ answer: { status: "timeout" }, authoritative: false }),
    },
  };
  const { resolver, authority } = context;
  const receipts = createReceipts(folder);
  await inParallel(zones, async (n) => {
    const provider = adapter.create({}, context);
    const world: World = { hostName: "Cloudflare", provider, resolver, authority, clock, receipts };
    const planned = await planStack(configOf(n), world, { source: "host" }, SIGNAL);
    const options = { verify: false, onEvent: () => undefined };
    const { steps } = await applyPlan(planned, world, options, SIGNAL);
    if (steps.length !== 2 || steps.some(({ outcome }) => outcome !== "done"))
      throw new Error("not done");
  });
}

function answerFor(name: string, type: string) {
  const data = type === "TXT" ? TXT[name] : undefined;
  return data === undefined
    ? ({ status: "nxdomain" } as const)
    : ({ status: "records", records: [{ data, ttl: 300 }] } as const);
}

function configOf(n: number): Parameters<typeof planStack>[0] {
  const domain = nameOf(`d${n}.example`);
  return {
    domain,
    host: "cloudflare",
    hostOptions: {},
    spf: { off: false, domain, terms: ["include:_spf.odoo.com"], placement: "first" },
    dkim: true,
    dmarc: "off",
    odoo: { hosting: "unknown" },
    accept: [],
    records: "own",
    retire: false,
    file: `stacks/Pulumi.${domain}.yaml`,
  };
}
