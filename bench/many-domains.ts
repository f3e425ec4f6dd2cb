// node bench/many-domains.ts: what a run over many domains keeps in memory. The built program, a
// Cloudflare and name servers on loopback. What counts is what is still in use after garbage was
// collected, the most of it at any moment: V8 lets garbage lie as long as there is room, and so the
// process looks larger the longer it runs, up to a point.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../scripts/node.mjs";
import { startWorld, zone } from "../test/resolve/world.ts";
import { createCloudflare } from "../test/sim/cloudflare.ts";
import { servedZone } from "../test/sim/cloudflare/served.ts";
import { simZone } from "../test/sim/cloudflare/zone.ts";
import { startSimServer } from "../test/sim/server.ts";

const FEW = 250;
const MANY = 2500;
const RECORDS = 50;
/** KiB that a further domain may cost: its stack file's config and where its zone lies, no records. */
const BAR = 8;
const TOKEN = "bench-token-of-forty-characters-as-theirs";
const ODOO = [
  "_spf 300 TXT v=spf1 ip4:203.0.113.0/24 ~all",
  "odoo._domainkey 300 TXT v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC",
];

/** Collects garbage twice a second, and tells the most that was left, and the process's largest size. */
const WATCH = `
let most = 0;
const look = () => { gc(); most = Math.max(most, process.memoryUsage().heapUsed); };
setInterval(look, 500).unref();
process.on("exit", () => process.stderr.write("\\npeak " + most + " " + process.resourceUsage().maxRSS));
`;

await promisify(execFile)(process.execPath, [join(root, "scripts", "build.ts")], { cwd: root });
const few = await peakOf(FEW);
const many = await peakOf(MANY);
const each = ((many.mib - few.mib) * 1024) / (MANY - FEW);
for (const { domains, mib, seconds, process } of [few, many])
  console.log(
    `  plan --all of ${String(domains).padStart(4)} domains  ${mib.toFixed(1)} MiB in use, the process ${process.toFixed(0)} MiB, ${(domains / seconds).toFixed(0)} domains/s`,
  );
const verdict = each <= BAR ? "within" : "OVER";
console.log(`  each further domain: ${each.toFixed(1)} KiB in use (${verdict} the bar of ${BAR})`);
if (each > BAR) process.exitCode = 1;

/** Plans so many domains in a process of its own, each with something to write. */
async function peakOf(domains: number) {
  const names = Array.from({ length: domains }, (_, at) => `d${at}.example`);
  const zones = names.map((name) => simZone(name, recordsOf(name)));
  const tokens = [
    { value: TOKEN, rights: ["Zone Read", "DNS Read"] as const, zones: "all" as const },
  ];
  const quota = { requests: 1e9, seconds: 300 };
  const server = await startSimServer({
    handle: createCloudflare({ zones, tokens, quota }),
    cap: domains * 3,
  });
  const served = zones.map(servedZone);
  const world = await startWorld({ zones: [...served, zone("odoo.com", ODOO)] });
  const folder = await stacksOf(names);
  const env = {
    ...process.env,
    ...world.env,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_BASE_URL: `${server.url}/client/v4`,
  };
  const started = performance.now();
  const peaks = await run(folder, env, world.resolverAddress, domains);
  const seconds = (performance.now() - started) / 1000;
  await Promise.all([server.close(), world.close(), rm(folder, { recursive: true })]);
  return { domains, seconds, ...peaks };
}

function recordsOf(name: string) {
  const others = Array.from({ length: RECORDS - 1 }, (_, at) => {
    return { name: `host${at}.${name}`, type: "A", content: "192.0.2.1" };
  });
  return [{ name, type: "TXT", content: '"v=spf1 ip4:198.51.100.0/24 ~all"' }, ...others];
}

async function stacksOf(names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "odoo-mail-dns-bench-"));
  await mkdir(join(folder, "stacks"));
  for (const name of names)
    await writeFile(
      join(folder, "stacks", `Pulumi.${name}.yaml`),
      "config:\n  odoo-mail-dns:host: cloudflare\n",
    );
  return folder;
}

/** The largest of both, in MiB. */
async function run(
  cwd: string,
  env: NodeJS.ProcessEnv,
  resolver: string,
  domains: number,
): Promise<{ readonly mib: number; readonly process: number }> {
  const main = join(root, "dist", "cli", "main.js");
  const typed = [main, "plan", "--all", "--json", "--resolver", resolver];
  const watch = ["--expose-gc", "--import", `data:text/javascript,${encodeURIComponent(WATCH)}`];
  const options = { cwd, env, maxBuffer: 1024 * 1024 * 1024 };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...watch, ...typed],
    options,
  );
  const planned = stdout.split("\n").filter((line) => line.includes('"status":"changes"')).length;
  if (planned !== domains)
    throw new Error(`planned ${planned} of ${domains}: ${stderr.slice(0, 500)}`);
  const [, octets, kib] = /peak (\d+) (\d+)$/.exec(stderr) ?? [];
  return { mib: Number(octets) / 2 ** 20, process: Number(kib) / 1024 };
}
