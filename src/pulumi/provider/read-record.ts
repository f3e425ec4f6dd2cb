import { covers } from "../../core/dns/rrset.ts";
import { MailDnsError } from "../../core/errors.ts";
import { takeSnapshot } from "../../engine/snapshot.ts";
import { open } from "./open.ts";
import type { Call, RecordKind, RecordState } from "./record.ts";
import { joinValues } from "./values.ts";

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
  const value = joinValues(kind.live(snapshot, config));
  return { domain: known.domain, keys: known.keys, original: known.original ?? value, value };
}
