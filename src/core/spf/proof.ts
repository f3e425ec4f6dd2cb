import { type Answers, type Lookup, type Question, done, need } from "../dns/answer.ts";
import type { DomainName } from "../dns/name.ts";
import type { Proof, Verdict, VerdictChange } from "../plan/schema.ts";
import { checkHost } from "./check-host.ts";
import { type Interval, classes, joined, networksOf } from "./intervals.ts";
import { type Family, printNetwork } from "./network.ts";
import { type Scope, scopeOf } from "./proof-scope.ts";
import { type OwnRecord, select } from "./reading.ts";
import { type Guesser, startRun } from "./run.ts";
import { anyoneAt } from "./static-name.ts";
import { unique } from "./walk.ts";
import { everyWorld } from "./worlds.ts";

const MAX_NETWORKS = 2000;
const MAX_WORLDS = 256;
const MAX_RUNS = 50_000;
const MAX_EXAMPLES = 8;

export interface EditToProve {
  readonly domain: DomainName;
  /** The valid record before and after. */
  readonly before: string;
  readonly after: string;
  /** The terms that the edit is about; the networks that they match are let in. */
  readonly ours: readonly string[];
  readonly answers: Answers;
}

/**
 * Whose verdict the edit of one valid record changes, for every address there is: the space is cut
 * at every network border in the trees of both records, and one address of each piece is evaluated
 * before and after; pieces that lie in the networks of the very same terms share one. The claim
 * `no-change-outside` holds when both verdicts are alike wherever our terms do not match, and are
 * pass where they do. That is exact, not sampled. A change from a verdict to the same one names
 * Odoo's networks that do not pass.
 *
 * Terms that depend on more of the sender than its address (`ptr`, and macros other than `d` and
 * `o`) are listed in `notProvable`. Each of them is taken to do anything it can (match, no match,
 * nothing found, either error), the same before and after since it sees the same sender, and the
 * claim has to hold for every combination. What remains open is said by the list: how many lookups
 * there are inside an `include:` or `redirect=` with macros, and so whether they stay within 10.
 *
 * Where the tree is too large to go through (walk.ts, 2,000 networks, 256 combinations for one
 * address, 50,000 evaluations), `bounded` is set and the claim does not hold: what was not looked
 * at is not proven.
 *
 *     before  v=spf1 include:_spf.google.com ~all
 *     after   v=spf1 include:_spf.odoo.com include:_spf.google.com ~all
 *     -> holds; softfail -> pass for Odoo's networks, nobody else
 */
export function proveEdit(edit: EditToProve): Lookup<Proof> {
  const { domain, answers } = edit;
  const [before, after, ours] = [
    [edit.before],
    [edit.after],
    [["v=spf1", ...edit.ours].join(" ")],
  ].map((values) => ({ domain, selection: select(values) })) as [OwnRecord, OwnRecord, OwnRecord];
  const scope = scopeOf(domain, [before, after, ours], answers);
  if (scope.missing.length > 0) return need(scope.missing);
  const trial = startTrial(domain, answers);
  const violations = { count: 0 };
  const asked = everyPiece(trial, scope, (pieces, isFirst, guess) => {
    const was = verdictOf(trial, before, pieces, guess);
    const is = verdictOf(trial, after, pieces, guess);
    const alike = was === is;
    // Only these two cases hang on whose address it is.
    const open = alike !== (is === "pass");
    const inside = open && verdictOf(trial, ours, pieces, guess) === "pass";
    const holds = alike ? is === "pass" || !inside : is === "pass" && inside;
    if (!holds) violations.count += 1;
    if (!holds || (isFirst && !alike)) note(trial, was, is, pieces);
  });
  return finish(trial, scope, {
    claim: "no-change-outside",
    ours: [...edit.ours],
    holds: violations.count === 0,
    asked,
  });
}

