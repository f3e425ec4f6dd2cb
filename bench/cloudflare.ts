/**
 * What a run at Cloudflare costs: calls, and time over a bare loop that lists and writes without
 * looking at anything. Against the simulator in a process of its own, which answers after 50 ms.
 *
 *     node bench/cloudflare.ts
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createClock } from "../src/local/clock.ts";
import { createCloudflare } from "../test/sim/cloudflare.ts";
import { simZone } from "../test/sim/cloudflare/zone.ts";
import { startSimServer } from "../test/sim/server.ts";
import { bareLoop, SPF, TOKEN } from "./cloudflare/bare-loop.ts";
import { ours } from "./cloudflare/ours.ts";

const LATENCY_MS = 50;
/** In turn with the bare loop, and the quickest of each counts: other programs only add time. */
const TRIES = 3;
/** The simulator's own process. */
async function serve(zones: number, records: number): Promise<void> {
  const others = Array.from({ length: records - 1 }, (_, n) => n);
  const state = Array.from({ length: zones }, (_, n) => {
    const apex = `d${n}.example`;
    const hosts = others.map((n) => ({ name: `h${n}.${apex}`, type: "A", content: "192.0.2.1" }));
    return simZone(apex, [{ name: apex, type: "TXT", content: `"${SPF}"` }, ...hosts]);
  });
  const tokens = [
    { value: TOKEN, rights: ["Zone Read", "DNS Write"] as const, zones: "all" as const },
  ];
  const quota = { requests: 1_000_000, seconds: 300 };
  const answer = createCloudflare({ zones: state, tokens, quota });
  let count = 0;
  const server = await startSimServer({
    cap: Infinity,
    async handle(request) {
      if (request.path === "/count") return { status: 200, body: { count } };
      count += 1;
      await setTimeout(LATENCY_MS);
      return answer(request);
    },
  });
  process.stdout.write(`${server.url}\n`);
}

interface Sim {
  readonly url: string;
  count(): Promise<number>;
  stop(): void;
}

async function startSim(zones: number, records: number): Promise<Sim> {
  const args = [import.meta.filename, "serve", String(zones), String(records)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  return {
    url,
    count: async () => ((await (await fetch(`${url}/count`)).json()) as { count: number }).count,
    stop: () => void child.kill(),
  };
}

interface Measured {
  readonly ms: number;
  readonly calls: number;
}

async function measure(
  zones: number,
  records: number,
  work: (sim: Sim) => Promise<void>,
): Promise<Measured> {
  const sim = await startSim(zones, records);
  const startedAt = performance.now();
  await work(sim);
  const ms = performance.now() - startedAt;
  const calls = await sim.count();
  sim.stop();
  return { ms, calls };
}

async function compare(zones: number, records: number, wanted: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cloudflare-"));
  const tries: { readonly bare: Measured; readonly own: Measured }[] = [];
  for (let n = 0; n < TRIES; n += 1) {
    const bare = await measure(zones, records, (sim) => bareLoop(sim.url, zones));
    const own = await measure(zones, records, ({ url }) =>
      ours({ url, zones, folder: join(folder, String(n)), clock: createClock() }),
    );
    tries.push({ bare, own });
  }
  const bare = quickest(tries.map((one) => one.bare));
  const own = quickest(tries.map((one) => one.own));
  rmSync(folder, { recursive: true });
  const ratio = own.ms / bare.ms;
  const lists = zones === 1 ? 1 : Math.ceil(zones / 50);
  const perZone = (own.calls - lists) / zones;
  console.log(
    `  ${zones} x ${records} records: ${seconds(own.ms)}, a bare loop ${seconds(bare.ms)}: ${ratio.toFixed(2)} times (bar ${wanted}); ${perZone} calls a zone (bar 2) and ${lists} to find them`,
  );
  return ratio <= wanted && perZone <= 2;
}

function quickest(all: readonly Measured[]): Measured {
  return all.reduce((one, other) => (other.ms < one.ms ? other : one));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

const [, , role, zones, records] = process.argv;
if (role === "serve") await serve(Number(zones), Number(records));
else {
  const startedAt = performance.now();
  await import("../providers/cloudflare/client.ts");
  const ms = performance.now() - startedAt;
  console.log(
    `  loading Cloudflare's package, once: ${seconds(ms)} from source; in the bundle it is a part of 0.1 MB`,
  );
  const fits = [
    await compare(1, 10, 1.5),
    await compare(500, 10, 1.2),
    await compare(500, 100, 1.2),
  ];
  if (fits.includes(false)) process.exitCode = 1;
}
