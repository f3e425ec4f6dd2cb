import * as fs from "node:fs";
import * as disk from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Snapshot } from "../../../src/core/dns/rrset.ts";
import { MailDnsError } from "../../../src/core/errors.ts";
import type { Op } from "../../../src/core/plan/schema.ts";
import type { DnsProvider } from "../../../src/ports/dns-provider.ts";
import type { Options } from "../../../providers/zonefile/index.ts";
import type { Command, Ended } from "../../../providers/zonefile/programs.ts";
import { type Machine, zoneFileProvider } from "../../../providers/zonefile/provider.ts";
import { contextOf, DOMAIN, SIGNAL, ZONE, type ContextChoices } from "./fixtures.ts";

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

export function temporaryFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "odoo-mail-dns-")));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Choices extends ContextChoices {
  readonly text?: string;
  readonly options?: Partial<Options>;
  /** Where the file is, when that is not what the stack file says. */
  readonly at?: string;
  readonly machine?: Partial<Machine>;
  /** What named-checkzone and rndc answer; by default they are not installed. */
  readonly program?: (command: Command) => Ended;
}

export function project(choices: Choices = {}): Project {
  const folder = temporaryFolder();
  const name = choices.at ?? choices.options?.file ?? "my.zone";
  const file = join(folder, name);
  fs.mkdirSync(dirname(file), { recursive: true });
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

/** `code message`, or what came instead of an error. */
export async function complaint(work: () => Promise<unknown>): Promise<string> {
  try {
    return `no error: ${JSON.stringify(await work())}`;
  } catch (error) {
    if (error instanceof MailDnsError) return `${error.code} ${error.message}`;
    throw error;
  }
}
