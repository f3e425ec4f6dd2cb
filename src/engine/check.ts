import type { Answers, Lookup } from "../core/dns/answer.ts";
import { type CheckReport, checkDomain } from "../core/check.ts";
import type { DomainConfig } from "../core/plan/desired.ts";
import type { Delegation } from "../ports/resolver.ts";
import { answerAll } from "./answers.ts";
import { inputOf, sourcesOf } from "./plan.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { Source, World } from "./world.ts";

/**
 * Looks whether mail from Odoo will arrive, and changes nothing. From public DNS it asks every
 * address of every name server, and says whom it asked.
 */
export async function checkStack(
  config: DomainConfig,
  world: World,
  options: { readonly source: Source },
  signal: AbortSignal,
): Promise<{ readonly report: CheckReport; readonly delegation?: Delegation }> {
  const taken = await takeSnapshot(config, world, options, signal);
  const { delegation } = taken;
  const seen = delegation === undefined ? {} : { nameServers: delegation };
  const input = { ...inputOf(config, world, taken), ...seen };
  const { value: report } = await answerAll(
    (answers: Answers): Lookup<CheckReport> => checkDomain({ ...input, answers }),
    sourcesOf(config, world, taken),
    {},
    signal,
  );
  return { report, ...(delegation !== undefined && { delegation }) };
}
