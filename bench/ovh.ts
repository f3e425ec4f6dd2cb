/** How many calls OVH gets, against its simulator: `node bench/ovh.ts`. */
import { applyPlan } from "../src/engine/apply.ts";
import { planStack } from "../src/engine/plan.ts";
import type { World } from "../src/engine/world.ts";
import { config, fakeWorld } from "../test/engine/fake-world.ts";
import { SIGNAL, SPF, startOvhWorld } from "../test/providers/ovh/world.ts";

/** For a change; and one more for each TXT or SPF value at the names that change. */
const BAR = 8;
/** Time or token, and the list of zones: asked for once, however many domains a run has. */
const ONCE_A_RUN = /^GET \/(?:auth\/time|domain\/zone)$/;

interface Case {
  /** Other names in the zone. */
  readonly names: number;
  /** TXT values at the domain's own name. */
  readonly values: number;
}

async function count({ names, values }: Case): Promise<readonly number[]> {
  const ovh = await startOvhWorld();
  const { zone, clock, context } = ovh;
  zone.add({ fieldType: "SPF", subDomain: "", target: SPF });
  for (let at = 1; at < values; at += 1) {
    zone.add({ fieldType: "TXT", subDomain: "", target: `site-verification=${at}` });
  }
  for (let at = 0; at < names; at += 1) {
    zone.add({ fieldType: "A", subDomain: `host${at}`, target: "192.0.2.1" });
  }
  zone.refresh();
  const { resolver, receipts } = fakeWorld();
  const { authority } = context;
  const world: World = {
    hostName: "OVH",
    provider: ovh.provider(),
    clock,
    resolver,
    receipts,
    authority,
  };
  const perZone = (): number => ovh.calls().filter((call) => !ONCE_A_RUN.test(call)).length;
  const planned = await planStack(config(), world, { source: "host" }, SIGNAL);
  const plan = perZone();
  await applyPlan(planned, world, { verify: true, onEvent: () => undefined }, SIGNAL);
  const change = plan + perZone();
  await ovh.close();
  return [plan, change];
}

let isAbove = false;
console.log("names in the zone  TXT values  calls: plan  change  bar");
for (const names of [10, 100, 1000]) {
  for (const values of [1, 3, 10]) {
    const [plan = 0, change = 0] = await count({ names, values });
    const bar = BAR + values;
    isAbove ||= change > bar || plan > 1;
    const row = [
      String(names).padStart(17),
      String(values).padStart(10),
      String(plan).padStart(11),
    ];
    console.log([...row, String(change).padStart(6), String(bar).padStart(3)].join("  "));
  }
}
if (isAbove) process.exitCode = 1;
