import { createHash } from "node:crypto";
import type { DomainName } from "../../src/core/dns/name.ts";
import type { Snapshot, ZoneRef } from "../../src/core/dns/rrset.ts";
import { compare } from "../../src/core/plan/compare.ts";
import type { Op } from "../../src/core/plan/schema.ts";
import { MailDnsError } from "../../src/core/errors.ts";
import type {
  CallResult,
  Capabilities,
  DnsProvider,
  HostContext,
  Settled,
} from "../../src/ports/dns-provider.ts";
import { backupsOf } from "./backup.ts";
import { compileEdit, opsOf } from "./compile.ts";
import type { Disk } from "./disk.ts";
import { findApex, refuseDelegated } from "./find-apex.ts";
import type { Options } from "./index.ts";
import { loadZone, openZoneFile, type OpenedFile } from "./load.ts";
import { withLock } from "./lock.ts";
import { zonesRoot } from "./paths.ts";
import type { Run } from "./programs.ts";
import { reloadZone } from "./reload.ts";
import { writeZone } from "./write.ts";
import { nameserversOf, rrsetsOf, type Zone } from "./zone.ts";

const capabilities: Capabilities = {
  writes: true,
  unit: "zone",
  atomic: "zone",
  guard: "reread",
  ttl: { min: 0, max: 0x7fff_ffff, byDefault: "default" },
  maxTxtOctets: null,
  exposure: [
    "The file is compared right before it is replaced: an editor that saves it in that very moment would lose its change.",
  ],
};

/** What the adapter uses of the machine; tests give a disk that fails and programs that don't run. */
export interface Machine {
  readonly disk: Disk;
  readonly run: Run;
}

interface Host extends Machine {
  readonly options: Options;
  readonly context: HostContext;
}

/** One zone's master file as a DNS host. */
export function zoneFileProvider(
  options: Options,
  context: HostContext,
  machine: Machine,
): DnsProvider {
  const host: Host = { options, context, ...machine };
  return {
    capabilities,
    findZone: (domain, signal) => findZone(host, domain, signal),
    read: async (zone) => readNow(host, zone).snapshot,
    compile: compileEdit,
    apply: (calls, planned, signal) => apply(host, opsOf(calls), planned, signal),
    settle: (zone, signal) => settle(host, zone, signal),
  };
}

function open({ options, context }: Host): OpenedFile {
  return openZoneFile(options.file, zonesRoot(context));
}

async function findZone(host: Host, domain: DomainName, signal: AbortSignal): Promise<ZoneRef> {
  const opened = open(host);
  const zone = loadZone(opened, await findApex(opened, domain, host.context.authority, signal));
  refuseDelegated(zone, domain);
  return refOf(zone, host.options.file);
}

function readNow(
  host: Host,
  { apex }: ZoneRef,
): { opened: OpenedFile; loaded: Zone; snapshot: Snapshot } {
  const opened = open(host);
  const loaded = loadZone(opened, apex);
  return { opened, loaded, snapshot: snapshotOf(loaded, host) };
}

async function apply(
  host: Host,
  ops: readonly Op[],
  planned: Snapshot,
  signal: AbortSignal,
): Promise<readonly CallResult[]> {
  if (ops.length === 0) return [];
  const { disk, run, context, options } = host;
  const { clock, env, projectFolder } = context;
  return withLock(open(host).place.path, { disk, clock, signal }, async () => {
    const { opened, loaded, snapshot } = readNow(host, planned.zone);
    const state = compare(ops, planned, snapshot);
    if (state === "done") return [{ outcome: "already" }];
    if (state === "changed") throw stale(options.file);
    const backups = backupsOf(projectFolder, disk);
    return [await writeZone(opened, loaded, ops, { disk, run, env, backups, now: clock.now() })];
  });
}

async function settle(host: Host, zone: ZoneRef, signal: AbortSignal): Promise<Settled> {
  if (host.options.reload === "rndc") {
    return reloadZone(readNow(host, zone).loaded, host.context, host.run, signal);
  }
  return {
    state: "not-asked",
    detail: `Tell the name server that the file changed, with BIND: rndc reload ${zone.apex}`,
  };
}

function refOf(zone: Zone, file: string): ZoneRef {
  return { apex: zone.apex, nameservers: nameserversOf(zone), nativeId: file };
}

function snapshotOf(zone: Zone, { options, context }: Host): Snapshot {
  const hash = createHash("sha256");
  for (const { text } of zone.sources) hash.update(`${text.length}\n${text}`, "latin1");
  return {
    zone: refOf(zone, options.file),
    takenAt: new Date(context.clock.now()).toISOString(),
    source: "host",
    coverage: "zone",
    rrsets: rrsetsOf(zone.records),
    version: hash.digest("hex"),
  };
}

function stale(file: string): MailDnsError {
  return new MailDnsError(
    "stale-write",
    `The records in ${file} are no longer what the plan was made from; nothing was written.`,
    {
      help: "Run the command again: it plans anew from the file as it is.",
    },
  );
}
