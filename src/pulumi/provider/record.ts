import type { Op, Part, PartName, Receipt } from "../../core/plan/schema.ts";
import type { DomainName } from "../../core/dns/name.ts";
import { covers, type Snapshot } from "../../core/dns/rrset.ts";
import type { DomainConfig } from "../../core/plan/desired.ts";
import { MailDnsError } from "../../core/errors.ts";
import { applyPlan } from "../../engine/apply.ts";
import { type Planned, planStack, planUndoStack } from "../../engine/plan.ts";
import { takeSnapshot } from "../../engine/snapshot.ts";
import { isoTime, type World } from "../../engine/world.ts";
import { visible } from "../../render/escape.ts";
import { configOf, only, type StackKeys } from "../keys.ts";
import { failureText, findingText, refusalText } from "./messages.ts";
import { createWorld, type Surroundings } from "./world.ts";

/**
 * What one record is to Pulumi. `keys` and `domain` come from the program. `original` is the record
 * as it was first found: it is saved with the import, before anything is written, so that `destroy`
 * leaves what was there before us, whatever happened in between. `value` is what stands there.
 * Several values of one name are joined by line breaks; nothing is the empty text.
 */
export interface RecordState {
  readonly domain: string;
  readonly keys: StackKeys;
  readonly original: string;
  readonly value: string;
}

/** The part of a record that differs from kind to kind. */
export interface RecordKind {
  readonly part: PartName;
  /** The record's name; undefined where the domain can't have one. */
  nameOf(config: DomainConfig): DomainName | undefined;
  /** What stands at the record's name now. */
  live(snapshot: Snapshot, config: DomainConfig): readonly string[];
  /** Whether these values need no change. True costs no look-up, so it must be certain. */
  isInPlace(values: readonly string[], config: DomainConfig): boolean;
  /**
   * What we have made of the original: the op that a receipt of it would hold. `nothing`: it was
   * right before us. `unclear`: there was no one valid record, so only our own can be taken out.
   */
  opOf(original: readonly string[], config: DomainConfig): Op | "nothing" | "unclear";
}

export interface Call {
  readonly around: Surroundings;
  readonly signal: AbortSignal;
  say(severity: "info" | "warning", text: string): void;
}

export type Checked =
  | { readonly state: RecordState }
  | { readonly property: string; readonly reason: string };

/** What is live, as inputs; `original` only where nothing was remembered yet. */
export async function readRecord(
  kind: RecordKind,
  known: Omit<RecordState, "original" | "value"> & { readonly original?: string },
  call: Call,
): Promise<RecordState> {
  const { config, world } = await open(kind, known, call);
  const { snapshot } = await takeSnapshot(config, world, { source: "host" }, call.signal);
  const name = kind.nameOf(config);
  // What could not be read is never taken as nothing: a destroy would delete the owner's record.
  if (name !== undefined && !covers(snapshot, name)) {
    const unread = snapshot.unread?.find((one) => one.name === name);
    throw new MailDnsError(
      "transient",
      `${name} could not be read${unread ? `: ${unread.reason}` : ""}.`,
    );
  }
  const value = join(kind.live(snapshot, config));
  return { domain: known.domain, keys: known.keys, original: known.original ?? value, value };
}

/**
 * The inputs that the program's keys lead to. Looks nothing up while the record is as it should be,
 * so that what others change in DNS is no change of ours.
 */
export async function checkRecord(
  kind: RecordKind,
  state: RecordState,
  call: Call,
): Promise<Checked> {
  const config = only(kind.part, configOf(state.domain, state.keys, call.around.hosts));
  if (!config.retire && kind.isInPlace(split(state.value), config)) return { state };
  const world = await createWorld(config, call.around);
  const { plan } = await planStack(config, world, { source: "host" }, call.signal);
  const part = plan.parts[kind.part];
  for (const finding of [...plan.findings, ...part.findings]) {
    if (finding.severity === "warning") call.say("warning", findingText(finding));
  }
  if (part.status === "refused") return { property: "domain", reason: refusalText(part.because) };
  if (part.status === "unknown") return { property: "domain", reason: refusalText(part.because) };
  return { state: { ...state, value: join(valuesAfter(split(state.value), part)) } };
}

