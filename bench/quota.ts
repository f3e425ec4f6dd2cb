/**
 * 500 domains at a Cloudflare that takes 240 requests a minute: how long the change of all takes
 * over the least that the quota allows, how often we are told to slow down, and what becomes of
 * everything that is not ours. Time goes ten times as fast, for the quota, our pauses and the way.
 *
 *     node bench/quota.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../src/ports/clock.ts";
import { createCloudflare } from "../test/sim/cloudflare.ts";
import type { SimRecord, SimZone } from "../test/sim/cloudflare/model.ts";
import { simZone } from "../test/sim/cloudflare/zone.ts";
import { startSimServer } from "../test/sim/server.ts";
import { SPF, TOKEN } from "./cloudflare/bare-loop.ts";
import { ours } from "./cloudflare/ours.ts";

const ZONES = 500;
const QUOTA = { requests: 240, seconds: 60 };
const LATENCY_MS = 50;
const FASTER = 10;
const BAR = 1.1;
const TOKENS = [
  { value: TOKEN, rights: ["Zone Read", "DNS Write"], zones: "all" },
] as const satisfies Parameters<typeof createCloudflare>[0]["tokens"];

const began = performance.now();
const clock: Clock = {
  now: () => (performance.now() - began) * FASTER,
  wait: async (ms, signal) => void (await setTimeout(ms / FASTER, undefined, { signal })),
};

const zones = Array.from({ length: ZONES }, (_, n) => zoneOf(`d${n}.example`));
const untouched = new Map(zones.map((zone) => [zone.name, foreign(zone.records)]));
const answer = createCloudflare({ zones, tokens: TOKENS, quota: QUOTA, now: clock.now });
const server = await startSimServer({
  cap: Infinity,
  async handle(request) {
    await setTimeout(LATENCY_MS / FASTER);
    return answer(request);
  },
});
const folder = mkdtempSync(join(tmpdir(), "bench-quota-"));
const startedAt = clock.now();
await ours({ url: server.url, zones: ZONES, folder: join(folder, "receipts"), clock });
const tookMs = clock.now() - startedAt;
await server.close();
rmSync(folder, { recursive: true });

const calls = server.requests.length;
const tooMany = server.requests.filter(({ status }) => status === 429).length;
const windows = Math.ceil(calls / QUOTA.requests) - 1;
const floorMs = windows * QUOTA.seconds * 1000;
const ratio = tookMs / floorMs;
const moments = zones.flatMap(({ history }) => history);
const changed = zones.filter(({ name, history }) =>
  history.some((records) => !isDeepStrictEqual(foreign(records), untouched.get(name))),
);
const wrong = moments.filter((records) => spfOf(records) !== 1);

console.log(
  `  ${ZONES} domains, ${calls} requests, ${QUOTA.requests} a minute: ${inSeconds(tookMs)}, ${ratio.toFixed(3)} times the least of ${inSeconds(floorMs)} (bar ${BAR})`,
);
console.log(`  told to slow down: ${tooMany} times (bar 0)`);
console.log(
  `  zones in which anything that is not ours changed, at any moment: ${changed.length} (bar 0)`,
);
console.log(
  `  moments with two SPF records, or none: ${wrong.length} of ${moments.length} (bar 0)`,
);
if (ratio > BAR || tooMany + changed.length + wrong.length > 0) process.exitCode = 1;

function zoneOf(apex: string): SimZone {
  return simZone(apex, [
    { name: apex, type: "TXT", content: `"${SPF}"`, ttl: 600, comment: "ask Ann first" },
    { name: apex, type: "TXT", content: '"google-site-verification=abc"' },
    { name: apex, type: "MX", content: "smtp.google.com", priority: 1 },
    { name: `www.${apex}`, type: "A", content: "192.0.2.1", proxied: true },
  ]);
}

/** Everything but the text of the SPF record, and the key. */
function foreign(records: readonly SimRecord[]): readonly SimRecord[] {
  return records
    .filter(({ name }) => !name.startsWith("odoo._domainkey."))
    .map((record) => (record.content.includes("v=spf1 ") ? withoutText(record) : record))
    .toSorted((a, b) => a.id.localeCompare(b.id));
}

function withoutText(record: SimRecord): SimRecord {
  return { ...record, content: "", modified_on: "" };
}

function spfOf(records: readonly SimRecord[]): number {
  return records.filter(({ content }) => content.includes("v=spf1 ")).length;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}
