import { findingText, refusalText } from "./messages.ts";
import { configFor, open } from "./open.ts";
import { isNotOurs, planRecord, valuesAfter } from "./plan-record.ts";
import type { Call, RecordKind, RecordState } from "./record.ts";
import { joinValues, splitValues } from "./values.ts";

export type Checked =
  | { readonly state: RecordState }
  | { readonly property: string; readonly reason: string };

/**
 * The inputs that the program's keys lead to. Looks nothing up while the record is as it should be,
 * so that what others change in DNS is no change of ours.
 */
export async function checkRecord(
  kind: RecordKind,
  state: RecordState,
  dropped: readonly string[],
  call: Call,
): Promise<Checked> {
  const config = configFor(kind, state, call.around, dropped);
  const values = splitValues(state.value);
  if (config.retire ? isNotOurs(kind, state, config) : kind.isInPlace(values, config)) {
    for (const fault of kind.faults(values, config)) call.say("warning", findingText(fault));
    return { state };
  }
  const { plan } = await planRecord(kind, state, await open(kind, state, call, dropped), call);
  const part = plan.parts[kind.part];
  for (const finding of [...plan.findings, ...part.findings]) {
    if (finding.severity === "warning") call.say("warning", findingText(finding));
  }
  if ("because" in part) return { property: "domain", reason: refusalText(part.because) };
  return { state: { ...state, value: joinValues(valuesAfter(values, part)) } };
}
