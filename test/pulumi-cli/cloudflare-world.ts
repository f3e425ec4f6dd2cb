import { afterEach } from "vitest";
import { startDemoWorld } from "../../examples/demo-world.ts";
import type { SimRight, SimToken, SimZone } from "../sim/cloudflare/model.ts";
import { servedZone } from "../sim/cloudflare/served.ts";
import { simZone } from "../sim/cloudflare/zone.ts";
import { createCloudflare } from "../sim/cloudflare.ts";
import { createFaults, type Faults } from "../sim/faults.ts";
import { startSimServer } from "../sim/server.ts";
import { DOMAIN, type Project, startProject } from "./project.ts";

export const TOKEN = "a-token-of-the-simulator-that-none-may-see";
export const SPF = "v=spf1 include:_spf.google.com ~all";
const NAME_SERVERS = [`ns1.${DOMAIN}`, `ns2.${DOMAIN}`];
const RIGHTS: readonly SimRight[] = ["Zone Read", "DNS Write"];

/** The domain at Cloudflare, and the project that keeps it there with our own resources. */
export interface CloudflareWorld {
  readonly project: Project;
  readonly zone: SimZone;
  readonly faults: Faults;
  /** What was asked to be written since this was last called. */
  writes(): readonly string[];
  /** So many requests since this was last called. */
  calls(): number;
}

export interface Choices {
  readonly rights?: readonly SimRight[];
  /** Zones of other accounts, each with a token that sees it alone. */
  readonly others?: readonly { readonly zone: SimZone; readonly token: string }[];
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A zone with records of its owner's, some with what only Cloudflare has. */
export function ownersZone(account?: SimZone["account"]): SimZone {
  const seeds = [
    { name: DOMAIN, type: "TXT", content: SPF, ttl: 600, comment: "ask Ann first" },
    { name: DOMAIN, type: "TXT", content: '"google-site-verification=abc"' },
    { name: `www.${DOMAIN}`, type: "A", content: "192.0.2.1", proxied: true },
    {
      name: `_dmarc.${DOMAIN}`,
      type: "TXT",
      content: '"v=DMARC1; p=none; rua=mailto:d@x.example"',
    },
  ];
  return simZone(DOMAIN, seeds, { nameServers: NAME_SERVERS, ...(account && { account }) });
}

export async function startCloudflare(choices: Choices = {}): Promise<CloudflareWorld> {
  const { rights = RIGHTS, others = [] } = choices;
  const zone = ownersZone();
  const faults = createFaults();
  const tokens: readonly SimToken[] = [
    { value: TOKEN, rights, zones: [zone.id] },
    ...others.map((other) => ({ value: other.token, rights: RIGHTS, zones: [other.zone.id] })),
  ];
  const handle = createCloudflare({ zones: [zone, ...others.map((one) => one.zone)], tokens });
  const server = await startSimServer({ handle, faults });
  const world = await startDemoWorld("examples/zones", { own: async () => [servedZone(zone)] });
  open.push(server.close, world.close);
  const project = await startProject();
  project.rewrite(
    `stacks/Pulumi.${DOMAIN}.yaml`,
    () => "config:\n  odoo-mail-dns:host: cloudflare\n",
  );
  project.setEnv({
    ...world.env,
    ODOO_MAIL_DNS_RESOLVER: world.resolver,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_BASE_URL: `${server.url}/client/v4`,
  });
  let [written, asked] = [0, 0];
  return {
    project,
    zone,
    faults,
    writes() {
      const all = server.requests.filter(({ method }) => method !== "GET");
      const since = all
        .slice(written)
        .map(({ method, path }) => `${method} ${path.split("/").at(-1)}`);
      written = all.length;
      return since;
    },
    calls() {
      const since = server.requests.length - asked;
      asked = server.requests.length;
      return since;
    },
  };
}
