import type { DomainConfig } from "../../core/plan/desired.ts";
import type { Op, Part, Receipt } from "../../core/plan/schema.ts";
import type { Planned } from "../../engine/plan.ts";
import { isoTime, type World } from "../../engine/world.ts";
import type { Opened } from "./open.ts";
import type { Call, RecordKind, RecordState } from "./record.ts";
import { splitValues } from "./values.ts";

/** Most of the core, which a run without changes does without. */
const planning = () => import("../../engine/plan.ts");
const FROM_HOST = { source: "host" } as const;

/** What the keys ask for; with `retire: true`, that nothing of ours is there. */
export async function planRecord(
  kind: RecordKind,
  state: RecordState,
  opened: Opened,
  call: Call,
): Promise<Planned> {
  const { config, world } = opened;
  if (config.retire) return planGone(kind, state, opened, call);
  return (await planning()).planStack(config, world, FROM_HOST, call.signal);
}

/** What takes out all that the original did not have, and keeps what others changed since. */
export async function planGone(
  kind: RecordKind,
  state: RecordState,
  { config, world }: Opened,
  call: Call,
): Promise<Planned> {
  const { planStack, planUndoStack } = await planning();
  const op = changeOf(kind, state, config);
  if (op === "unclear") {
    // What was found first decides, not what a receipt on this machine says of another run.
    const receipts = { ...world.receipts, ids: async () => [], load: async () => undefined };
    return planStack({ ...config, retire: true }, { ...world, receipts }, FROM_HOST, call.signal);
  }
  const receipt = receiptOf(op === "nothing" ? [] : [op], config, world);
  return planUndoStack({ config, receipt }, world, FROM_HOST, call.signal);
}

/** Whether the record was right before us, so that there is nothing to take out. */
export function isNotOurs(kind: RecordKind, state: RecordState, config: DomainConfig): boolean {
  return changeOf(kind, state, config) === "nothing";
}

function changeOf(kind: RecordKind, state: RecordState, config: DomainConfig) {
  return kind.opOf(splitValues(state.original), { ...config, retire: false });
}

/** The receipt that a run of ours would have left behind. */
function receiptOf(ops: readonly Op[], config: DomainConfig, world: World): Receipt {
  const now = isoTime(world.clock.now());
  return {
    formatVersion: 1,
    id: now.replace(/[-:]|\.\d+/g, ""),
    domain: config.domain,
    zone: config.domain,
    host: config.host,
    plan: "pulumi",
    startedAt: now,
    before: [],
    steps: ops.map((op) => ({ op, outcome: "done" })),
    verified: "not-asked",
    servers: [],
  };
}

/** The values at the record's name once the part's ops are done. */
export function valuesAfter(values: readonly string[], part: Part): readonly string[] {
  if (part.status !== "changes") return part.live;
  const now = [...values];
  for (const { before, after } of part.ops) {
    const at = before === null ? -1 : now.indexOf(before);
    const put = after === null ? [] : [after];
    now.splice(at < 0 ? now.length : at, at < 0 ? 0 : 1, ...put);
  }
  return now;
}
