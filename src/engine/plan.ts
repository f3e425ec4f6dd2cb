import type { Answers, Lookup } from "../core/dns/answer.ts";
import { type DomainName, isWithin } from "../core/dns/name.ts";
import type { Snapshot } from "../core/dns/rrset.ts";
import { isMailDnsError } from "../core/errors.ts";
import { planOps } from "../core/plan/assemble.ts";
import type { DomainConfig, PlanInput } from "../core/plan/desired.ts";
import { notLive } from "../core/plan/live.ts";
import { planDomain } from "../core/plan/diff.ts";
import { namesOf } from "../core/plan/names.ts";
import type { Op, Plan, Receipt } from "../core/plan/schema.ts";
import { planUndo } from "../core/plan/undo.ts";
import type { Call } from "../ports/dns-provider.ts";
import type { Authority, Delegation } from "../ports/resolver.ts";
import { type AnswerSources, answerAll } from "./answers.ts";
import { heldAnswer } from "./held.ts";
import { type Taken, takeSnapshot } from "./snapshot.ts";
import { checkReceipt, checkRestorable, lastApplied } from "./undo.ts";
import type { Source, World } from "./world.ts";

/** A plan with all that it came from, ready to be applied. Plain data. */
export interface Planned {
  readonly config: DomainConfig;
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly answers: Answers;
  /** What will be sent; empty where the host was not asked. */
  readonly calls: readonly Call[];
  /** Who was asked, where the snapshot comes from DNS. */
  readonly delegation?: Delegation;
  /** The receipt whose changes this plan takes back. */
  readonly undoes?: Receipt;
}

export interface PlanOptions {
  readonly source: Source;
  /** Answers that need not be asked for again; those about the zone itself are not used. */
  readonly known?: Answers;
}

/**
 * Reads the zone and plans what its stack file asks for. Throws MailDnsError where the zone can't be
 * read at all; a single name that can't be read makes its part `unknown`.
 */
export async function planStack(
  config: DomainConfig,
  world: World,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<Planned> {
  const taken = await takeSnapshot(config, world, options, signal);
  const history = config.retire ? await lastApplied(config.domain, world.receipts) : undefined;
  const known = foreignAnswers(options.known ?? {}, taken.snapshot);
  const input = { ...inputOf(config, world, taken), ...(history !== undefined && { history }) };
  const plan = (answers: Answers, more: More): Lookup<Plan> =>
    planDomain({ ...input, answers, ...more });
  return settlePlan({ config, plan, taken, known }, world, signal);
}

/** Plans how to take the changes of one receipt out of the records as they are now. */
export async function planUndoStack(
  { config, receipt }: { readonly config: DomainConfig; readonly receipt: Receipt },
  world: World,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<Planned> {
  checkReceipt(receipt, config);
  const more = receipt.steps.map(({ op }) => op.name as DomainName);
  const taken = await takeSnapshot(config, world, { ...options, more }, signal);
  checkRestorable(receipt, config, taken.snapshot);
  const known = foreignAnswers(options.known ?? {}, taken.snapshot);
  const input = { ...inputOf(config, world, taken), receipt };
  const plan = (answers: Answers, more: More): Lookup<Plan> =>
    planUndo({ ...input, answers, ...more });
  const planned = await settlePlan({ config, plan, taken, known }, world, signal);
  return { ...planned, undoes: receipt };
}

/** What only a write is worth asking for. */
type More = Pick<PlanInput, "snapshot" | "delegated">;

interface Draft {
  readonly config: DomainConfig;
  readonly plan: (answers: Answers, more: More) => Lookup<Plan>;
  readonly taken: Taken;
  readonly known: Answers;
}

/** Plans, and once more where something is to be written and speaks against it. */
async function settlePlan(
  { config, plan, taken, known }: Draft,
  world: World,
  signal: AbortSignal,
): Promise<Planned> {
  const sources = sourcesOf(config, world, taken);
  const planOn = (more: More, answers: Answers) =>
    answerAll((answers) => plan(answers, more), sources, answers, signal);
  const first = await planOn(taken, known);
  const ops = taken.snapshot.source === "host" ? planOps(first.value) : [];
  const more = ops.length > 0 ? await lookFurther(ops, taken.snapshot, world, signal) : taken;
  const { snapshot } = more;
  const isHeld = snapshot !== taken.snapshot || notLive({ config, ...more }).length > 0;
  const last = isHeld ? await planOn(more, first.answers) : first;
  const calls = compile(last.value, snapshot, world);
  return { config, plan: last.value, answers: last.answers, ...taken, snapshot, calls };
}

async function lookFurther(
  ops: readonly Op[],
  snapshot: Snapshot,
  { provider, authority }: World,
  signal: AbortSignal,
): Promise<More> {
  const [holds, delegated] = await Promise.all([
    provider.holds?.(ops, snapshot, signal),
    delegatedTo(snapshot, authority, signal),
  ]);
  return {
    snapshot:
      holds === undefined || holds.length === 0
        ? snapshot
        : { ...snapshot, holds: [...(snapshot.holds ?? []), ...holds] },
    ...(delegated !== undefined && { delegated }),
  };
}

/** Undefined where nobody answered: whether it is served is then for the verification to say. */
async function delegatedTo(
  { zone: { apex, nameservers } }: Snapshot,
  authority: Authority,
  signal: AbortSignal,
): Promise<PlanInput["delegated"]> {
  try {
    const { zone, parent } = await authority.find(apex, { nameservers }, signal);
    return { zone, nameservers: parent };
  } catch (error) {
    signal.throwIfAborted();
    const isGone = isMailDnsError(error) && error.code === "zone-not-live";
    return isGone ? { reason: error.message.replace(/\.$/, "") } : undefined;
  }
}

/** The same plan from the zone as it is now. What DNS said about other zones is kept. */
export function planAgain(planned: Planned, world: World, signal: AbortSignal): Promise<Planned> {
  const { config, answers: known, undoes: receipt } = planned;
  const options = { source: "host", known } as const;
  return receipt === undefined
    ? planStack(config, world, options, signal)
    : planUndoStack({ config, receipt }, world, options, signal);
}

export function inputOf(
  config: DomainConfig,
  world: World,
  { snapshot }: Taken,
): Omit<PlanInput, "answers"> {
  return { config, snapshot, host: world.provider.capabilities, hostTitle: world.hostName };
}

/** Names of ours are answered from the snapshot and never asked of a resolver. */
export function sourcesOf(
  config: DomainConfig,
  { resolver }: World,
  { snapshot }: Taken,
): AnswerSources {
  const own = namesOf({ ...config, zone: snapshot.zone.apex });
  return { resolver, held: (question) => heldAnswer(question, snapshot, own) };
}

function foreignAnswers(answers: Answers, { zone }: Snapshot): Answers {
  const isForeign = (key: string): boolean =>
    !isWithin(key.slice(0, key.lastIndexOf(" ")) as DomainName, zone.apex);
  return Object.fromEntries(Object.entries(answers).filter(([key]) => isForeign(key)));
}

function compile(plan: Plan, snapshot: Snapshot, { provider }: World): readonly Call[] {
  const ops = planOps(plan);
  const isHeld = snapshot.source === "host" || !provider.capabilities.writes;
  return ops.length > 0 && isHeld ? provider.compile(ops, snapshot) : [];
}
