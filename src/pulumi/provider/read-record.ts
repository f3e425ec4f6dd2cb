import type { DomainName } from "../../core/dns/name.ts";
import { covers, type ZoneRef } from "../../core/dns/rrset.ts";
import { MailDnsError } from "../../core/errors.ts";
import { takeSnapshot } from "../../engine/snapshot.ts";
import { open } from "./open.ts";
import type { Call, RecordKind, RecordState } from "./record.ts";
import { joinValues } from "./values.ts";

interface Live {
  readonly name: DomainName | undefined;
  readonly zone: ZoneRef;
  readonly values: readonly string[];
}

/** What is live, as inputs; `original` only where nothing was remembered yet. */
export async function readRecord(
  kind: RecordKind,
  known: Omit<RecordState, "original" | "value"> & { readonly original?: string },
  call: Call,
): Promise<RecordState> {
  const { domain, keys, original } = known;
  const value = joinValues((await look(kind, known, call)).values);
  return { domain, keys, original: original ?? value, value };
}

/** What stands at the record's name now, and in which zone. */
export async function look(
  kind: RecordKind,
  known: Pick<RecordState, "domain" | "keys">,
  call: Call,
): Promise<Live> {
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
  return { name, zone: snapshot.zone, values: kind.live(snapshot, config) };
}
