import * as fs from "node:fs";
import * as disk from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { parseName, type DomainName } from "../../../src/core/dns/name.ts";
import type { Snapshot } from "../../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../../src/core/errors.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { DnsProvider, HostContext } from "../../../src/ports/dns-provider.ts";
import type { Authority } from "../../../src/ports/resolver.ts";
import type { Options } from "../../../providers/zonefile/index.ts";
import type { Command, Ended } from "../../../providers/zonefile/programs.ts";
import { type Machine, zoneFileProvider } from "../../../providers/zonefile/provider.ts";

export const NOON = Date.UTC(2026, 11, 1, 12);
export const SIGNAL: AbortSignal = new AbortController().signal;
export const DOMAIN = parseName("mycompany.example") as DomainName;
export const ZONE = `$ORIGIN mycompany.example.
$TTL 1h
@   IN SOA ns1 hostmaster ( 2026112401 ; serial
        7200 3600 1209600 300 )
    IN NS  ns1
    IN TXT "v=spf1 include:_spf.google.com ~all" ; Google
    IN TXT "google-site-verification=abc"
ns1 IN A   192.0.2.53
`;

/** A folder with a zone file, and the adapter on it. Its clock stands still until somebody waits. */
export interface Project {
  readonly folder: string;
  readonly file: string;
  readonly commands: Command[];
  readonly provider: DnsProvider;
  text(): string;
  write(text: string, name?: string): void;
  names(): string[];
  snapshot(): Promise<Snapshot>;
  apply(ops: readonly Op[]): Promise<string>;
}

export interface Choices {
  readonly text?: string;
  readonly options?: Partial<Options>;
  readonly env?: HostContext["env"];
  readonly authority?: Partial<Authority>;
  readonly machine?: Partial<Machine>;
  /** What named-checkzone and rndc answer; by default they are not installed. */
  readonly program?: (command: Command) => Ended;
}

export function project(choices: Choices = {}): Project {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "odoo-mail-dns-")));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  const name = choices.options?.file ?? "my.zone";
  const file = join(folder, name);
  fs.writeFileSync(file, choices.text ?? ZONE, "latin1");
  const commands: Command[] = [];
  const provider = zoneFileProvider(
    { file: name, reload: "none", ...choices.options },
    contextOf(folder, choices),
    {
      disk,
      run: async (command) => {
        commands.push(command);
        return choices.program?.(command) ?? { status: "missing", output: "" };
      },
      ...choices.machine,
    },
  );
  const snapshot = async (): Promise<Snapshot> =>
    provider.read(await provider.findZone(DOMAIN, SIGNAL), [], SIGNAL);
  return {
    folder,
    file,
    commands,
    provider,
    text: () => fs.readFileSync(file, "latin1"),
    write: (text, to = name) => fs.writeFileSync(join(folder, to), text, "latin1"),
    names: () => fs.readdirSync(folder).sort(),
    snapshot,
    async apply(ops) {
      const planned = await snapshot();
      const results = await provider.apply(provider.compile(ops, planned), planned, SIGNAL);
      return results.map(({ outcome }) => outcome).join(" ");
    },
  };
}

export function contextOf(projectFolder: string, { env = {}, authority }: Choices): HostContext {
  let now = NOON;
  return {
    env,
    projectFolder,
    clock: {
      now: () => now,
      wait: async (ms) => {
        now += ms;
      },
    },
    resolver: { resolve: async () => [] },
    authority: {
      find: async () => Promise.reject(new MailDnsError("transient", "nobody answers")),
      ask: async () => ({ answer: { status: "timeout" }, authoritative: false }),
      ...authority,
    },
  };
}

/** `code message`, or what came instead of an error. */
export async function complaint(work: () => Promise<unknown>): Promise<string> {
  try {
    return `no error: ${JSON.stringify(await work())}`;
  } catch (error) {
    if (error instanceof MailDnsError) return `${error.code} ${error.message}`;
    throw error;
  }
}

export const addInclude: Op = {
  kind: "replace-value",
  name: DOMAIN,
  type: "TXT",
  before: "v=spf1 include:_spf.google.com ~all",
  after: "v=spf1 include:_spf.odoo.com include:_spf.google.com ~all",
  ttl: 3600,
};

export const addDkim: Op = {
  kind: "create-rrset",
  name: `odoo._domainkey.${DOMAIN}`,
  type: "CNAME",
  before: null,
  after: "odoo._domainkey.odoo.com",
  ttl: "default",
};

/** The ops that take these back. */
export function reversed(ops: readonly Op[]): readonly Op[] {
  return ops.toReversed().map(({ name, type, before, after, ttl }): Op => {
    if (before === null)
      return { kind: "remove-value", name, type, before: after ?? "", after: null, ttl };
    if (after === null) return { kind: "add-value", name, type, before: null, after: before, ttl };
    return { kind: "replace-value", name, type, before: after, after: before, ttl };
  });
}
