/**
 * What a domain at Azure costs in calls, by the size of its zone, and what becomes of stale writes.
 * Against the simulator on loopback.
 *
 *     node bench/azure.ts
 */
import { planOps } from "../src/core/plan/assemble.ts";
import { namesOf } from "../src/core/plan/names.ts";
import { applyPlan } from "../src/engine/apply.ts";
import { type Planned, planStack } from "../src/engine/plan.ts";
import type { World } from "../src/engine/world.ts";
import { config, fakeWorld, memoryReceipts, never } from "../test/engine/fake-world.ts";
import { APEX, type AzureWorld, SPF, startAzure } from "../test/providers/azure/world.ts";
import { editBehind, simZone, txt } from "../test/sim/azure/zone.ts";

const STALE_WRITES = 100;
const quiet = { verify: false, onEvent: () => undefined };

/** The engine as every command uses it, without name servers to ask afterwards. */
function worldOf({ provider, clock }: AzureWorld): World {
  const fake = fakeWorld();
  return {
    ...fake,
    hostName: "Azure DNS",
    provider,
    clock,
    receipts: memoryReceipts(),
    authority: {
      find: async (zone, { nameservers = [] }) => {
        const listed = { parent: nameservers, child: nameservers, servers: [], lame: [] };
        return { zone, ...listed, overridden: false };
      },
      ask: async () => ({ answer: { status: "timeout" }, authoritative: false }),
    },
  };
}

const plan = (world: World): Promise<Planned> =>
  planStack(config(), world, { source: "host" }, never);

async function countCalls(sets: number): Promise<boolean> {
  const others = Array.from({ length: sets - 3 }, (_, n) => txt(`h${n}`, [["x"]]));
  const azure = await startAzure({ zones: [simZone(APEX, [txt("@", [[SPF]]), ...others])] });
  const world = worldOf(azure);
  const planned = await plan(world);
  const reads = azure.calls().filter((call) => call.endsWith("/recordsets")).length;
  await applyPlan(planned, world, quiet, never);
  const all = azure.calls();
  const writes = all.filter((call) => !call.startsWith("GET")).length;
  const before = all.length;
  await plan(world);
  const idle = azure.calls().length - before;
  await azure.close();
  const names = namesOf({ ...config(), zone: APEX }).length;
  const opened = planOps(planned.plan).length;
  console.log(
    `  ${sets} record sets: ${reads} reads for ${names} names, ${writes} writes for ${opened} record sets, ${all.length} calls for a change in all, ${idle} with nothing to do`,
  );
  return reads <= names && writes === opened;
}

/** Somebody else edits the very record, between our last look and the write. */
async function countStale(): Promise<boolean> {
  let overwritten = 0;
  let refused = 0;
  for (let n = 0; n < STALE_WRITES; n += 1) {
    const zone = simZone(APEX, [txt("@", [[SPF]])]);
    const azure = await startAzure({ zones: [zone] });
    const world = worldOf(azure);
    const planned = await plan(world);
    const theirs = `v=spf1 ip4:192.0.2.${n} -all`;
    editBehind(zone, "@", "TXT", { TTL: 60, TXTRecords: [{ value: [theirs] }] });
    await applyPlan(planned, world, quiet, never).catch(() => (refused += 1));
    if (!JSON.stringify(zone.sets).includes(theirs)) overwritten += 1;
    await azure.close();
  }
  console.log(
    `  ${STALE_WRITES} stale writes: ${refused} refused, ${overwritten} overwrote an edit`,
  );
  return refused === STALE_WRITES && overwritten === 0;
}

const good = [
  await countCalls(10),
  await countCalls(100),
  await countCalls(1000),
  await countCalls(5000),
  await countStale(),
];
if (good.includes(false)) process.exitCode = 1;