/** Writes what `check` has shown, or says that the zone has moved. Already so is success. */
export async function updateRecord(
  kind: RecordKind,
  state: RecordState,
  call: Call,
): Promise<void> {
  const { config, world } = await open(kind, state, call);
  const planned = await planStack(config, world, { source: "host" }, call.signal);
  const part = planned.plan.parts[kind.part];
  if ("because" in part) throw new MailDnsError("conflict", refusalText(part.because));
  if (part.status === "unchanged") return;
  if (join(valuesAfter(part.live, part)) !== state.value) {
    throw new MailDnsError(
      "stale-write",
      `The records at ${part.name} have changed since they were read. Nothing was written.`,
      { help: "Run again to see the new plan." },
    );
  }
  await carryOut(planned, world, call);
}

/** Takes out what the original did not have. What others have changed since stays. */
export async function deleteRecord(
  kind: RecordKind,
  state: RecordState,
  call: Call,
): Promise<void> {
  const { config, world } = await open(kind, state, call);
  const op = kind.opOf(split(state.original), config);
  if (op === "nothing") return;
  const options = { source: "host" } as const;
  const planned =
    op === "unclear"
      ? await planStack({ ...config, retire: true }, world, options, call.signal)
      : await planUndoStack(
          { config, receipt: receiptOf(op, config, world) },
          world,
          options,
          call.signal,
        );
  const part = planned.plan.parts[kind.part];
  for (const finding of part.findings) call.say("warning", findingText(finding));
  if ("because" in part) throw new MailDnsError("conflict", refusalText(part.because));
  if (part.status === "changes") await carryOut(planned, world, call);
}

async function open(
  kind: RecordKind,
  { domain, keys }: Pick<RecordState, "domain" | "keys">,
  { around }: Call,
): Promise<{ readonly config: DomainConfig; readonly world: World }> {
  const config = only(kind.part, configOf(domain, keys, around.hosts));
  return { config, world: await createWorld(config, around) };
}

async function carryOut(planned: Planned, world: World, call: Call): Promise<void> {
  let doubt = "not every name server answers with it yet.";
  let untold = "";
  const receipt = await applyPlan(
    planned,
    world,
    {
      verify: true,
      deadlineMs: VERIFY_MS,
      onEvent: (event) => {
        if (event.kind === "visible-by")
          call.say("info", `Resolvers that honour TTLs have it by ${event.at}.`);
        if (event.kind === "settled" && event.settled.state !== "published")
          untold = ` ${visible(event.settled.detail ?? "")}`;
        if (event.kind === "not-verified") doubt = `that is not verified: ${event.reason}`;
      },
    },
    call.signal,
  );
  const failure = failureText(receipt);
  if (failure !== undefined) throw new MailDnsError("unknown-outcome", failure);
  if (receipt.verified === "pending" || receipt.verified === "no") {
    call.say("warning", `Written, but ${doubt}${untold}`.trimEnd());
  }
}

const VERIFY_MS = 60_000;

/** The receipt that a run of ours would have left behind. */
function receiptOf(op: Op, config: DomainConfig, world: World): Receipt {
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
    steps: [{ op, outcome: "done" }],
    verified: "not-asked",
    servers: [],
  };
}

/** The values at the record's name once the part's ops are done. */
function valuesAfter(values: readonly string[], part: Part): readonly string[] {
  if (part.status !== "changes") return part.live;
  const now = [...values];
  for (const { before, after } of part.ops) {
    const at = before === null ? -1 : now.indexOf(before);
    const put = after === null ? [] : [after];
    now.splice(at < 0 ? now.length : at, at < 0 ? 0 : 1, ...put);
  }
  return now;
}

function join(values: readonly string[]): string {
  return [...values].sort().join("\n");
}

function split(value: string): readonly string[] {
  return value === "" ? [] : value.split("\n");
}