export interface EffectsToProve {
  readonly domain: DomainName;
  /** Every SPF value of the domain before and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly answers: Answers;
}

/**
 * Whose verdict becomes what when a record is created or removed, or two are joined: the same cuts
 * as proveEdit, and no claim. Terms in `notProvable` are taken not to match.
 */
export function proveEffects(change: EffectsToProve): Lookup<Proof> {
  const { domain, answers } = change;
  const before: OwnRecord = { domain, selection: select(change.before) };
  const after: OwnRecord = { domain, selection: select(change.after) };
  const scope = scopeOf(domain, [before, after], answers);
  if (scope.missing.length > 0) return need(scope.missing);
  const trial = startTrial(domain, answers);
  const asked = everyPiece(trial, { ...scope, opaque: [] }, (pieces, _, guess) => {
    const was = verdictOf(trial, before, pieces, guess);
    const is = verdictOf(trial, after, pieces, guess);
    if (was !== is) note(trial, was, is, pieces);
  });
  return finish(trial, scope, { claim: "effects", holds: true, asked });
}

interface Trial {
  readonly domain: DomainName;
  readonly answers: Answers;
  readonly wanted: Question[];
  readonly changes: Map<string, { before: Verdict; after: Verdict; pieces: Set<Interval> }>;
  runs: number;
  bounded: boolean;
}

function startTrial(domain: DomainName, answers: Answers): Trial {
  return { domain, answers, wanted: [], changes: new Map(), runs: 0, bounded: false };
}

/** Pieces of the address space that one address speaks for. */
type Pieces = readonly Interval[];

type Judge = (pieces: Pieces, isFirst: boolean, guess: Guesser) => void;

/** Judges the whole address space, in every world where there are opaque terms. */
function everyPiece(trial: Trial, scope: Scope, judge: Judge): Proof["asked"] {
  trial.bounded = scope.cut || scope.networks.length > MAX_NETWORKS;
  const networks = scope.networks.slice(0, MAX_NETWORKS);
  const asked = { ip4: 0, ip6: 0 };
  for (const family of [4, 6] satisfies Family[]) {
    for (const pieces of classes(networks, family)) {
      if (trial.runs >= MAX_RUNS) {
        trial.bounded = true;
        break;
      }
      asked[family === 4 ? "ip4" : "ip6"] += pieces.length;
      judgePieces(trial, scope, pieces, judge);
    }
  }
  return asked;
}

function judgePieces(trial: Trial, scope: Scope, pieces: Pieces, judge: Judge): void {
  if (scope.opaque.length === 0) return judge(pieces, true, () => "miss");
  let isFirst = true;
  const whole = everyWorld((guess) => {
    judge(pieces, isFirst, guess);
    isFirst = false;
  }, MAX_WORLDS);
  if (!whole) trial.bounded = true;
}

function verdictOf(trial: Trial, own: OwnRecord, pieces: Pieces, guess: Guesser): Verdict {
  trial.runs += 1;
  const { domain, answers } = trial;
  const anyone = anyoneAt(domain);
  const address = pieces[0]?.first ?? anyone.address;
  const run = startRun({ ...anyone, address, answers, own, guess });
  const verdict = checkHost(run, domain);
  if (verdict !== "pending") return verdict;
  trial.wanted.push(...run.wanted);
  return "temperror";
}

function note(trial: Trial, before: Verdict, after: Verdict, pieces: Pieces): void {
  const key = `${before} ${after}`;
  const found = trial.changes.get(key) ?? { before, after, pieces: new Set() };
  for (const piece of pieces) found.pieces.add(piece);
  trial.changes.set(key, found);
}

function finish(
  trial: Trial,
  scope: Scope,
  found: Pick<Proof, "claim" | "ours" | "holds" | "asked">,
): Lookup<Proof> {
  if (trial.wanted.length > 0) return need(unique(trial.wanted));
  return done({
    claim: found.claim,
    ...(found.ours && { ours: found.ours }),
    holds: found.holds && !trial.bounded,
    asked: found.asked,
    changes: [...trial.changes.values()].map(changeOf),
    notProvable: [...scope.opaque],
    ...(trial.bounded && { bounded: true }),
  });
}

function changeOf(found: {
  readonly before: Verdict;
  readonly after: Verdict;
  readonly pieces: ReadonlySet<Interval>;
}): VerdictChange {
  const networks = joined([...found.pieces]).flatMap(networksOf);
  return {
    before: found.before,
    after: found.after,
    networks: networks.slice(0, MAX_EXAMPLES).map(printNetwork),
    total: networks.length,
  };
}
