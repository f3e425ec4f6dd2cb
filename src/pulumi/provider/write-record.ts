import { MailDnsError } from "../../core/errors.ts";
import { applyPlan } from "../../engine/apply.ts";
import type { Planned } from "../../engine/plan.ts";
import type { World } from "../../engine/world.ts";
import { visible } from "../../render/escape.ts";
import { isNative } from "../keys.ts";
import { failureText, findingText, refusalText } from "./messages.ts";
import { open } from "./open.ts";
import { planGone, planRecord, valuesAfter } from "./plan-record.ts";
import type { Call, RecordKind, RecordState } from "./record.ts";
import { joinValues } from "./values.ts";

const VERIFY_MS = 60_000;

/**
 * Writes what `check` has shown, or says that the zone has moved. Already so is success. A record
 * that the host's own resource writes is only looked at again: that resource comes next.
 */
export async function updateRecord(
  kind: RecordKind,
  state: RecordState,
  dropped: readonly string[],
  call: Call,
): Promise<void> {
  const opened = await open(kind, state, call, dropped);
  const planned = await planRecord(kind, state, opened, call);
  const part = planned.plan.parts[kind.part];
  if ("because" in part) throw new MailDnsError("conflict", refusalText(part.because));
  if (part.status === "unchanged") return;
  if (joinValues(valuesAfter(part.live, part)) !== state.value) {
    throw new MailDnsError(
      "stale-write",
      `The records at ${part.name} have changed since they were read. Nothing was written.`,
      { help: "Run again to see the new plan." },
    );
  }
  if (!isNative(kind.part, opened.config)) await carryOut(planned, opened.world, call);
}

/** Takes out what the original did not have. What others have changed since stays. */
export async function deleteRecord(
  kind: RecordKind,
  state: RecordState,
  call: Call,
): Promise<void> {
  const opened = await open(kind, state, call);
  const planned = await planGone(kind, state, opened, call);
  const part = planned.plan.parts[kind.part];
  for (const finding of part.findings) call.say("warning", findingText(finding));
  if ("because" in part) throw new MailDnsError("conflict", refusalText(part.because));
  if (part.status === "changes") await carryOut(planned, opened.world, call);
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
